"""Everything that counts now, by kind: who deployed it last, and how many cases run on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine.store.definitions import CATALOGUE, DECISION, FORM, PROCESS, Definition, Deployment
from engine.store.instances import Instance
from engine.studio.deployed import newest_ids
from engine.studio.tables.moves import years_needed
from engine.tables import CALENDAR_ID
from webapp import access
from webapp.access import rule
from webapp.names import definition_names, people_names
from webapp.paging import part_of
from webapp.shared import reading, runtime
from webapp.studio.blueprint import blueprint

KINDS = (PROCESS, DECISION, FORM, CATALOGUE)
CALENDAR = "calendar"
"""Calendars are deployed as catalogues, and listed apart."""


PAGE = 25


@dataclass(frozen=True, slots=True)
class Row:
    """One definition in its newest version; `running` counts cases of any version, of processes only."""

    definition: Definition
    deployment: Deployment
    running: int


@blueprint.get("")
@rule("definition.deploy")
def listing() -> str:
    """The rules that count, a kind at a time (`?kind=`), those whose name or id holds all words of `?q=`."""
    access.require("definition.deploy")
    asked, typed = request.args.get("kind", ""), request.args.get("q", "").strip()
    with reading() as session:
        rows = newest(session)
        names = definition_names(session, [row.definition for row in rows])
        fits = [row for row in rows if _fits(row.definition, names, typed)]
        kinds = {kind: [row for row in fits if _listed_as(row) == kind] for kind in (*KINDS, CALENDAR)}
        kind = asked if asked in kinds else _first(kinds)
        listed, page = part_of(kinds[kind], PAGE)
        return render_template(
            "studio/list.html",
            kind=kind,
            rows=listed,
            page=page,
            kinds=kinds,
            typed=typed,
            missing=_years_without_calendar(session),
            names=names,
            people=people_names(session, {row.deployment.actor for row in rows}),
        )


def _fits(definition: Definition, names: Mapping[tuple[str, str], str], typed: str) -> bool:
    """Whether every word that was typed is in the name, Chinese or as shown, or in the id."""
    shown = names[definition.kind, definition.definition_id]
    text = f"{shown} {definition.name} {definition.definition_id}".casefold()
    return all(word in text for word in typed.casefold().split())


def _first(kinds: Mapping[str, Sequence[Row]]) -> str:
    """The kind to begin with: the first of which there is something."""
    return next((kind for kind, rows in kinds.items() if rows), PROCESS)


def _listed_as(row: Row) -> str:
    calendar = row.definition.definition_id.startswith(CALENDAR_ID) and row.definition.kind == CATALOGUE
    return CALENDAR if calendar else row.definition.kind


def _years_without_calendar(session: Session) -> list[tuple[int, int]]:
    """Years in which open deadlines lie that no calendar knows, with their number."""
    needed = years_needed(session)
    return [(year, needed[year]) for year in sorted(needed.keys() - runtime().calendar.years.keys())]


def newest(session: Session) -> Sequence[Row]:
    """The newest version of everything that is deployed, by id."""
    found = session.execute(
        select(Definition, Deployment)
        .join(Deployment, Definition.deployment_id == Deployment.id)
        .where(Definition.id.in_(newest_ids()), Definition.kind.in_(KINDS))
        .order_by(Definition.definition_id)
    )
    counts = running(session, Instance.process_id)
    return [Row(d, deployment, counts.get(d.definition_id, 0)) for d, deployment in found]


def running(
    session: Session, by: InstrumentedAttribute[Any], *only: ColumnElement[bool]
) -> Mapping[Any, int]:
    """How many cases run, by a column of theirs (`process_id`, `definition_id`); of `only` those, if given."""
    counted = select(by, func.count()).where(Instance.ended_at.is_(None), *only)
    return dict(session.execute(counted.group_by(by)).all())
