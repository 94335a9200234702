"""Buttons of the desks of opinions and the meeting that change many answers at once; without a script, into a draft."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import redirect, request, url_for

from engine.errors import Refusal
from engine.programme.applications.models import Application
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.meetings.models import DEFER, PASS, PROPOSE, REJECT
from engine.programme.meetings.operations import order_key, proposed, reviewed
from engine.programme.values import as_int
from webapp import access
from webapp.access import rule
from webapp.meetings.blueprint import blueprint
from webapp.shared import reading
from webapp.tasks import keeping, pages
from webapp.tasks.opened import Opened, opened
from webapp.tasks.refused import refused
from webapp.tasks.sections import decoded, pairs

BEYOND = "超出建议认定数量"
Rows = list[dict[str, Any]]


@blueprint.post("/tasks/<int:id>/opinions")
@rule("task.draft")
def opinions(id: int) -> Any:
    """Order the list or draw a line through it (`_order`), keep the draft, show it again.

    `up:<number>`, `down:<number>`, `sort:<type>` (by the numbers typed), `score:<type>` (back to the order of scores),
    `line:<type>` with `_line:<type>` (propose the first so many).
    """
    task = opened(id)
    access.by_command("task.draft")
    body = decoded(task)
    year = as_int(task.variables["cycle_year"])
    with reading() as session:
        items = {item.application_no: item for item in reviewed(session, year)}
        least = require_cycle(session, year).parameters["pass_line"]
    body["items"] = ordered(items, body.get("items") or [], request.form, least)
    return _kept(task, body, "opinions")


@blueprint.post("/tasks/<int:id>/results")
@rule("task.draft")
def results(id: int) -> Any:
    """What has no result yet passes as it was proposed; what was decided otherwise stays. Kept as a draft."""
    task = opened(id)
    access.by_command("task.draft")
    body = decoded(task)
    with reading() as session:
        listed = {item.application_no for item in proposed(session, as_int(task.variables["cycle_year"]))}
    for row in body.get("items") or []:
        if row.get("application_no") in listed:
            row["result"] = row.get("result") or PASS
    return _kept(task, body, "results-heading")


def _kept(task: Opened, body: dict[str, Any], anchor: str) -> Any:
    try:
        kept = keeping.keep(task, body)
    except Refusal as refusal:
        return refused(task.task.id, body, refusal)
    if kept.conflicts:
        return pages.conflict(task, None, kept, pairs()), 409
    return redirect(url_for("tasks.show", id=task.task.id, _anchor=anchor))


def ordered(items: Mapping[str, Application], rows: Rows, sent: Mapping[str, str], least: Any) -> Rows:
    """The rows after the button `_order`; an unknown one changes nothing."""
    verb, _, what = sent.get("_order", "").partition(":")
    known = [row for row in rows if row.get("application_no") in items]
    number = what if verb in ("up", "down") else ""
    type = items[number].type if number in items else what
    own = sorted((r for r in known if items[r["application_no"]].type == type), key=_rank)
    act: Callable[[], None] | None = {
        "up": lambda: _swap(own, number, -1),
        "down": lambda: _swap(own, number, 1),
        "score": lambda: own.sort(key=lambda row: order_key(items[row["application_no"]])),
        "line": lambda: _line(items, own, sent.get(f"_line:{type}", ""), least),
        "sort": lambda: None,
    }.get(verb)
    if act is not None:
        act()
    for place, row in enumerate(own, start=1):
        row["rank"] = place
    return known


def _rank(row: Mapping[str, Any]) -> int:
    text = str(row.get("rank") or "")
    return int(text) if text.isascii() and text.isdigit() else 10**6


def _swap(own: Rows, number: str, by: int) -> None:
    at = next((n for n, row in enumerate(own) if row["application_no"] == number), -1)
    if at >= 0 and 0 <= at + by < len(own):
        own[at], own[at + by] = own[at + by], own[at]


def _line(items: Mapping[str, Application], own: Rows, typed: str, least: Any) -> None:
    """Propose the first so many that may be proposed; what comes after them is not, with the reason."""
    count = int(typed) if typed.isascii() and typed.isdigit() else 0
    for row in own:
        item = items[row["application_no"]]
        fit = item.visit_result != "FALSE" and (item.score or 0) >= least
        if fit and count > 0:
            count -= 1
            row["opinion"] = PROPOSE
            if row.get("reason") == BEYOND:
                row["reason"] = ""
        elif row.get("opinion") != DEFER:
            row["opinion"] = REJECT
            row["reason"] = row.get("reason") or _why(item, least)


def _why(item: Application, least: Any) -> str:
    if item.visit_result == "FALSE":
        return "实地考察不属实"
    return "低于合格线" if (item.score or 0) < least else BEYOND
