"""`range("[1..3]")`: a range out of its text, with literal end points only (DMN 1.5, 10.3.4.1)."""

from __future__ import annotations

from typing import Any

from engine.feel import nodes
from engine.feel.budget import Meter
from engine.feel.builtins.registry import BUILTINS, builtin
from engine.feel.comparison import compare
from engine.feel.errors import FeelBudgetExceeded, FeelSyntaxError
from engine.feel.names import KnownNames
from engine.feel.parser import Parser
from engine.feel.values import Range, type_name

_CONSTRUCTORS = ("date", "date and time", "time", "duration")


@builtin("range", "from: string")
def range_(meter: Meter, text: str) -> Range | None:
    """The range; null when an end is missing or no literal, or the ends are out of order."""
    try:
        node = Parser(text, KnownNames(_CONSTRUCTORS)).whole_expression()
    except (FeelSyntaxError, FeelBudgetExceeded):
        meter.warn("VALUE", "range", text[:40])
        return None
    if not isinstance(node, nodes.RangeNode):
        meter.warn("VALUE", "range", text[:40])
        return None
    low, high = _end_point(meter, node.low), _end_point(meter, node.high)
    if low is None or type_name(low) != type_name(high) or compare("<=", low, high, meter) is not True:
        meter.warn("RANGE")
        return None
    return Range(low, high, node.low_closed, node.high_closed)


def _end_point(meter: Meter, node: nodes.Node) -> Any:
    if isinstance(node, nodes.Literal):
        return node.value
    if not isinstance(node, nodes.Call) or not isinstance(node.function, nodes.Name):
        return None
    literal = all(isinstance(argument, nodes.Literal) for argument in node.arguments)
    if node.function.name not in _CONSTRUCTORS or not literal or node.names is not None:
        return None
    values = [argument.value for argument in node.arguments if isinstance(argument, nodes.Literal)]
    return BUILTINS[node.function.name].invoke(meter, values)
