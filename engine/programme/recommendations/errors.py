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
    basis = "年度通知 notice (decision)"
    status = 422


class RanksInvalid(Refusal):
    """The order of priority counts 1, 2, 3 … without gaps and names every item once."""

    zh = "推荐顺序应从1起连续编号，同一申报只能出现一次。"
    en = "Ranks must count 1, 2, 3 … without gaps, and an item may stand only once."
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
