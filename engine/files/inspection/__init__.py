"""What is in a file, found by its structure and never by its name: one module a family of formats.

`inspect(path, kind)` answers what was found or raises `Objection`. It is meant to run in a process of its own
(`python -m engine.files.inspection`, see `engine.files.checking`): a file that breaks a parser breaks nothing else.
"""

from engine.files.inspection.dispatch import inspect
from engine.files.inspection.objection import Found, Objection

__all__ = ["Found", "Objection", "inspect"]
