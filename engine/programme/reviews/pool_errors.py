"""What the rules of the expert pool refuse."""

from collections.abc import Mapping

from engine.errors import Refusal


class ExpertUnknown(Refusal):
    """The pool has no such entry."""

    zh = "专家库中没有这一条目。"
    en = "The pool has no such entry."
    status = 404


class ExpertFactsWrong(Refusal):
    """An entry of the pool is incomplete or wrong; `wrong` says where."""

    zh = "专家信息有误：{what_zh}。"
    en = "The entry is not right: {what_en}."
    status = 422

    def __init__(self, wrong: Mapping[str, tuple[str, str]]) -> None:
        self.wrong = dict(wrong)
        super().__init__(
            what_zh="；".join(zh for zh, _ in wrong.values()),
            what_en="; ".join(en for _, en in wrong.values()),
        )


class RelationHasEnded(Refusal):
    """A relation ends once."""

    zh = "这项关系已经登记结束。"
    en = "This relation has an end already."
    remedy_zh = "如有新的关系，请另行登记。"
    remedy_en = "If there is a new one, declare it as such."


class EndBeforeItWasDeclared(Refusal):
    """A relation that was declared to last cannot have ended before."""

    zh = "这项关系于{day}申明为存续，结束日期不能早于该日，也不能早于开始日期。"
    en = "This relation was declared on {day} to last: it cannot have ended before, nor before it began."
    remedy_zh = "如当时填写有误，请联系经办人说明。"
    remedy_en = "If that was a mistake, tell the officer."
    status = 422


class ImportApplied(Refusal):
    """A spreadsheet is taken in once."""

    zh = "这份表格已经导入，或有错误尚未改正。"
    en = "This spreadsheet was taken in already, or still has errors."
