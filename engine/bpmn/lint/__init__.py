"""Lint: what is wrong or odd in a diagram, before it runs. Never raises for what a file contains.

`lint` looks at one file, `lint_set` at a set of diagrams, decisions and forms that refer to each other. It works
on the XML alone; each family of rules is a module of `rules`, each kind of finding a row of `docs/lint.md`.
"""

from engine.bpmn.lint.known import Known
from engine.bpmn.lint.sets import lint_set
from engine.bpmn.lint.single import lint

__all__ = ["Known", "lint", "lint_set"]
