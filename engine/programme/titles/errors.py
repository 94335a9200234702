"""What the register of titles refuses."""

from engine.errors import Refusal


class TitleUnknown(Refusal):
    """There is no title with this number."""

    zh = "没有编号为{title_no}的称号。"
    en = "There is no title {title_no}."
    remedy_zh = "请在名单库中核对编号。"
    remedy_en = "Check the number in the register."
    status = 404


class TitleTransitionRefused(Refusal):
    """The status machine has no such step."""

    zh = "称号{title_no}目前为“{from_zh}”，不能变为“{to_zh}”。"
    en = "Title {title_no} is “{from_en}” and cannot become “{to_en}”."
    remedy_zh = "撤销须经拟撤销告知；已撤销的称号只能依更正或复议决定恢复。"
    remedy_en = "Revocation needs its notice first; a revoked title is restored only by a decision on review."
    basis = "第十条、第十一条 Articles 10, 11"


class TitleNotRenameable(Refusal):
    """A title that has ended, or the same name again."""

    zh = "称号{title_no}不能更名：{zh_why}"
    en = "Title {title_no} cannot be renamed: {en_why}"
    basis = "第十二条 Article 12"


class TitleAlreadyGranted(Refusal):
    """One title for one recognised application."""

    zh = "申报{application_no}已授予称号{title_no}。"
    en = "Application {application_no} already has title {title_no}."
    basis = "第八条 Article 8"


class SurrenderRefused(Refusal):
    """A declaration that cannot be taken or decided."""

    zh = "称号{title_no}的放弃声明未受理：{zh_why}"
    en = "The surrender of title {title_no} is not accepted: {en_why}"
    basis = "自愿放弃（本系统决定） voluntary surrender (a decision of this system)"
    status = 422


class ExceptionRefused(Refusal):
    """An exception without what it needs, or for an enterprise whose title was revoked."""

    zh = "未列入推荐：{zh_why}"
    en = "Not put forward: {en_why}"
    basis = "第十三条 Article 13"
    status = 422
