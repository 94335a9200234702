"""The package is a leaf: it imports only the clock and the errors of the engine, and runs no code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import engine.feel

PACKAGE = Path(engine.feel.__file__).parent
ALLOWED = ("engine.feel", "engine.clock", "engine.errors")


def _trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def test_nothing_else_of_the_project_is_imported() -> None:
    for path, tree in _trees():
        for node in ast.walk(tree):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
            for module in modules:
                ours = module.split(".")[0] in ("engine", "forms", "webapp")
                assert not ours or module.startswith(ALLOWED), (path, module)


def test_no_code_is_generated_or_evaluated() -> None:
    for path, tree in _trees():
        called = {
            node.func.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert not called & {"eval", "exec", "compile", "__import__"}, path
