"""Read a decision table out of XML and check its shape."""

from typing import TYPE_CHECKING

from engine.dmn.boxed import Box, Literal
from engine.dmn.elements import Element, children, first, text_of
from engine.dmn.table import (
    AGGREGATIONS,
    BY_OUTPUT_VALUES,
    HIT_POLICIES,
    DecisionTable,
    Input,
    Output,
    Rule,
    Test,
)
from engine.errors import Refusal
from engine.feel import parse as parse_feel
from engine.feel import parse_unary_tests

if TYPE_CHECKING:
    from engine.dmn.boxes import BoxReader


def read_table(reader: "BoxReader", element: Element) -> DecisionTable | None:
    """The table, or None after an error that leaves nothing to run."""
    inputs = tuple(_input(reader, e) for e in children(element, "input"))
    outputs = tuple(_output(reader, e, n) for n, e in enumerate(children(element, "output"), 1))
    rules = [_rule(reader, e, len(inputs), len(outputs)) for e in children(element, "rule")]
    if not outputs:
        reader.error(element, "DMN_INCOMPLETE", "决策表没有输出列", "The decision table has no output")
        return None
    names = [output.name for output in outputs]
    if len(set(names)) < len(names):
        reader.error(element, "DMN_OUTPUT_NAME", "输出列的名称缺失或重复", "Outputs lack a name or share one")
    return DecisionTable(
        element.get("id") or reader.owner,
        _hit_policy(reader, element, outputs),
        _aggregation(reader, element, outputs),
        inputs,
        outputs,
        tuple(rule for rule in rules if rule is not None),
    )


def _hit_policy(reader: "BoxReader", element: Element, outputs: tuple[Output, ...]) -> str:
    policy = element.get("hitPolicy", "UNIQUE")
    if policy not in HIT_POLICIES:
        reader.error(element, "DMN_HIT_POLICY", f"未知的命中策略 {policy}", f"Unknown hit policy {policy}")
        return "UNIQUE"
    if policy in BY_OUTPUT_VALUES and not any(output.values for output in outputs):
        reader.error(
            element,
            "DMN_OUTPUT_VALUES",
            f"命中策略 {policy} 需要按优先次序列出输出值",
            f"The hit policy {policy} needs output values in order of priority",
        )
    return policy


def _aggregation(reader: "BoxReader", element: Element, outputs: tuple[Output, ...]) -> str | None:
    aggregation = element.get("aggregation")
    if aggregation is None or element.get("hitPolicy") != "COLLECT":
        return None
    if aggregation not in AGGREGATIONS or (len(outputs) > 1 and aggregation != "COUNT"):
        reader.error(
            element,
            "DMN_AGGREGATION",
            f"汇总方式 {aggregation} 不适用于此表",
            f"The aggregation {aggregation} does not fit this table",
        )
        return None
    return aggregation


def _input(reader: "BoxReader", element: Element) -> Input:
    expression = first(element, "inputExpression")
    text = text_of(expression)
    label = element.get("label") or text
    box = reader.literal(expression) if expression is not None and text else None
    if expression is None or not text:
        reader.error(
            element, "DMN_INCOMPLETE", f"输入列“{label}”没有表达式", f"The input “{label}” has no expression"
        )
    allowed = first(element, "inputValues")
    return Input(
        element.get("id", ""),
        label,
        text,
        (expression.get("typeRef") or "") if expression is not None else "",
        box or _null(),
        _test(reader, allowed) if allowed is not None and text_of(allowed) else None,
    )


def _output(reader: "BoxReader", element: Element, number: int) -> Output:
    values = first(element, "outputValues")
    default = first(element, "defaultOutputEntry")
    listed = text_of(values) not in ("", "-")
    return Output(
        element.get("id", ""),
        element.get("name") or f"output_{number}",
        element.get("label") or element.get("name") or "",
        _test(reader, values) if values is not None and listed else None,
        _listed(values) if values is not None and listed else (),
        reader.literal(default) if default is not None and text_of(default) else None,
    )


def _listed(values: Element) -> tuple[Box, ...]:
    """The output values one by one; those that are no expressions (ranges, tests) have no order."""
    try:
        return tuple(Literal(text, parse_feel(text)) for text in _split(text_of(values)))
    except Refusal:
        return ()


def _split(text: str) -> list[str]:
    """Split at the commas outside quotes and brackets."""
    parts, depth, quoted, start = [], 0, False, 0
    for n, character in enumerate(text):
        if character == '"' and text[n - 1 : n] != "\\":
            quoted = not quoted
        elif not quoted:
            depth += (character in "([{") - (character in ")]}")
            if character == "," and depth == 0:
                parts.append(text[start:n])
                start = n + 1
    return [part.strip() for part in (*parts, text[start:]) if part.strip()]


def _rule(reader: "BoxReader", element: Element, inputs: int, outputs: int) -> Rule | None:
    tests = tuple(_test(reader, e) for e in children(element, "inputEntry"))
    results = tuple(reader.literal(e) or _null() for e in children(element, "outputEntry"))
    if len(tests) != inputs or len(results) != outputs:
        reader.error(
            element, "DMN_RULE_SHAPE", "规则的格数与列数不一致", "The rule has not as many cells as columns"
        )
        return None
    texts = [*(text_of(e) for e in children(element, "annotationEntry"))]
    texts += [(e.text or "").strip() for e in children(element, "description")]
    return Rule(element.get("id", ""), tests, results, tuple(text for text in texts if text))


def _test(reader: "BoxReader", element: Element) -> Test:
    reader.check_language(element, "expressionLanguage")
    text = text_of(element)
    if text in ("", "-"):
        return Test("-", None)
    try:
        return Test(text, parse_unary_tests(text, names=reader.names))
    except Refusal as refused:
        reader.error(
            element, "DMN_FEEL", f"{refused.message('zh')} （{text}）", f"{refused.message('en')} ({text})"
        )
        return Test(text, None)


def _null() -> Box:
    return Literal("null", parse_feel("null"))
