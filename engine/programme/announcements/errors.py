"""What the rules of announcements refuse."""

from engine.errors import Refusal


class NoticeTooShort(Refusal):
    """A public notice runs at least the stated number of working days."""

    zh = "公示期为{days}个工作日，少于{least}个工作日；起始日{start}，至少应到{end}。"
    en = "The public notice runs {days} working days, at least {least} are needed: from {start} to {end} or later."
    basis = "第八条 Article 8 (decision: public_notice.workdays); I17"
    status = 422


class NoticeInThePast(Refusal):
    """A public notice starts today or later."""

    zh = "公示起始日{start}早于今天，不能倒填日期。"
    en = "The public notice would start on {start}, before today; it cannot be backdated."
    basis = "第八条 Article 8"
    status = 422


class NothingToAnnounce(Refusal):
    """No item was passed by the meeting."""

    zh = "没有会议通过、待公示的项目。"
    en = "No item that the meeting passed waits for a public notice."
    basis = "第八条 Article 8"


class NotFullyHandled(Refusal):
    """An item is published only after every step of article 8."""

    zh = "申报 {application_no} 不能公布：{missing}。"
    en = "Application {application_no} cannot be published: {missing_en}."
    basis = "第七条、第八条 Articles 7, 8; I5"


class NothingToPublish(Refusal):
    """No item may be published now; `held` tells what keeps the announced ones."""

    zh = "目前没有可以公布的项目{held}。"
    en = "No item can be published now{held_en}."
    basis = "第八条 Article 8"


class ItemsStillHeld(Refusal):
    """Publication cannot be closed while an item is held by an open objection."""

    zh = "还有{count}项因异议暂缓，不能结束公布。"
    en = "{count} item(s) are still held by objections; publication cannot be closed."
    basis = "第八条 Article 8"
