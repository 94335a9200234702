"""Why a migration cannot be planned or done, in words."""

from engine.errors import Refusal


class NobodyChosen(Refusal):
    """No running instance fits the choice."""

    zh = "没有符合条件的在办案件。"
    en = "No running case fits this choice."
    remedy_zh = "请放宽条件。"
    remedy_en = "Choose less narrowly."
    status = 422


class TooManyChosen(Refusal):
    """More instances than one migration takes."""

    zh = "选中 {count} 件，一次最多迁移 {most} 件。"
    en = "{count} cases were chosen; one migration takes {most}."
    remedy_zh = "请按城市或年度分批迁移。"
    remedy_en = "Migrate by city or year."
    status = 422


class PlanMoved(Refusal):
    """Somebody else has changed or begun the migration meanwhile."""

    zh = "这次迁移已被{by}改动或开始，当前状态：{state_zh}。"
    en = "{by} has changed or begun this migration meanwhile; it is now: {state_en}."
    remedy_zh = "请刷新页面后再定。"
    remedy_en = "Reload the page and decide again."


class NotTried(Refusal):
    """Nothing may be applied that no dry run has looked at."""

    zh = "还没有试运行，不能迁移。"
    en = "There was no dry run yet."
    remedy_zh = "请先试运行，看过每件的结论再迁移。"
    remedy_en = "Make a dry run first, and look at what it says of each case."


class NothingToMove(Refusal):
    """The dry run found no instance that may go."""

    zh = "没有可以迁移的案件。"
    en = "No case can be migrated."
    remedy_zh = "请修改对应关系，或勾选“有风险的也迁移”。"
    remedy_en = "Change the mapping, or let those with risks go along."
    status = 422


class UnknownChoice(Refusal):
    """An element, mode or process that the diagrams do not have."""

    zh = "“{what}”不在可选范围内。"
    en = "{what} is none of the choices."
    status = 422
