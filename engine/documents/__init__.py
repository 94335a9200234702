"""Documents that leave the office: kinds, templates of Word and Typst, versions that never change.

`produce` keeps a version inside the caller's transaction, `render` makes a file that is kept nowhere. The policy table
reads `kinds`, so the rest of the package is imported when it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.documents.models import DocumentVersion
    from engine.documents.operations import newest, produce, render, versions

_PLACES = {"DocumentVersion": "models"} | dict.fromkeys(
    ("newest", "produce", "render", "versions"), "operations"
)


def __getattr__(name: str) -> Any:
    """What the package offers, imported when it is first used."""
    if name not in _PLACES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)


__all__ = ["DocumentVersion", "newest", "produce", "render", "versions"]
