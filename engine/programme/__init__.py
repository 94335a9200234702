"""The recognition programme: its registers, its rules, and what diagrams may call.

Every area is a package with `models` (registers), `operations` (the rules, each in one place, naming its
article or invariant), `verbs` (`VERBS`, what service tasks call), `guards` (`GUARDS`, name -> handler, what user
tasks and start events name in `luzhi:guard`) and `prefill` (`FACTS`, name -> what a form may know before anybody
types, named in `luzhi:prefill`). An area that has none of a kind leaves the module out.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from sqlalchemy.orm import Session

from engine.verbs import Verbs

Prefill = Callable[[Session, Mapping[str, Any]], dict[str, Any]]
"""Finds a fact about the enterprise of a case, from the variables of the task."""
Pins = Mapping[tuple[str, str], tuple[int, ...]]
"""Catalogue id and edition to the years of the cycles whose signed notices mean it."""
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


def prefills() -> dict[str, Prefill]:
    """Every fact that a form may be given, by name. Raises ValueError when two areas claim one name."""
    found: dict[str, Prefill] = {}
    for area in AREAS:
        module = _module(area, "prefill")
        facts: Mapping[str, Prefill] = module.FACTS if module is not None else {}
        taken = found.keys() & facts.keys()
        if taken:
            raise ValueError(f"facts registered twice: {', '.join(sorted(taken))}")
        found.update(facts)
    return found


def pinned_editions(session: Session) -> Pins:
    """The catalogue editions that published notices mean: they are frozen (article 14, I20)."""
    from engine.programme.cycles.pins import pinned_editions

    return pinned_editions(session)


def _module(area: str, name: str) -> Any:
    path = f"{__name__}.{area}.{name}"
    return import_module(path) if find_spec(path) else None
