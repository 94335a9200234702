"""The built-in functions of DMN 1.5, 10.3.4, and those that Camunda 8 diagrams use beside them."""

from engine.feel.builtins import (
    aggregates,
    contexts,
    conversion,
    lists,
    logic,
    numbers,
    patterns,
    range_text,
    ranges,
    strings,
    temporal,
)
from engine.feel.builtins.registry import BUILTINS

__all__ = [
    "BUILTINS",
    "aggregates",
    "contexts",
    "conversion",
    "lists",
    "logic",
    "numbers",
    "patterns",
    "range_text",
    "ranges",
    "strings",
    "temporal",
]
