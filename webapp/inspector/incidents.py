"""What has stopped: by kind, one opened; retried one by one or all of a kind."""

from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound, Refusal
from engine.operating import stopped
from engine.store.instances import Incident, Instance
from engine.store.work import Job, Timer
from webapp import access
from webapp.access import may, rule
from webapp.i18n import gettext as _
from webapp.inspector.actions import foreseen, told
from webapp.inspector.blueprint import blueprint
from webapp.inspector.common import attempt, done, planned, scrap
from webapp.inspector.elements import called
from webapp.masks import eyes
from webapp.names import process_names
from webapp.paging import part_of
from webapp.shared import reading, runtime


@blueprint.get("/incidents")
@rule("incident.read")
def incidents() -> str:
    """Open incidents by kind; with `?kind=` those of one."""
    access.require("incident.read")
    with reading() as session:
        found = stopped.kinds(session, request.args.get("process", ""), request.args.get("type", ""))
        everything = (
            stopped.kinds(session) if request.args.get("process") or request.args.get("type") else found
        )
        wanted = next((each for each in found if each.id == request.args.get("kind")), None)
        keys, page = part_of(wanted.keys if wanted else ())
        processes = {each.process_id for each in everything if each.process_id}
        return render_template(
            "inspector/incidents.html",
            kinds=found,
            wanted=wanted,
            rows=_rows(session, keys) if keys else [],
            page=page,
            types=stopped.types(everything),
            processes=sorted(processes),
            names=process_names(session, processes),
            element=lambda kind: element_name(session, kind.keys[0], kind.element_id),
            eyes=eyes(session),
            technical=may("instance.retry"),
        )


def _rows(session: Session, keys: tuple[int, ...]) -> list[Any]:
    found = (
        select(Incident, Instance.business_key, Instance.process_id)
        .join(Instance, Instance.id == Incident.instance_id, isouter=True)
        .where(Incident.id.in_(keys))
        .order_by(Incident.id)
    )
    return list(session.execute(found).all())


def element_name(session: Session, incident: int, element: str) -> str:
    """The name of an element of the instance of an incident, in the page's language."""
    version = session.scalar(
        select(Instance.definition_id)
        .join(Incident, Incident.instance_id == Instance.id)
        .where(Incident.id == incident)
    )
    return called(session, version, element) if version is not None else element or "—"


@blueprint.get("/incidents/<int:incident>")
@rule("incident.read")
def incident(incident: int) -> str:
    """One incident. Raises NotFound."""
    access.require("incident.read")
    return _page(incident)


@blueprint.post("/incidents/<int:incident>")
@rule("instance.retry")
def retry_incident(incident: int) -> Any:
    """Try again what it stopped at. Raises NotFound."""
    access.by_command("instance.retry")
    if refused := attempt("retry_one", incident, _page):
        return refused
    with reading() as session:
        gone = session.get_one(Incident, incident).resolved_at is not None
    return done(
        _("已重试。") if gone else _("已重试，仍然失败，故障还在。"),
        url_for("inspector.incident", incident=incident),
    )


@blueprint.post("/incidents/retry")
@rule("instance.retry")
def retry_kind() -> Any:
    """Plan a batch that tries again everything of a kind. Raises NotFound."""
    access.by_command("instance.retry")
    access.require("instance.retry")
    with reading() as session:
        kind = stopped.kind(session, request.form.get("kind", ""))
    if kind is None:
        raise NotFound(what_zh="这类故障", what_en="This kind of incident")
    chosen = {"kind": kind.id, "element": kind.element_id, "type": kind.type, "process": kind.process_id}
    return planned("retry_one", kind.keys, chosen)


def _page(key: int, refusal: Refusal | None = None) -> str:
    with reading() as session:
        row = session.get(Incident, key)
        if row is None:
            raise NotFound(what_zh="故障", what_en="The incident")
        instance = session.get(Instance, row.instance_id) if row.instance_id else None
        technical = may("instance.retry")
        rt = runtime()
        rt.definitions.refresh(session)
        facts: dict[str, Any] = {
            "row": row,
            "instance": instance,
            "name": element_name(session, row.id, row.element_id),
            "process": process_names(session, [instance.process_id])[instance.process_id] if instance else "",
            "places": stopped.places(session, rt.definitions, row),
            "job": session.get(Job, row.job_id) if row.job_id and technical else None,
            "timer": session.get(Timer, row.timer_id) if row.timer_id and technical else None,
            "technical": technical,
            "eyes": eyes(session),
            "payload": scrap,
        }
    found = None
    if technical and row.resolved_at is None and refusal is None:
        found = foreseen("retry_one", key)
    return render_template("inspector/incident.html", preview=found, refusal=refusal, told=told, **facts)
