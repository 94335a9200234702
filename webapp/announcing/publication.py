"""The desk of the publication: what would be published in the order of the list, what is held and why, what is out."""

from collections.abc import Mapping
from typing import Any

from engine.errors import Refusal
from engine.programme.announcements.facts import left_out
from engine.programme.announcements.operations import in_state, main_list, questioned
from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.values import as_int
from webapp.announcing.numbers import judged
from webapp.i18n import language
from webapp.shared import now, reading
from webapp.tasks import desks
from webapp.tasks.reading import TaskPage


def facts(page: TaskPage, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What may be published now by type and the cities' codes, what is held and why, what was left out and why."""
    year = as_int(page.opened.variables["cycle_year"])
    with reading() as session:
        found = questioned(session, require_cycle(session, year), now())
        first = main_list(session, year)
        again = in_state(session, year, s.MEETING_PASSED)
        excluded = left_out(session, year)
    free = [item for item, why in found if why is None]
    supplement = "（同批次补充公布）" if first else ""
    return {
        "year": year,
        "free": by_type(free),
        "free_count": len(free),
        "held": [(item, _words(why)) for item, why in found if why is not None],
        "again": again,
        "excluded": excluded,
        "main": first,
        "title": data.get("title")
        or f"关于公布{year}年度省级智能制造场景、数字化车间和智能工厂名单{supplement}的通知",
        "number": judged(str(data.get("document_no") or "")),
        "field": _field,
    }


def by_type(items: list[Application]) -> list[tuple[str, list[Application]]]:
    """The items by type, in their order."""
    types = list(dict.fromkeys(item.type for item in items))
    return [(type, [item for item in items if item.type == type]) for type in types]


def _words(why: Refusal) -> str:
    return why.message(language())


def _field(view: Any, path: str) -> Any:
    return next((f for part in view.sections for f in part.fields if f.path == path), None)


desks.register("publication", template="announcing/publication.html", facts=facts)
