"""What the rules of site visits refuse."""

from engine.errors import Refusal


class VisitorUnfit(Refusal):
    """Somebody who may not visit this applicant."""

    zh = "{person} 不能考察申报 {application_no}：{why_zh}。"
    en = "{person} cannot visit application {application_no}: {why_en}."
    remedy_zh = "请另选省厅经办人员、专家或监测机构人员。"
    remedy_en = "Choose another officer of the department, expert or member of the agency."
    basis = "第八条 Article 8; I16"
    status = 422


class VisitNotOrdered(Refusal):
    """There is no order for this visit."""

    zh = "申报 {application_no} 没有安排实地考察。"
    en = "No site visit was ordered for application {application_no}."
    status = 404


class VisitDone(Refusal):
    """The visit is on record; who went cannot be changed any more."""

    zh = "申报 {application_no} 的实地考察已经登记，不能更改考察人员。"
    en = "The visit of application {application_no} is on record; its members cannot be changed."
    basis = "第八条 Article 8; I7"


class VisitStillOpen(Refusal):
    """An ordered visit is closed before any opinion (article 8)."""

    zh = "有{count}项安排的实地考察尚未办结（如 {example}），不能提出审核意见。"
    en = "{count} ordered site visits are open (e.g. {example}); there is no opinion before they are closed."
    remedy_zh = "请先完成考察并由两名考察人员签字。"
    remedy_en = "Complete the visits first; both visitors sign."
    basis = "第八条 Article 8"


class CaptionMissing(Refusal):
    """A photograph says what it shows."""

    zh = "有照片没有写明拍摄内容。"
    en = "A photograph has no caption."
    status = 422
