"""What happened in an instance, step by step."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request

from engine.inspecting.past import Line
from webapp.access import rule
from webapp.i18n import gettext as _
from webapp.inspector import instance_words as words
from webapp.inspector.blueprint import blueprint
from webapp.inspector.instance_shown import Shown, shown
from webapp.inspector.instance_variables import Value, seen
from webapp.paging import part_of
from webapp.shared import reading

AROUND = 3
"""So many steps before and after the one that is looked at."""
NEWEST = 12

KINDS = ("all", "elements", "variables", "incidents", "migrations")
_OF_KIND = {
    "elements": ("activated", "completed", "terminated"),
    "incidents": ("incident", "resolved"),
    "migrations": ("migrated",),
}


@dataclass(frozen=True, slots=True)
class Writing:
    """A variable that a step wrote: where, and what it was before."""

    name: str
    scope: str
    place: str
    value: Value
    before: Value | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One step as a line of the timeline."""

    number: int
    mark: int
    line: Line
    what: str
    element: str
    by: str
    for_whom: str
    message: str
    variables: Sequence[str]


def kinds() -> list[tuple[str, str]]:
    """What the timeline can be narrowed to, in words."""
    named = (_("全部"), _("环节"), _("变量"), _("故障"), _("迁移"))
    return list(zip(KINDS, named, strict=True))


def entry(page: Shown, number: int) -> Entry:
    """A step of the history."""
    step, line = page.history.steps[number], page.history.main(number)
    detail = line.detail or {}
    inside = page.history.lines[step.first : step.last + 1]
    return Entry(
        number=number,
        mark=page.history.mark(number),
        line=line,
        what=words.happened(line),
        element=page.element_of(line),
        by=page.eyes.login(line.actor),
        for_whom=page.eyes.login(detail.get("on_behalf_of")),
        message=page.eyes.text(str(detail.get("message", ""))) if line.event == "incident" else "",
        variables=list(dict.fromkeys(each.detail["name"] for each in inside if each.event == "variable")),
    )


def around(page: Shown) -> list[Entry]:
    """The steps around the one that is looked at; of now the newest, newest first."""
    count = len(page.history.steps)
    if page.step is None:
        return [entry(page, number) for number in range(count - 1, max(count - NEWEST, 0) - 1, -1)]
    first, last = max(page.step - AROUND, 0), min(page.step + AROUND, count - 1)
    return [entry(page, number) for number in range(first, last + 1)]


def written(page: Shown, number: int) -> list[Writing]:
    """The variables that a step wrote, each with what it was before."""
    step = page.history.steps[number]
    before = page.history.after(number - 1).variables if number else {}
    found: list[Writing] = []
    for line in page.history.lines[step.first : step.last + 1]:
        if line.event == "variable":
            old = before.get(line.element_instance, {}).get(line.detail["name"])
            found.append(_writing(page, line, old))
    return found


def _writing(page: Shown, line: Line, old: Any) -> Writing:
    name = line.detail["name"]
    return Writing(
        name,
        line.element_instance,
        page.name(line.element_instance),
        seen(page, name, line.detail["value"]),
        seen(page, name, old.value) if old is not None else None,
    )


@blueprint.get("/instances/<int:key>/timeline")
@rule("instance.read")
def instance_timeline(key: int) -> str:
    """Every step of an instance, newest first, a page at a time; narrowed to a kind. Raises NotFound."""
    kind = request.args.get("kind", "all")
    with reading() as session:
        page = shown(session, key)
        numbers, part = part_of(_of(page, kind if kind in KINDS else "all"))
        return render_template(
            "inspector/instance_timeline.html",
            page=page,
            entries=[entry(page, number) for number in numbers],
            part=part,
            kind=kind,
            kinds=kinds(),
            words=words,
        )


def _of(page: Shown, kind: str) -> list[int]:
    history = page.history
    newest = range(len(history.steps) - 1, -1, -1)
    if kind == "all":
        return list(newest)
    if kind == "variables":
        return [number for number in newest if _writes(page, number)]
    return [number for number in newest if history.main(number).event in _OF_KIND[kind]]


def _writes(page: Shown, number: int) -> bool:
    step = page.history.steps[number]
    return any(line.event == "variable" for line in page.history.lines[step.first : step.last + 1])
