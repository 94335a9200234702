"""The list of instances: all that it shows stands in the address."""

from typing import Any

from flask import render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.inspecting import finding
from engine.inspecting.finding import Listed, Wish
from engine.inspecting.finding import wishes as w
from engine.inspecting.finding.beside import beside
from engine.store.definitions import PROCESS, Definition
from engine.store.instances import Incident, InstanceVariable
from webapp import access
from webapp.access import may, rule
from webapp.inspector import elements, instance_words, list_words, views
from webapp.inspector.blueprint import blueprint
from webapp.masks import eyes
from webapp.names import process_names
from webapp.shared import cities, now, reading, runtime


@blueprint.get("/instances")
@rule("instance.read")
def instances() -> str:
    """A page of the instances that the filters leave, with how many they are."""
    access.require("instance.read")
    wish = w.read(request.args)
    with reading() as session:
        plan = finding.plan(session, wish, eyes(session), now())
        found = finding.listed(session, plan, wish)
        return render_template(
            "inspector/instances.html",
            wish=wish,
            found=found,
            count=finding.counted(session, plan),
            cap=finding.listing.CAP,
            words=list_words,
            states=instance_words,
            choices=_choices(session, wish),
            may_act=may("batch.operate"),
            eyes=eyes(session),
            **_beside(session, found),
            **views.around(session, wish),
        )


def _beside(session: Session, found: Listed) -> dict[str, Any]:
    """Processes, versions and places of the rows."""
    keys = {row.definition_id for row in found.rows}
    known = elements.named(session, keys)
    versions = {key: runtime().definitions.by_key(session, key).version for key in keys}
    return {
        "processes": process_names(session, {row.process_id for row in found.rows}),
        "versions": versions,
        "beside": beside(session, [row.id for row in found.rows], now()),
        "element": lambda row, id: elements.label(known[row.definition_id].get(id), id),
    }


def _choices(session: Session, wish: Wish) -> dict[str, list[tuple[str, str]]]:
    """What the fields of the form offer, with the value that was asked for even where it is not known."""
    versions: dict[str, list[int]] = {}
    rows = select(Definition.definition_id, Definition.version).where(Definition.kind == PROCESS)
    for id, version in session.execute(rows.order_by(Definition.version.desc())):
        versions.setdefault(id, []).append(version)
    names = process_names(session, versions)
    kinds = select(Incident.type).where(Incident.resolved_at.is_(None)).distinct()
    found = {
        "process": sorted(names.items(), key=lambda item: item[1]),
        "version": [
            (str(v), list_words.value_name("version", str(v), {}, {})) for v in versions.get(wish.process, [])
        ],
        "state": [(state, list_words.state_name(state)) for state in w.CHOICES],
        "element": elements.offered(session, wish.process, wish.version),
        "city": [(w.NO_CITY, list_words.value_name("city", w.NO_CITY, {}, {})), *cities()],
        "error": [(kind, list_words.error_name(kind)) for kind in sorted(session.scalars(kinds))],
        "variable": [(name, name) for name in variable_names(session)],
        "sort": [(sort, list_words.sort_name(sort)) for sort in w.SORTS],
    }
    for name, offered in found.items():
        value = getattr(wish, name)
        if value and value not in dict(offered):
            offered.append((value, value))
    return found


def variable_names(session: Session) -> list[str]:
    """The names of the variables by which instances are found: each is one step in the index, however many rows."""
    found: list[str] = []
    row = InstanceVariable
    while len(found) < 200:
        name = session.scalar(
            select(row.name).where(row.name > (found[-1] if found else "")).order_by(row.name).limit(1)
        )
        if name is None:
            break
        found.append(name)
    return found
