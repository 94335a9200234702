"""What can go wrong while a decision is taken."""

from typing import ClassVar

from engine.errors import Refusal


class DecisionFault(Refusal):
    """A decision has no answer. `fault` is the machine name: DECISION_NOT_FOUND, UNIQUE_OVERLAP and so on."""

    zh: ClassVar[str] = "决策“{decision}”无法得出结果：{zh}"
    en: ClassVar[str] = "The decision “{decision}” has no result: {en}"
    remedy_zh: ClassVar[str] = "请检查输入数据，或由流程管理人员修订决策表。"
    remedy_en: ClassVar[str] = "Check the inputs, or have the process owner revise the decision table."
    status: ClassVar[int] = 422

    def __init__(self, fault: str, decision: str, zh: str, en: str) -> None:
        self.fault = fault
        super().__init__(decision=decision, zh=zh, en=en)

    @property
    def code(self) -> str:
        """Stable machine name."""
        return self.fault
