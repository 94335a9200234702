"""Expressions: their syntax, their `=`, and literal texts where a date, a duration or a number is expected."""

from datetime import datetime

from engine.bpmn import timers as iso
from engine.bpmn.errors import Fault
from engine.bpmn.lint.diagram import Node
from engine.bpmn.lint.kinds import error, warning
from engine.bpmn.lint.registry import Subject, rule
from engine.bpmn.lint.texts import Text, texts, timers
from engine.clock import BUSINESS_ZONE
from engine.errors import Refusal
from engine.feel import FeelSyntaxError, parse

FEEL_SYNTAX = error(
    "FEEL_SYNTAX",
    "{where} 第 {line} 行第 {column} 列：{zh}（{text}）",
    "{where}, line {line}, column {column}: {en} ({text})",
)
FEEL_TOO_LARGE = error("FEEL_TOO_LARGE", "{where}：{zh}", "{where}: {en}")
FEEL_EMPTY = error("FEEL_EMPTY", "{where} 的表达式为空。", "The expression of {where} is empty.")
EQUALS_MISSING = error(
    "FEEL_EQUALS_MISSING",
    "{where} 须为以“=”开头的 FEEL 表达式，而不是：{text}",
    "{where} must be a FEEL expression that starts with “=”, not: {text}",
)
NO_BREAK_SPACE = warning(
    "FEEL_NO_BREAK_SPACE",
    "{where} 含有不间断空格，将按普通空格处理。",
    "{where} has non-breaking spaces, which are read as plain ones.",
)
UNKNOWN_FUNCTION = error(
    "FEEL_UNKNOWN_NAME",
    "{where} 中的“{name}”既不是变量名也不是函数名。",
    "“{name}” in {where} is neither a variable nor a function.",
)
TIMER_COUNT = error(
    "TIMER_DEFINITION",
    "定时事件须恰有一个时刻、时长或周期，此处有 {count} 个。",
    "A timer has exactly one date, duration or cycle; this one has {count}.",
)
TIMER_KIND = error(
    "TIMER_KIND",
    "{kind} 定时器不能用在这里；可用：{allowed}。",
    "A {kind} timer cannot stand here; use one of: {allowed}.",
)
TIMER_CRON = error(
    "TIMER_CRON",
    "不支持 cron 写法“{text}”；请写 ISO 8601 周期，如 R/P1D。",
    "Cron text “{text}” is not supported; write an ISO 8601 cycle such as R/P1D.",
)
TIMER_ISO = error(
    "TIMER_ISO",
    "“{text}”不是合法的 ISO 8601 {kind}，也不是以“=”开头的表达式。",
    "“{text}” is no ISO 8601 {kind}, nor an expression that starts with “=”.",
)
SCHEDULE_ISO = error(
    "SCHEDULE_ISO",
    "{where} 须为 ISO 8601 时刻或表达式，而不是“{text}”。",
    "{where} must be an ISO 8601 instant or an expression, not “{text}”.",
)
PRIORITY = error(
    "PRIORITY",
    "优先级须为 0 至 100 的整数，而不是“{text}”。",
    "A priority is a whole number from 0 to 100, not “{text}”.",
)
RETRIES = error("RETRIES", "重试次数须为整数，而不是“{text}”。", "Retries is a whole number, not “{text}”.")

_ANY_DAY = datetime(2024, 1, 1, tzinfo=BUSINESS_ZONE)


@rule
def expressions(subject: Subject) -> None:
    """Everything that is or must be FEEL can be read as FEEL."""
    for text in texts(subject.diagram):
        if "\u00a0" in text.text and (text.is_feel or text.required):
            subject.report.add(NO_BREAK_SPACE, text.element, where=text.where)
        if text.is_feel:
            _syntax(subject, text)
        elif text.required:
            subject.report.add(EQUALS_MISSING, text.element, where=text.where, text=text.text)


def _syntax(subject: Subject, text: Text) -> None:
    add, where = subject.report.add, text.where
    if not text.expression.strip():
        add(FEEL_EMPTY, text.element, where=where)
        return
    functions = subject.known.functions
    try:
        expression = parse(text.expression, names=functions or ())
    except FeelSyntaxError as refused:
        facts = {
            "line": refused.line,
            "column": refused.column,
            "zh": refused.reason_zh,
            "en": refused.reason_en,
        }
        add(FEEL_SYNTAX, text.element, where=where, text=text.expression.strip(), **facts)
        return
    except Refusal as refused:
        add(FEEL_TOO_LARGE, text.element, where=where, zh=refused.message("zh"), en=refused.message("en"))
        return
    if functions is not None:
        for name in sorted(expression.free_variables):
            if not name.isidentifier() and name not in functions:
                add(UNKNOWN_FUNCTION, text.element, where=where, name=name)


@rule
def timer_events(subject: Subject) -> None:
    """A timer has one definition, of a kind that its position allows, and a literal one is ISO 8601."""
    for node in subject.diagram.nodes:
        if node.event != "timer":
            continue
        found = timers(node)
        if len(found) != 1:
            subject.report.add(TIMER_COUNT, node.id, count=len(found))
        allowed = _allowed(node)
        for kind, text in found:
            if kind not in allowed:
                subject.report.add(TIMER_KIND, node.id, kind=kind, allowed=", ".join(sorted(allowed)))
            if not text.startswith("="):
                _literal(subject, node, kind, text)


def _allowed(node: Node) -> set[str]:
    """A cycle repeats, so it may not interrupt or stand in the flow; a process starts at a date or in cycles."""
    if node.kind == "startEvent" and node.scope.kind == "process":
        return {"date", "cycle"}
    interrupting = "isInterrupting" if node.kind == "startEvent" else "cancelActivity"
    repeats = node.kind in ("startEvent", "boundaryEvent") and node.element.get(interrupting) == "false"
    return {"date", "duration", "cycle"} if repeats else {"date", "duration"}


def _literal(subject: Subject, node: Node, kind: str, text: str) -> None:
    if kind == "cycle" and (len(text.split()) in (5, 6, 7) or text.startswith("@")):
        subject.report.add(TIMER_CRON, node.id, text=text)
        return
    try:
        iso.schedule(kind, text, _ANY_DAY)
    except Fault:
        subject.report.add(TIMER_ISO, node.id, text=text, kind=kind)


@rule
def literals(subject: Subject) -> None:
    """Literal due dates are instants, literal priorities and retries are whole numbers."""
    for text in texts(subject.diagram):
        if text.is_feel:
            continue
        add, whole = subject.report.add, text.text.isascii() and text.text.isdigit()
        if text.where in ("dueDate", "followUpDate") and not _is_instant(text.text):
            add(SCHEDULE_ISO, text.element, where=text.where, text=text.text)
        if text.where == "priority" and not (whole and int(text.text) <= 100):
            add(PRIORITY, text.element, text=text.text)
        if text.where == "retries" and not whole:
            add(RETRIES, text.element, text=text.text)


def _is_instant(text: str) -> bool:
    try:
        iso.instant(text)
    except ValueError:
        return False
    return True
