"""FEEL, the expression language of DMN 1.5: exact decimals, dates with zones, three-valued logic, null on error.

    evaluate("工龄 >= 3 and 类型 = \"A\"", {"工龄": 4, "类型": "A"}, clock=clock)   # True

An expression has no access to Python, no side effects, and runs under a `Budget`. The present comes from the
clock that is passed in. `parse` reads a text once (cached); `Functions` adds functions of the programme.
A leaf package: it imports only `engine.clock` and `engine.errors`.
"""

from engine.feel.budget import Budget
from engine.feel.errors import FeelBudgetExceeded, FeelSyntaxError
from engine.feel.expression import (
    Expression,
    UnaryTests,
    evaluate,
    parse,
    parse_unary_tests,
    prepared,
    unary_test,
)
from engine.feel.functions import Functions
from engine.feel.jsonio import from_json, to_json
from engine.feel.temporal.parse import at_literal as read_temporal
from engine.feel.text import to_text
from engine.feel.types import Type, coerce, is_instance, named_type
from engine.feel.values import Range, YearsMonthsDuration, is_prepared, release
from engine.feel.warnings import FeelWarning

__all__ = [
    "Budget",
    "Expression",
    "FeelBudgetExceeded",
    "FeelSyntaxError",
    "FeelWarning",
    "Functions",
    "Range",
    "Type",
    "UnaryTests",
    "YearsMonthsDuration",
    "coerce",
    "evaluate",
    "from_json",
    "is_instance",
    "is_prepared",
    "named_type",
    "parse",
    "parse_unary_tests",
    "prepared",
    "read_temporal",
    "release",
    "to_json",
    "to_text",
    "unary_test",
]
