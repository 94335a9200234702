"""What the handling of objections refuses."""

from engine.errors import Refusal


class ObjectionIncomplete(Refusal):
    """A real-name or sealed objection needs a name, a contact and facts."""

    zh = "异议材料不完整：{zh_why}"
    en = "The objection is incomplete: {en_why}"
    remedy_zh = "个人请署真实姓名和联系方式，单位请加盖公章；匿名反映仅作为线索登记。"
    remedy_en = "Sign with your name and contact, or seal it; an anonymous message is only logged as a clue."
    basis = "第八条 Article 8"
    status = 422


class ObjectionUnknown(Refusal):
    """There is no objection with this number."""

    zh = "没有编号为{objection_no}的异议。"
    en = "There is no objection {objection_no}."
    status = 404


class ObjectionNotReady(Refusal):
    """An objection closes only with a report, a decision and, for those who signed, a reply."""

    zh = "异议{objection_no}不能办结：{zh_why}"
    en = "Objection {objection_no} cannot be closed: {en_why}"
    basis = "第八条 Article 8"


class ItemObjected(Refusal):
    """An item with an open or upheld objection is not published (I6)."""

    zh = "申报{application_no}有{zh_why}（异议{objection_no}），不能公布。"
    en = "Application {application_no} has {en_why} ({objection_no}) and cannot be published."
    remedy_zh = "请待异议核查办结；成立的移出名单，有重大变更的重新公示。"
    remedy_en = "Wait for its outcome; an upheld one removes the item, a material change is announced again."
    basis = "第八条 Article 8"
