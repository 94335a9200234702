"""The heat map: the diagram of a process painted by how often and how long its steps were at work, with the table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.inspecting import finding
from engine.inspecting.finding import Wish
from engine.inspecting.finding import wishes as w
from engine.inspecting.heat import MOST, Heat, heat
from engine.store.definitions import PROCESS, Definition, Resource
from webapp import access
from webapp.access import rule
from webapp.drawing import NARROW, WIDE, Drawing, painted
from webapp.i18n import gettext as _
from webapp.inspector import elements, list_words
from webapp.inspector.blueprint import blueprint
from webapp.inspector.overview import span as seconds_said
from webapp.masks import eyes
from webapp.names import process_names
from webapp.shared import now, reading

SHADES = 5
WAITS = ("Task", "CatchEvent")
BEGUN, TIME, TOTAL = "begun", "time", "total"
BY: Mapping[str, Callable[[Heat], float]] = {
    BEGUN: lambda heat: heat.begun,
    TIME: lambda heat: heat.median or 0,
    TOTAL: lambda heat: heat.total,
}
"""What the map may be painted by."""


@dataclass(frozen=True, slots=True)
class Row:
    """One element of the table: its address in the list is that of the instances that wait there now.

    `findable`: the list knows who waits there; at gateways and in sub-processes only what lies behind them waits.
    """

    id: str
    name: str
    heat: Heat
    shade: int
    findable: bool


@dataclass(frozen=True, slots=True)
class Label:
    """The number on an element, and the width of the plate beneath it."""

    text: str
    width: float


@blueprint.get("/heat")
@rule("instance.read")
def heat_map() -> str:
    """The heat of the instances that the filters leave, on the newest version they name; without a process a choice."""
    access.require("instance.read")
    wish = w.read(request.args)
    by = request.args.get("by", BEGUN)
    by = by if by in BY else BEGUN
    with reading() as session:
        known = process_names(session, session.scalars(_PROCESSES))
        if not wish.process:
            return render_template("inspector/heat.html", wish=wish, processes=known, by=by, words=list_words)
        return _map(session, wish, by, known)


_PROCESSES = select(Definition.definition_id).where(Definition.kind == PROCESS).distinct()


def _map(session: Session, wish: Wish, by: str, known: Mapping[str, str]) -> str:
    version = _version(session, wish)
    plan = finding.plan(session, wish, eyes(session), now())
    keys = finding.keys(session, plan, wish, MOST + 1)
    found = heat(session, keys[:MOST])
    named = elements.named(session, [version.id])[version.id]
    own = {id: each for id, each in found.items() if id in named}
    shades = _shades({id: BY[by](each) for id, each in own.items()})
    rows = [
        Row(id, elements.label(named[id], id), each, shades[id], named[id].type.endswith(WAITS))
        for id, each in own.items()
    ]
    rows.sort(key=lambda row: -BY[by](row.heat))
    resource = session.get_one(Resource, version.sha256)
    drawing = painted(resource.file, resource.content, {id: f"heat-{n}" for id, n in shades.items()})
    return render_template(
        "inspector/heat.html",
        wish=wish,
        processes=known,
        version=version.version,
        by=by,
        rows=rows,
        drawing=drawing,
        labels=_labels(drawing, own, by),
        said=list_words.in_words(wish, known, {id: elements.label(info, id) for id, info in named.items()}),
        count=min(len(keys), MOST),
        more=len(keys) > MOST,
        most=MOST,
        shades=range(SHADES),
        span=span,
        words=list_words,
    )


def _version(session: Session, wish: Wish) -> Definition:
    """The version that is drawn: the one asked for, or the newest. Raises NotFound."""
    wanted = select(Definition).where(Definition.kind == PROCESS, Definition.definition_id == wish.process)
    if wish.version:
        wanted = wanted.where(Definition.version == int(wish.version))
    found = session.scalars(wanted.order_by(Definition.version.desc()).limit(1)).first()
    if found is None:
        raise NotFound(what_zh="这个流程版本", what_en="This version of a process")
    return found


def _shades(values: Mapping[str, float]) -> dict[str, int]:
    """From 0 (nothing) to the darkest, evenly by rank: a few very long ones leave the others told apart."""
    some = sorted({value for value in values.values() if value > 0})
    rank = {value: 1 + n * (SHADES - 1) // len(some) for n, value in enumerate(some)}
    return {id: rank.get(value, 0) for id, value in values.items()}


def span(seconds: float) -> str:
    """A span as the map says it: what takes no time is not measured in tenths."""
    return seconds_said(seconds) if seconds >= 1 else _("不到 1 秒")


def _labels(drawing: Drawing | None, found: Mapping[str, Heat], by: str) -> dict[str, Label]:
    """What stands on the elements: a number, or a time where there is one."""
    labels: dict[str, Label] = {}
    for shape in drawing.shapes if drawing else ():
        each = found.get(shape.id)
        if each is None or (by != BEGUN and shape.kind not in ("task", "scope")):
            continue
        text = f"{each.begun:,}" if by == BEGUN else span(BY[by](each)) if each.seconds else "—"
        labels[shape.id] = Label(text, sum(WIDE if ord(sign) > 0x2E7F else NARROW for sign in text) + 10)
    return labels
