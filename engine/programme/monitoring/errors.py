"""What monitoring refuses (articles 10 and 11(3))."""

from engine.errors import Refusal

ARTICLE_10 = "第十条 Article 10"


class NotEntrusted(Refusal):
    """An agency evaluates only under a mandate that is valid on the day."""

    zh = "机构{agency}在{day}没有有效的监测委托书。"
    en = "Agency {agency} has no valid mandate on {day}."
    remedy_zh = "请先登记委托书（委托范围、期限、保密要求）。"
    remedy_en = "Register the mandate (scope, term, confidentiality) first."
    basis = ARTICLE_10


class OtherAgency(Refusal):
    """An agency begins evaluations in its own name only."""

    zh = "监测机构只能以本机构名义开展评估，不能代{agency}发起。"
    en = "An agency begins evaluations in its own name only, not for {agency}."
    remedy_zh = "请选择本机构；如需由其他机构评估，请联系省工业和信息化厅。"
    remedy_en = "Choose your own agency; the department entrusts others."
    basis = ARTICLE_10
    status = 403


class TitleNotEvaluable(Refusal):
    """A title that has ended, is being revoked or was evaluated this year."""

    zh = "称号{title_no}不能监测评估：{zh_why}"
    en = "Title {title_no} cannot be evaluated: {en_why}"
    basis = ARTICLE_10


class ExtensionRefused(Refusal):
    """A rectification is extended once, by at most the parameter's days."""

    zh = "整改期限不能延长：{zh_why}"
    en = "The rectification cannot be extended: {en_why}"
    basis = "第十一条第（三）项 Article 11(3)"


class EvaluationUnknown(Refusal):
    """There is no evaluation with this number."""

    zh = "没有编号为{evaluation_no}的监测评估。"
    en = "There is no evaluation {evaluation_no}."
    status = 404


class EvaluationStep(Refusal):
    """A step of monitoring out of order."""

    zh = "监测评估{evaluation_no}：{zh_why}"
    en = "Evaluation {evaluation_no}: {en_why}"
    basis = ARTICLE_10


class MandateIncomplete(Refusal):
    """A mandate needs its number, agency, scope, term and confidentiality, and ends once."""

    zh = "委托未登记：{zh_why}"
    en = "The mandate is not entered: {en_why}"
    basis = ARTICLE_10
    status = 422


class PlanRefused(Refusal):
    """What a yearly plan does not take."""

    zh = "未列入监测计划：{zh_why}"
    en = "Not planned: {en_why}"
    basis = ARTICLE_10
    status = 422
