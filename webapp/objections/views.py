"""All addresses of received objections in one place."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.programme.objections import operations, receipts
from engine.programme.objections.models import Objection
from engine.programme.subjects import subjects
from engine.store.files import FileUse, StoredFile
from engine.store.tasks import CREATED, UserTask
from webapp import access
from webapp.access import actor, everyone, rule
from webapp.limits import RECEIPTS, limiter
from webapp.shared import now, reading, runtime

blueprint = Blueprint("objections", __name__, url_prefix="/objections")

WHY = "whoever holds the receipt (number and secret) of an objection may ask how it stands"


@blueprint.get("/status")
@everyone(WHY)
def status() -> str:
    """A field for the number and one for the secret."""
    return render_template("objections/status.html", progress=None, asked=False, number="")


@blueprint.post("/status")
@everyone(WHY)
@limiter.limit(RECEIPTS)
def look_up() -> Any:
    """How the objection stands, when number and secret belong together; else the same answer for every number."""
    number = "".join(request.form.get("number", "").split()).upper()[:24]
    with reading() as session:
        progress = receipts.progress(session, number, request.form.get("code", "")[:80])
    page = render_template(
        "objections/status.html", progress=progress, asked=True, number=number, has_errors=progress is None
    )
    return page, 200 if progress else 404


@blueprint.get("/<no>")
@rule("objection.read")
def show(no: str) -> str:
    """What an objection says, with its evidence; who objected is not asked for. Raises NotFound, NotAllowed."""
    with reading() as session:
        return _page(session, _objection(session, no))


@blueprint.get("/<no>/identity")
@rule("objection.read")
def back(no: str) -> Any:
    """A page that was reloaded after a look at the identity: back to the objection."""
    with reading() as session:
        _objection(session, no)
    return redirect(url_for("objections.show", no=no))


@blueprint.post("/<no>/identity")
@rule("objection.identify")
def identity(no: str) -> str:
    """Who objected and how to answer, with the sealed letter; the look itself goes on record. Raises NotAllowed."""
    with runtime().transaction() as tx:
        objection = _objection(tx.session, no)
        access.require("objection.identify", objection)
        known = operations.identity(tx.session, objection, reader=actor().login, at=now())
        return _page(tx.session, objection, known=known, letter=_files(tx.session, f"objector:{no}"))


def _objection(session: Session, no: str) -> Objection:
    found = session.scalar(select(Objection).where(Objection.objection_no == no))
    access.require("objection.read", found)
    if found is None:
        raise NotFound(what_zh="这件异议", what_en="This objection")
    return found


def _page(session: Session, objection: Objection, **more: Any) -> str:
    target = objection.application_no or objection.title_no or ""
    task = _open_task(session, objection)
    return render_template(
        "objections/objection.html",
        objection=objection,
        target=target,
        subject=subjects(session, [target]).get(target),
        evidence=_files(session, f"objection:{objection.objection_no}"),
        may_identify=access.may("objection.identify", objection),
        task=task,
        may_open=task is not None and access.may("task.read", task),
        **{"known": None, "letter": [], **more},
    )


def _open_task(session: Session, objection: Objection) -> UserTask | None:
    """What is to be done with it now, and until when."""
    query = select(UserTask).where(
        UserTask.process_id == "objection",
        UserTask.state == CREATED,
        UserTask.business_key == objection.objection_no,
    )
    return session.scalars(query.order_by(UserTask.id).limit(1)).first()


def _files(session: Session, subject: str) -> list[StoredFile]:
    uses = select(FileUse.file_id).where(FileUse.subject == subject)
    return list(session.scalars(select(StoredFile).where(StoredFile.id.in_(uses)).order_by(StoredFile.at)))
