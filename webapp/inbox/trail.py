"""From a list into a task and back: where in which list a task was opened travels in the address (`list=`).

Every address of the same task keeps it, so that a claim, a form with errors and the confirmation know it, too; two
lists in two windows do not disturb each other. It names a tab, a position and filters, never an address.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.store.tasks import CREATED, UserTask
from webapp import access
from webapp.access import actor
from webapp.inbox import filters as f
from webapp.inbox import query, sources
from webapp.inbox.blueprint import blueprint
from webapp.paging import SIZE
from webapp.shared import now, runtime
from webapp.tasks.progress import optional

LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Place:
    """A row of a list: its tab, its filters and its position, counted from 0."""

    tab: str
    filters: f.Filters
    position: int

    def __str__(self) -> str:
        return f"{self.tab}.{self.position}.{urlencode(self.filters.arguments())}"

    def address(self, task: int | None = None) -> str:
        """The page of the list that it is on, at the row of this task."""
        page = self.position // SIZE + 1
        more = {"page": page} if page > 1 else {}
        anchor = f"task-{task}" if task else None
        return url_for("inbox.listing", tab=self.tab, **self.filters.arguments(), **more, _anchor=anchor)


START = Place(sources.MINE, f.Filters(), 0)


def read(text: str) -> Place | None:
    """The place that an address names; None for anything else."""
    tab, _dot, rest = text[:LONGEST].partition(".")
    position, _dot, arguments = rest.partition(".")
    if (
        tab not in sources.tabs(actor())
        or not (position.isascii() and position.isdigit())
        or len(position) > 6
    ):
        return None
    return Place(tab, f.read(dict(parse_qsl(arguments))), int(position))


def here() -> Place | None:
    """Where the task of this request was opened."""
    return read(request.args.get("list", ""))


def back(task: int | None = None) -> str:
    """The list that the person came from, or the inbox."""
    place = here()
    return place.address(task) if place else url_for("inbox.listing")


@dataclass(frozen=True, slots=True)
class Next:
    """The task to go on with, and where it is."""

    task: UserTask
    place: Place

    @property
    def address(self) -> str:
        """Its page, which knows the list."""
        return url_for("tasks.show", id=self.task.id, list=str(self.place))


LOOKED_AT = 10
"""So many tasks of a list are looked at for the next one."""


def following(session: Session) -> Next | None:
    """What stands now where the task of this request stood, else at the top; what is mine, then what is offered.

    What a task only offers (the withdrawal of an application) is never proposed as the next thing to do.
    """
    place = here() or START
    if place.tab not in (sources.MINE, sources.OFFERED, sources.ALL):
        place = START
    at = f.moment(now(), runtime().calendar)
    for tried in (place, Place(place.tab, place.filters, 0), START, Place(sources.OFFERED, f.Filters(), 0)):
        keys = list(
            session.scalars(query.page_keys(actor(), tried.tab, tried.filters, at, tried.position, LOOKED_AT))
        )
        tasks = {task.id: task for task in session.scalars(select(UserTask).where(UserTask.id.in_(keys)))}
        for task in (tasks[key] for key in keys if key in tasks):
            if task.state == CREATED and not optional(task) and access.may("task.complete", task):
                return Next(task, tried)
    return None


@blueprint.app_url_defaults
def _keep(endpoint: str, values: dict[str, Any]) -> None:
    """Addresses of the task that this request is about keep the list that it was opened from."""
    known = request.args.get("list") if request else None
    if known and endpoint.startswith("tasks.") and values.get("id") == (request.view_args or {}).get("id"):
        values.setdefault("list", known[:LONGEST])


@blueprint.app_context_processor
def _words() -> dict[str, Any]:
    return {"back_to_list": back}
