"""Every diagram, decision and form that counts now, with who deployed it last and how many cases run on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.store.definitions import DECISION, FORM, PROCESS, Definition, Deployment
from engine.store.instances import Instance
from webapp import access
from webapp.access import rule
from webapp.names import definition_names, people_names
from webapp.shared import reading
from webapp.studio.blueprint import blueprint

KINDS = (PROCESS, DECISION, FORM)


@dataclass(frozen=True, slots=True)
class Row:
    """One definition in its newest version; `running` counts cases of any version, of processes only."""

    definition: Definition
    deployment: Deployment
    running: int


@blueprint.get("")
@rule("definition.deploy")
def listing() -> str:
    """The rules that count, by kind."""
    access.require("definition.deploy")
    with reading() as session:
        rows = newest(session)
        return render_template(
            "studio/list.html",
            kinds={kind: [row for row in rows if row.definition.kind == kind] for kind in KINDS},
            names=definition_names(session, [row.definition for row in rows]),
            people=people_names(session, {row.deployment.actor for row in rows}),
        )


def newest(session: Session) -> Sequence[Row]:
    """The newest version of everything that is deployed, by id."""
    latest = select(func.max(Definition.id)).group_by(Definition.kind, Definition.definition_id)
    found = session.execute(
        select(Definition, Deployment)
        .join(Deployment, Definition.deployment_id == Deployment.id)
        .where(Definition.id.in_(latest), Definition.kind.in_(KINDS))
        .order_by(Definition.definition_id)
    )
    running = _running(session)
    return [Row(d, deployment, running.get(d.definition_id, 0)) for d, deployment in found]


def _running(session: Session) -> Mapping[str, int]:
    counted = select(Instance.process_id, func.count()).where(Instance.ended_at.is_(None))
    return dict(session.execute(counted.group_by(Instance.process_id)).all())
