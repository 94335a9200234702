"""What the rules of city packages refuse."""

from engine.errors import Refusal


class NotInPackageArea(Refusal):
    """A city recommends only what was filed in its own area and passed its own review."""

    zh = "申报 {application_no} 不属于本市、或未经本市初审同意推荐，不能列入推荐汇总表。"
    en = "Application {application_no} is not of this city, or was not agreed by its review; it cannot be listed."
    basis = "第四条、第七条 Articles 4, 7; I4"
    status = 422


class QuotaExceeded(Refusal):
    """A city may not recommend more than its quota."""

    zh = "推荐 {count} 项，超过本市名额 {quota} 项。"
    en = "{count} items are recommended, the quota of the city is {quota}."
    remedy_zh = "请把超出名额的申报的推荐顺序留空。"
    remedy_en = "Leave the rank of what exceeds the quota empty."
    basis = "第七条、年度通知推荐名额 Article 7, quotas of the notice"
    status = 422


class TypeQuotaExceeded(Refusal):
    """The notice limits this type, too."""

    zh = "推荐{type_zh} {count} 项，超过本市该类型名额 {quota} 项。"
    en = "{count} items ({type_en}) are recommended, the city's quota of this type is {quota}."
    remedy_zh = "请把超出名额的申报的推荐顺序留空。"
    remedy_en = "Leave the rank of what exceeds the quota empty."
    basis = "第七条、年度通知推荐名额 Article 7, quotas of the notice"
    status = 422


class QuotaCityInvalid(Refusal):
    """A notice gives a city its quota once, and only to a city that takes part."""

    zh = "推荐名额第{row}行：该市未参加本年度认定，或已在前面列过。"
    en = "Quotas, row {row}: this city does not take part, or stands in an earlier row."
    remedy_zh = "每个参加的市只列一行；未列的市不限额。"
    remedy_en = "Give each city that takes part one row; a city left out has no quota."
    basis = "第四条、第七条 Articles 4, 7"
    status = 422


class QuotaSumDiffers(Refusal):
    """Quotas of types that cannot be those of the city's total."""

    zh = "推荐名额第{row}行：各类型名额合计 {sum} 项，与该市名额 {total} 项不符。"
    en = "Quotas, row {row}: the types come to {sum}, the city's quota is {total}."
    remedy_zh = "三种类型都填的，合计应等于该市名额；只填部分类型的，合计不得超过。"
    remedy_en = "All three types must come to the city's quota; fewer of them to no more than it."
    basis = "第七条 Article 7 (decision)"
    status = 422


class RanksInvalid(Refusal):
    """The order of priority counts 1, 2, 3 … without gaps within each type and names every item once."""

    zh = "每种类型的推荐顺序应各从1起连续编号，同一申报只能出现一次。"
    en = "Ranks must count 1, 2, 3 … without gaps within each type, and an item may stand only once."
    remedy_zh = "请检查重复或缺少的序号；不推荐的申报序号留空。"
    remedy_en = "Look for ranks that are missing or given twice; leave empty what is not recommended."
    basis = "第七条 Article 7"
    status = 422


class WindowClosed(Refusal):
    """The city deadline has passed; a late package is not received."""

    zh = "{year}年度推荐上报已于{deadline}截止，逾期材料不予接收。"
    en = "The deadline for city packages passed on {deadline}; late packages are not received."
    basis = "第七条、第八条 Articles 7, 8"


class NothingSent(Refusal):
    """A city that sent no package cannot be accepted."""

    zh = "该市未报送推荐文件，不能受理。"
    en = "The city sent no recommendation letter; there is nothing to accept."
    basis = "第八条 Article 8"


class AlreadyDecided(Refusal):
    """The department has decided on the city's package; nothing replaces it any more."""

    zh = "省厅已对本市推荐材料作出受理决定，不能再报送或替换。"
    en = "The department has decided on this city's package; it can be neither sent again nor replaced."
    basis = "第八条 Article 8"


class NotInThisCity(Refusal):
    """A city decides on its own counties only."""

    zh = "{county} 不属于本市，不能设置直接报市。"
    en = "{county} is not of this city; its filing is not yours to decide."
    basis = "第四条、第七条 Articles 4, 7"
    status = 422


class FilingWindowOver(Refusal):
    """After the county deadline there is no county step left to skip."""

    zh = "县级截止时间（{deadline}）已过，不能再变更直接报市。"
    en = "The county deadline ({deadline}) has passed; direct filing can no longer be changed."
    basis = "第七条 Article 7"


class SameAsBefore(Refusal):
    """The county's filing is so already."""

    zh = "{county} 的报送方式没有变化。"
    en = "{county} files that way already."
    status = 422


class ReasonMissing(Refusal):
    """A county's step is not taken from it without a reason."""

    zh = "变更直接报市须写明理由。"
    en = "A change of direct filing needs a reason."
    remedy_zh = "请填写理由，不超过400字。"
    remedy_en = "Give a reason of at most 400 characters."
    status = 422
