"""The recognition programme: its registers, its rules, and what diagrams may call.

Every area is a package with `models` (registers), `operations` (the rules, each in one place, naming its
article
or invariant), `verbs` (`VERBS`, what service tasks call) and `guards` (`GUARDS`, name -> handler, what user
tasks and start events name in `luzhi:guard`). An area without verbs or guards leaves the module out.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from engine.verbs import Verbs

AREAS = (
    "measures",
    "cycles",
    "applications",
    "returns",
    "recommendations",
    "reviews",
    "visits",
    "meetings",
    "announcements",
    "objections",
    "titles",
    "renamings",
    "monitoring",
    "revocations",
    "documents",
    "registrations",
)


def import_models() -> None:
    """Import every register, so that `Base.metadata` is complete."""
    for area in AREAS:
        _module(area, "models")


def verbs() -> Verbs:
    """Every verb of the programme. Raises ValueError when two areas claim one type."""
    found = Verbs()
    for area in AREAS:
        module = _module(area, "verbs")
        if module is not None:
            found.merge(module.VERBS)
    return found


def guards() -> dict[str, Callable[..., None]]:
    """Every guard of the programme by name. Raises ValueError when two areas claim one name."""
    found: dict[str, Callable[..., None]] = {}
    for area in AREAS:
        module = _module(area, "guards")
        handlers: Mapping[str, Callable[..., None]] = module.GUARDS if module is not None else {}
        taken = found.keys() & handlers.keys()
        if taken:
            raise ValueError(f"guards registered twice: {', '.join(sorted(taken))}")
        found.update(handlers)
    return found


def _module(area: str, name: str) -> Any:
    path = f"{__name__}.{area}.{name}"
    return import_module(path) if find_spec(path) else None
