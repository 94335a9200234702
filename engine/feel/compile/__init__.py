"""Compiles a syntax tree to nested Python closures `(scope) -> value`; no code is generated or evaluated."""

from engine.feel.compile.core import compile_node, compile_test

__all__ = ["compile_node", "compile_test"]
