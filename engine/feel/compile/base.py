"""What the compiling modules share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from engine.feel import nodes
from engine.feel.functions import Invocable
from engine.feel.scope import Scope

Compiled = Callable[[Scope], Any]


class Compiler(Protocol):
    """Turns a node into its closure."""

    builtins: dict[str, Invocable]

    def __call__(self, node: nodes.Node) -> Compiled: ...


class Partial(list[Any]):
    """The results of a running `for`, known inside it as `partial`."""


LIST_ITEM = 100
"""Bytes counted for an item of a list that an expression makes."""
