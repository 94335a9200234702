"""The two refusals of FEEL: text that is not FEEL, and an expression that asks for too much."""

from typing import ClassVar

from engine.errors import Refusal


class FeelSyntaxError(Refusal):
    """The text is not FEEL. `line` and `column` (from 1) say where; `reason_zh` and `reason_en` say what."""

    zh: ClassVar[str] = "表达式第 {line} 行第 {column} 列有错误：{reason_zh}"
    en: ClassVar[str] = "The expression has an error at line {line}, column {column}: {reason_en}"
    basis: ClassVar[str] = "DMN 1.5, 10.3.1.2"
    status: ClassVar[int] = 422

    def __init__(self, text: str, position: int, reason_zh: str, reason_en: str) -> None:
        self.text = text
        self.line, self.column = _line_and_column(text, position)
        self.reason_zh, self.reason_en = reason_zh, reason_en
        super().__init__(line=self.line, column=self.column, reason_zh=reason_zh, reason_en=reason_en)


class FeelBudgetExceeded(Refusal):
    """An expression was stopped: too many steps, too much memory, too long, or nested too deeply."""

    zh: ClassVar[str] = "表达式的{limit_zh}超过限额，已停止计算。"
    en: ClassVar[str] = "The expression was stopped: it exceeds the limit of {limit_en}."
    remedy_zh: ClassVar[str] = "请把表达式改得更简单，或缩小它处理的数据。"
    remedy_en: ClassVar[str] = "Make the expression simpler, or let it handle less data."
    status: ClassVar[int] = 422


def steps_exceeded() -> FeelBudgetExceeded:
    """The refusal for too many steps."""
    return FeelBudgetExceeded(limit="steps", limit_zh="计算步数", limit_en="steps")


def bytes_exceeded() -> FeelBudgetExceeded:
    """The refusal for values that grow too large."""
    return FeelBudgetExceeded(limit="bytes", limit_zh="数据大小", limit_en="memory")


def seconds_exceeded() -> FeelBudgetExceeded:
    """The refusal for too much processor time."""
    return FeelBudgetExceeded(limit="seconds", limit_zh="计算时间", limit_en="processor time")


def depth_exceeded() -> FeelBudgetExceeded:
    """The refusal for nesting or recursion that goes too deep."""
    return FeelBudgetExceeded(limit="depth", limit_zh="嵌套层数", limit_en="nesting depth")


def length_exceeded() -> FeelBudgetExceeded:
    """The refusal for a source text that is too long."""
    return FeelBudgetExceeded(limit="length", limit_zh="表达式长度", limit_en="source length")


def _line_and_column(text: str, position: int) -> tuple[int, int]:
    before = text[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1
