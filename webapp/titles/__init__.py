"""After recognition: the register behind the public one, monitoring, renaming, revocation, flags, candidates, expiry."""

from webapp.titles import (
    candidates,
    desks,
    expiry,
    flags,
    listing,
    monitoring,
    one,
    overviews,
)
from webapp.titles.blueprint import blueprint

__all__ = [
    "blueprint",
    "candidates",
    "desks",
    "expiry",
    "flags",
    "listing",
    "monitoring",
    "one",
    "overviews",
]
