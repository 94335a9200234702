"""Documents that are lists: their workbooks are made beside their registers."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from engine.documents.kinds import Kind

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAKERS = {"recommendation_list": "engine.programme.recommendations.workbook:workbook"}
"""Kind -> the function that makes its file of its values."""


def render(kind: Kind, values: Mapping[str, Any]) -> bytes:
    """The workbook of a list."""
    module, _, function = MAKERS[kind.id].partition(":")
    made: bytes = getattr(import_module(module), function)(values)
    return made
