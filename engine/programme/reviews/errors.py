"""What the rules of reviews refuse."""

from engine.errors import Refusal


class SecondSupplement(Refusal):
    """A supplement may be asked for once."""

    zh = "申报 {application_no} 已补正过一次，只能作出通过或不通过的结论。"
    en = "Application {application_no} was supplemented once already; only pass or fail is left."
    basis = "第八条 Article 8 (decision: supplement.times=1)"


class ReasonMissing(Refusal):
    """A negative result names its reason and article."""

    zh = "不通过或补正须写明理由和条款。"
    en = "A failure or a supplement needs its reason and article."
    basis = "第八条 Article 8"
    status = 422


class PoolTooSmall(Refusal):
    """There are not enough experts without a conflict of interest."""

    zh = "申报 {application_no}：符合条件且无利益冲突的专家只有{found}名，少于{needed}名。"
    en = "Application {application_no}: only {found} experts without conflict, {needed} are needed."
    remedy_zh = "请补充专家库后重新抽取。"
    remedy_en = "Add experts to the pool and draw again."
    basis = "第八条 Article 8"


class ExpertIsRecused(Refusal):
    """An expert with a conflict of interest, or who left the panel, has no score."""

    zh = "专家已回避或存在利益冲突，不能评分。"
    en = "The expert is recused or has a conflict of interest and cannot score."
    basis = "I8"


class ScoreOutOfRange(Refusal):
    """A dimension's points lie between 0 and its maximum, in steps of 0.5."""

    zh = "{dimension}得分应在0到{max}之间，以0.5为步长，您填了{value}。"
    en = "{dimension} must be between 0 and {max} in steps of 0.5, not {value}."
    basis = "I9"
    status = 422


class LowScoreUnexplained(Refusal):
    """Points below 60 % of a dimension are explained."""

    zh = "得分率低于60%的维度须填写扣分理由。"
    en = "A dimension scored below 60 % needs a reason."
    basis = "评分表 rubric"
    status = 422


class VisitNeedsTwo(Refusal):
    """A site visit is made by at least two people."""

    zh = "实地考察组成员不少于2人。"
    en = "A site visit needs at least two members."
    basis = "第八条 Article 8"
    status = 422
