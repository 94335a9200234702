"""The lists of the inbox. All that they show stands in the address."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from engine import commands
from engine.commands.batches import unfinished
from engine.inbox.models import InboxView
from engine.store.tasks import UserTask
from webapp import access
from webapp.access import actor, rule
from webapp.i18n import gettext as _
from webapp.inbox import columns, facts, filters, query, saved, sources, trail, words
from webapp.inbox.asked import known, moment
from webapp.inbox.blueprint import blueprint
from webapp.names import doer_name, people_names, process_names, step_names
from webapp.paging import SIZE, Page, page_number
from webapp.shared import reading, runtime


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of one tab, with the counts around it."""

    rows: list[UserTask]
    counts: dict[str, int]
    choices: dict[str, list[query.Choice]]
    total: int
    processes: dict[str, str]
    steps: dict[str, str]
    beside: facts.Beside
    lenders: dict[str, str]
    """The names of those for whom the person stands in, by login."""
    unfinished: list[tuple[str, int]]
    """Batches that were confirmed and not done: their handle and how many rows are left."""


@blueprint.get("/inbox", defaults={"tab": sources.MINE})
@blueprint.get("/inbox/<tab>")
@rule("task.read")
def listing(tab: str) -> Any:
    """One tab of the inbox; filters, order and page number stand in the address. The bare one is the default view."""
    tab = known(tab)
    wished, at = filters.read(request.args), moment()
    number = page_number()
    with reading() as session:
        views, likes = saved.of_person(session)
        first = next((view for view in views if view.is_default), None)
        if first is not None and not request.query_string and tab == sources.MINE:
            access.asked_for_each("task.read")
            return redirect(saved.address(first))
        found = _listing(session, tab, wished, at, number)
    access.asked_for_each("task.read")
    grouped = tab != sources.DONE and wished.sort in ("", filters.DUE)
    return render_template(
        "inbox/list.html",
        tab=tab,
        tabs=[(name, words.tab_name(name), found.counts[name]) for name in sources.tabs(actor())],
        filters=wished,
        found=found,
        fields=[(name, words.field_name(name), found.choices[name]) for name in filters.FIELDS],
        value_name=lambda name, value: words.value_name(name, value, found.processes, found.steps),
        groups=_groups(found.rows, at) if grouped else [("", found.rows)],
        working_days=facts.working_days(at.now),
        heading=heading(tab, wished),
        page=Page(number, found.total),
        lenders=found.lenders,
        doer_name=doer_name,
        places=(places := _places(tab, wished, number, found.rows)),
        opened=_opened(places),
        **_views(tab, wished, views, likes.columns),
        news=url_for("inbox.news", tab=tab, since=at.now.isoformat(), **wished.arguments(view="")),
    )


def _views(tab: str, wished: filters.Filters, views: list[InboxView], liked: list[str]) -> dict[str, Any]:
    """The saved views around a list, which of them it is, whether it differs by now, and the columns."""
    view = next((view for view in views if view.id == wished.view), None)
    wide = columns.shown(view.columns if view else [], liked)
    first = any(view.is_default for view in views)
    return {
        "views": [(view, saved.address(view)) for view in views],
        "view": view,
        "changed": view is not None and (view.tab, dict(view.arguments)) != (tab, wished.kept()),
        "plain": lambda name: url_for(
            "inbox.listing", tab=name, view=filters.NONE if first and name == sources.MINE else None
        ),
        "columns": [(name, columns.label(name, tab)) for name in wide],
        "sorted_by": columns.SORTED,
    }


def _places(tab: str, wished: filters.Filters, number: int, rows: list[UserTask]) -> dict[int, str]:
    """What the address of each task says of where it was opened."""
    first = (number - 1) * SIZE
    return {row.id: str(trail.Place(tab, wished, n)) for n, row in enumerate(rows, start=first)}


def _opened(places: dict[int, str]) -> dict[int, str]:
    """The address of each task; put together here, for asking the router for every row costs more than the list."""
    anyone = url_for("tasks.show", id=0).removesuffix("0")
    return {id: f"{anyone}{id}?{urlencode({'list': place})}" for id, place in places.items()}


@blueprint.post("/inbox/follow/<int:id>")
@rule("task.follow")
def follow(id: int) -> Any:
    """Follow the case of a task, or no longer; then back to the task."""
    access.by_command("task.follow")
    on = request.form.get("on") == "1"
    commands.follow(runtime(), actor(), id, on=on)
    flash(_("已关注，可在“我关注”中查看。") if on else _("已取消关注。"))
    return redirect(url_for("tasks.show", id=id))


def heading(tab: str, wished: filters.Filters) -> Any:
    """For a column: its order now (`ascending`, `descending` or none) and the parameters that turn it round."""

    def column(name: str) -> tuple[str, dict[str, str]]:
        current = wished.sort or filters.DUE
        down = wished.down != (tab == sources.DONE and not wished.sort)
        if name != current:
            return "", wished.arguments(sort=name, down=name in (filters.RECEIVED, filters.PRIORITY))
        order = "descending" if down else "ascending"
        return order, wished.arguments(sort=name, down=not down)

    return column


def _listing(session: Session, tab: str, wished: filters.Filters, at: filters.Moment, number: int) -> Listing:
    groups = query.groups(session, actor(), tab, wished.q, at)
    others = [name for name in sources.tabs(actor()) if name != tab or wished.q]
    counts = query.counts(session, actor(), others, at)
    counts.setdefault(tab, sum(n for _values, n in groups))
    rows = query.page(session, actor(), tab, wished, at, (number - 1) * SIZE, SIZE)
    choices = query.choices(groups, wished)
    ids = {row.process_id for row in rows} | {choice.value for choice in choices["process"]}
    return Listing(
        rows,
        counts,
        choices,
        query.total(groups, wished),
        process_names(session, ids | ({wished.process} if wished.process else set())),
        step_names(session),
        facts.beside(session, rows),
        people_names(session, {grant.of for grant in actor().lent}) if actor().lent else {},
        unfinished(session, actor()),
    )


def _groups(rows: list[UserTask], at: filters.Moment) -> list[tuple[str, list[UserTask]]]:
    """The rows below the headings of their due groups, in the order that they have."""
    return [
        (words.group_name(name), list(group)) for name, group in groupby(rows, key=lambda t: at.bucket(t.due))
    ]
