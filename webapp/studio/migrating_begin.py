"""Choosing whom a migration is about; and the rules that one case ran by, one after the other."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound, Refusal
from engine.store.definitions import PROCESS, Definition
from engine.store.instances import ElementEvent, Instance
from engine.store.migrating import MigrationItem, MigrationPlan
from engine.studio.migrating import plans
from engine.studio.migrating.cohort import MOST, Cohort, Running, chosen, running
from engine.studio.migrating.options import called_targets
from engine.studio.migrating.places import diagram
from webapp import access
from webapp.access import actor, rule
from webapp.i18n import language
from webapp.names import people_names, process_names
from webapp.shared import place, reading, runtime
from webapp.studio.blueprint import blueprint
from webapp.studio.migrating import MOST_REASON, state_name
from webapp.studio.migrating_facts import BESIDE, name

MIGRATED = "migrated"
SHOWN = 200
"""Cases that can be ticked one by one; more are chosen by the filters."""


@blueprint.get("/migrations/new")
@rule("migration.run")
def begin_migration() -> Any:
    """Choose a process, then its cases; how many fit is shown at once."""
    access.require("migration.run")
    return _page()


@blueprint.post("/migrations")
@rule("migration.run")
def add_migration() -> Any:
    """Plan the migration of the cases that were chosen; nothing moves yet."""
    access.by_command("migration.run")
    reason = request.form.get("reason", "").strip()[:MOST_REASON]
    try:
        number = plans.begin(
            runtime(), actor(), request.form.get("process", ""), _number("target"), _cohort(), reason
        )
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return _page(refusal.message(language()), reason), refusal.status
    return redirect(url_for("studio.migration", migration=number))


def _page(refusal: str = "", reason: str = "") -> str:
    wanted = _cohort()
    with reading() as session:
        runtime().definitions.refresh(session)
        process = request.values.get("process", "")
        found = running(session, process) if process else []
        fitting = chosen(found, wanted)
        elements = _elements(session, found)
        titles = {id: title for id, title, _count in elements}
        return render_template(
            "studio/migration_new.html",
            processes=sorted(process_names(session, _running_processes(session)).items(), key=lambda e: e[1]),
            process=process,
            wanted=wanted,
            found=found,
            fitting=fitting,
            versions=_versions(session, process, found),
            cities=sorted({each.city for each in found if each.city}),
            years=sorted({each.year for each in found if each.year}, reverse=True),
            elements=elements,
            where=lambda each: sorted({titles[id] for id in each.elements if id in titles}),
            place=place,
            target=_number("target"),
            shown=SHOWN,
            most=MOST,
            refusal=refusal,
            reason=reason,
        )


def _running_processes(session: Session) -> list[str]:
    rows = select(Instance.process_id).where(Instance.ended_at.is_(None)).distinct()
    return list(session.scalars(rows))


def _versions(session: Session, process: str, found: list[Running]) -> list[tuple[Definition, int]]:
    """Every version with the cases that run on it, newest first."""
    counts = Counter(each.version for each in found)
    rows = session.scalars(
        select(Definition)
        .where(Definition.kind == PROCESS, Definition.definition_id == process)
        .order_by(Definition.version.desc())
    )
    return [(row, counts[row.version]) for row in rows]


def _elements(session: Session, found: list[Running]) -> list[tuple[str, str, int]]:
    """Where cases wait: id, name, how many; most first."""
    known, names = runtime().definitions, dict[str, str]()
    for key in sorted({each.definition_id for each in found}):
        version = known.by_key(session, key)
        for target in (version, *called_targets(session, known, version, version.deployment).values()):
            places = diagram(known.model(session, target), target.id).places.values()
            names |= {each.id: name(each) for each in places if each.type not in BESIDE}
    counts = Counter(element for each in found for element in each.elements if element in names)
    return [(id, names[id], count) for id, count in counts.most_common()]


def _cohort() -> Cohort:
    given = request.values
    versions = [int(text) for text in given.getlist("version") if text.isascii() and text.isdigit()]
    keys = [key for text in given.getlist("key") for key in text.split()]
    return Cohort(
        tuple(versions),
        given.get("city", ""),
        given.get("year", ""),
        given.get("element", ""),
        tuple(dict.fromkeys(keys)),
    )


def _number(field: str) -> int | None:
    text = request.values.get(field, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@dataclass(frozen=True, slots=True)
class Stretch:
    """From an instant on a process of a case ran by this version; `former`: by which before."""

    event: ElementEvent
    version: Definition
    former: Definition | None


@blueprint.get("/migrations/cases/<int:case>")
@rule("instance.read")
def migrated_case(case: int) -> str:
    """The versions that one case ran by, with who changed them and by which migration. Raises NotFound."""
    with reading() as session:
        instance = session.get(Instance, case)
        if instance is None or not access.may("instance.read", instance):
            raise NotFound(what_zh="这件案件", what_en="This case")
        events = session.scalars(
            select(ElementEvent)
            .where(
                ElementEvent.instance_id == case,
                ElementEvent.element_type == "process",
                ElementEvent.event.in_(("activated", MIGRATED, "completed", "terminated")),
            )
            .order_by(ElementEvent.id)
        ).all()
        told = [_stretch(session, event) for event in events]
        moves = session.execute(
            select(MigrationItem, MigrationPlan)
            .join(MigrationPlan, MigrationPlan.id == MigrationItem.plan_id)
            .where(MigrationItem.instance_id == case)
            .order_by(MigrationPlan.id)
        ).all()
        return render_template(
            "studio/migration_case.html",
            instance=instance,
            now_on=session.get_one(Definition, instance.definition_id),
            stretches=told,
            moves=[(row.MigrationItem, row.MigrationPlan) for row in moves],
            names=process_names(
                session, {instance.process_id, *(each.version.definition_id for each in told)}
            ),
            # whoever began or ended it may be an applicant or an expert: who moved it over is told alone
            people=people_names(session, {event.actor for event in events if event.event == MIGRATED}),
            state=state_name,
            may_migrate=access.may("migration.run"),
        )


def _stretch(session: Session, event: ElementEvent) -> Stretch:
    former = event.detail.get("from")
    return Stretch(
        event,
        session.get_one(Definition, int(event.detail["reference"])),
        session.get_one(Definition, int(former)) if former else None,
    )
