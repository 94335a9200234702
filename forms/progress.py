"""How far each section has come: what a task list shows."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from forms.components import TYPES
from forms.errors import FieldError
from forms.sections import Section
from forms.settle import Place, Settlement

State = Literal["none", "partial", "done", "closed"]


@dataclass(frozen=True, slots=True)
class SectionProgress:
    """One section: `filled` of `total` open answers are given; `errors` are still to be mended.

    `closed`: nothing in it is to be filled in now; `hidden`: it is not shown either.
    """

    id: str
    title: str
    title_zh: str
    title_en: str
    state: State
    errors: int
    filled: int = 0
    total: int = 0
    hidden: bool = False


def progress(
    section: Section,
    titles: tuple[str, str, str],
    settlement: Settlement,
    errors: Iterable[FieldError],
    data: Mapping[str, Any],
) -> SectionProgress:
    """The state of one section; `titles`: in the page's language, Chinese, English."""
    ids = {component.id for component in section.components}
    holder = section.group.id if section.group else ""
    places = [p for top in settlement.places if top.component.id in ids | {holder} for p in top.walk()]
    open_ = [p for p in places if _is_asked(p)]
    wrong = sum(error.section == section.id for error in errors)
    filled = sum(not TYPES[p.component.type].is_empty(p.value) for p in open_)
    keys = section.keys() & data.keys()
    hidden = all(p.hidden for p in places)
    state = "closed" if hidden else _state(open_, wrong, keys, any(p.closed for p in places))
    return SectionProgress(section.id, *titles, state, wrong, filled, len(open_), hidden)


def _is_asked(place: Place) -> bool:
    """An answer that somebody gives; cells count with their list, unless only some of them are open."""
    keyed = TYPES[place.component.type].keyed and place.component.type != "expression"
    in_row = any(isinstance(step, int) for step in place.path)
    return keyed and not place.hidden and not place.readonly and not in_row


def _state(open_: list[Place], wrong: int, kept: Collection[str], limited: bool) -> State:
    if not open_ and not wrong:
        return "closed" if limited else "done"
    if not kept:
        return "none"
    return "partial" if wrong else "done"
