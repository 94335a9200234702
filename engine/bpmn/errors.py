"""Refusals of this layer, and the three signals that steps raise."""

from collections.abc import Mapping
from typing import Any

from engine.errors import Refusal


class NotWaiting(Refusal):
    """The key names nothing that waits (any more): it was completed, interrupted or never existed."""

    zh = "该事项已经办结、撤销或不再等待处理。"
    en = "This item was completed or withdrawn, or does not wait for this any more."
    remedy_zh = "请刷新页面。"
    remedy_en = "Reload the page."


class UnknownElement(Refusal):
    """The diagram has no such element, or nothing can begin there."""

    zh = "流程“{process}”中没有可用的元素“{element}”。"
    en = "Process {process} has no element {element} that can be used for this."
    status = 422


class CannotModify(Refusal):
    """The token cannot be moved as asked."""

    zh = "不能这样移动流程位置：{zh}"
    en = "The token cannot be moved like this: {en}"
    status = 422


class CannotMigrate(Refusal):
    """An active element has no counterpart of the same type in the new diagram."""

    zh = "实例不能迁移：元素“{element}”在新版本中没有同类型的对应元素。"
    en = "The instance cannot be migrated: element {element} has no counterpart of the same type."
    status = 422


class ExpressionDoesNotFit(CannotMigrate):
    """An expression of the new diagram cannot be evaluated with the variables of this instance."""

    zh = "实例不能迁移：新版本中的表达式不适用于它的数据（{element}）。"
    en = (
        "The instance cannot be migrated: an expression of the new version does not fit its data ({element})."
    )


class UnreadableState(Refusal):
    """The stored state does not fit the diagram it is pinned to."""

    zh = "实例状态与其流程版本不符：{reason}"
    en = "The stored state does not fit its diagram: {reason}"
    status = 500


class Fault(Exception):
    """A step of an element failed; it becomes an incident on that element. Names of the types as in Zeebe."""

    def __init__(self, type: str, message: str) -> None:
        self.type, self.message = type, message
        super().__init__(f"{type}: {message}")


class Thrown(Exception):
    """An element throws a BPMN error; it is handled when the step has returned, never inside it."""

    def __init__(self, code: str, message: str, variables: Mapping[str, Any]) -> None:
        self.code, self.message, self.variables = code, message, dict(variables)
        super().__init__(code)


class Interrupted(Exception):
    """What an environment raises when its transaction was given up for another's sake (a deadlock, a full disk).

    No element is at fault and nothing of the run counts: it leaves `run`, and everything is done again.
    """
