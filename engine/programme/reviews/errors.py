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

    zh = (
        "申报 {application_no}：{needs_zh}共需{needed}名，符合条件且无利益冲突的专家只有{found}名"
        "（因利害关系不能参加：{barred_zh}；此类申报共{count}项）。"
    )
    en = (
        "Application {application_no}: {needed} experts are needed ({needs_en}), but only {found} without conflict "
        "(kept away: {barred_en}; {count} such applications)."
    )
    remedy_zh = "请补充专家库后重新抽取。"
    remedy_en = "Add experts to the pool and draw again."
    basis = "第八条 Article 8"


class ExpertIsRecused(Refusal):
    """An expert with a conflict of interest, or who left the panel, has no score."""

    zh = "专家已回避或存在利益冲突，不能评分。"
    en = "The expert is recused or has a conflict of interest and cannot score."
    basis = "第八条、评审回避规则 Article 8, rules of recusal; I8"


class ScoreOutOfRange(Refusal):
    """A dimension's points lie between 0 and its maximum, in steps of 0.5."""

    zh = "{dimension}得分应在0到{max}之间，以0.5为步长，您填了{value}。"
    en = "{dimension} must be between 0 and {max} in steps of 0.5, not {value}."
    basis = "第八条、评分表 Article 8, rubric; I9"
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


class CriterionOutOfRange(Refusal):
    """The points of a criterion lie between 0 and its maximum, in steps of 0.5."""

    zh = "评分项{criterion}应在0到{max}之间，以0.5为步长，您填了{value}。"
    en = "Criterion {criterion} must be between 0 and {max} in steps of 0.5, not {value}."
    basis = "第八条、评分表 Article 8, rubric; I9"
    status = 422


class ReasonForPointsMissing(Refusal):
    """Points far below or near the maximum of a criterion are explained."""

    zh = "评分项{criterion}得分率低于60%或高于95%，须写明理由。"
    en = "Criterion {criterion} is scored below 60 % or above 95 %: it needs a reason."
    basis = "评分表 rubric"
    status = 422


class SumsDiffer(Refusal):
    """The points of a dimension are the sum of its criteria."""

    zh = "维度得分与各评分项之和不一致。"
    en = "The points of a dimension differ from the sum of its criteria."
    basis = "第八条、评分表 Article 8, rubric; I9"
    status = 422


class SheetIsSealed(Refusal):
    """A sealed sheet is neither changed nor given a second time."""

    zh = "申报 {application_no} 的评分表已经封存，不能修改。"
    en = "Your sheet of application {application_no} is sealed and cannot be changed."
    remedy_zh = "如确有必要，由省厅组织第二轮评分。"
    remedy_en = "If it must be, the department opens a second round."
    basis = "第八条 Article 8; I7"


class SealFirst(Refusal):
    """Sheets of others are shown after one's own is sealed."""

    zh = "您尚未封存申报 {application_no} 的评分表，不能查看其他专家的评分。"
    en = "Your own sheet of application {application_no} is not sealed yet: the others' are not shown."
    remedy_zh = "请先独立完成评分并提交。"
    remedy_en = "Score independently and submit first."
    basis = "第八条 Article 8"
    status = 403


class NotReviewed(Refusal):
    """Only an application with a result, and before the opinion is drafted, is scored again."""

    zh = "申报 {application_no} 不在可以重新评分的环节：须已有评审结果，且审核意见尚未起草。"
    en = "Application {application_no} cannot be scored again now: it needs a result, and no opinion drafted yet."
    remedy_zh = "已起草审核意见的，请先退回。"
    remedy_en = "If the opinion is being drafted, have it returned first."
    basis = "第八条 Article 8"


class RescoreReasonMissing(Refusal):
    """A second round says why."""

    zh = "组织重新评分须写明理由（不少于10字）。"
    en = "A second round needs its reason, ten characters at least."
    basis = "第三条 Article 3"
    status = 422


class LeaderHasConflict(Refusal):
    """A leader with a conflict of interest writes no group opinion."""

    zh = "您与申报单位存在利益冲突，不能出具组长意见。"
    en = "You have a conflict of interest with the applicant and cannot write the group's opinion."
    remedy_zh = "请退回任务，由其他组长办理。"
    remedy_en = "Give the task back; another leader takes it."
    basis = "第八条、评审回避规则 Article 8, rules of recusal; I8"
