"""Rectifications, renamings, revocations and surrenders at a glance: what is open, until when, at which step."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from engine.programme.monitoring.models import Evaluation, Rectification
from engine.programme.renamings.models import OPEN, Renaming
from engine.programme.revocations.models import Revocation
from engine.programme.revocations.operations import GROUNDS, GROUNDS_EN
from engine.programme.titles import surrendering
from engine.programme.titles.models import Title
from engine.store.tasks import COMPLETED, CREATED, UserTask
from webapp import access
from webapp.access import actor, rule
from webapp.i18n import gettext as _
from webapp.i18n import pick
from webapp.names import people_names
from webapp.shared import now, reading, runtime
from webapp.titles.blueprint import blueprint
from webapp.titles.common import done_or, posted

MOST = 500


@blueprint.get("/titles/rectifications")
@rule("title.list")
def rectifications() -> str:
    """Rectifications with their last days and extensions; of one's own area or mandate only."""
    with reading() as session:
        query = access.visible("title.list", select(Title))
        numbers = query.with_only_columns(Title.title_no)
        rows = session.execute(
            select(Rectification, Evaluation, Title)
            .join(Evaluation, Evaluation.id == Rectification.evaluation_id)
            .join(Title, Title.title_no == Evaluation.title_no)
            .where(Evaluation.title_no.in_(numbers))
            .order_by(Evaluation.closed_at.is_not(None), Rectification.due_on)
            .limit(MOST)
        ).all()
        keys = [row[1].evaluation_no for row in rows]
        return render_template(
            "titles/rectifications.html",
            rows=rows,
            tasks=_tasks(session, keys, "monitoring", "rectification"),
            today=now().date(),
            oversees=access.may("title.oversee"),
        )


def _tasks(session: Session, keys: Sequence[str | None], *processes: str) -> Mapping[str | None, UserTask]:
    """The open task of each case by its key: a title's renaming and its revocation have the same."""
    query = select(UserTask).where(
        UserTask.state == CREATED, UserTask.business_key.in_(keys), UserTask.process_id.in_(processes)
    )
    return {task.business_key: task for task in session.scalars(query.order_by(UserTask.id))}


@blueprint.get("/titles/renamings")
@rule("title.list")
def renamings() -> str:
    """Renamings, the open ones first; those agreed under one document are one batch."""
    with reading() as session:
        numbers = access.visible("title.list", select(Title)).with_only_columns(Title.title_no)
        rows = session.execute(
            select(Renaming, Title)
            .join(Title, Title.title_no == Renaming.title_no)
            .where(Renaming.title_no.in_(numbers))
            .order_by(Renaming.status != OPEN, Renaming.id.desc())
            .limit(MOST)
        ).all()
        wanted = request.args.get("document", "")
        shown = [row for row in rows if not wanted or row[0].document_no == wanted]
        batches: dict[str, int] = {}
        for renaming, _title in rows:
            if renaming.document_no:
                batches[renaming.document_no] = batches.get(renaming.document_no, 0) + 1
        keys = [row[0].title_no for row in rows if row[0].status == OPEN]
        return render_template(
            "titles/renamings.html",
            rows=shown,
            batches=batches,
            wanted=wanted,
            tasks=_tasks(session, keys, "renaming"),
            oversees=access.may("title.oversee"),
        )


@blueprint.get("/titles/revocations")
@rule("title.oversee")
def revocations() -> str:
    """Cases of article 11 with ground, evidence, hearing, legal review, meeting, decision and bar."""
    access.require("title.oversee")
    with reading() as session:
        query = select(Revocation, Title).join(Title, Title.title_no == Revocation.title_no)
        rows = session.execute(
            query.order_by(Revocation.closed_at.is_not(None), Revocation.id.desc()).limit(MOST)
        ).all()
        keys = [row[0].title_no for row in rows if row[0].closed_at is None]
        return render_template(
            "titles/revocations.html",
            rows=rows,
            grounds={
                number: (words[0], pick(words[1], GROUNDS_EN[number])) for number, words in GROUNDS.items()
            },
            tasks=_tasks(session, keys, "revocation"),
            reviewed=legally_reviewed(session, keys),
        )


def legally_reviewed(session: Session, keys: Sequence[str]) -> set[str]:
    """The cases under way whose legal review is done; the register takes its opinion with the meeting's decision.

    A case that was sent back to verification is reviewed anew.
    """
    done = case(
        (and_(UserTask.element_id == "legal_review", UserTask.state == COMPLETED), UserTask.id), else_=0
    )
    begun = case((UserTask.element_id == "verify", UserTask.id), else_=0)
    query = (
        select(UserTask.business_key)
        .where(UserTask.process_id == "revocation", UserTask.business_key.in_(keys))
        .group_by(UserTask.business_key)
        .having(func.max(done) > func.max(begun))
    )
    return {key for key in session.scalars(query) if key}


@blueprint.get("/titles/surrenders")
@rule("title.oversee")
def surrenders() -> str:
    """Declarations of holders who give their title up."""
    access.require("title.oversee")
    return _surrenders()


def _surrenders(refusal: str = "", typed: Any = None) -> str:
    with reading() as session:
        rows = surrendering.listed(session)
        logins = {login for row, _t in rows for login in (row.asked_by, row.decided_by) if login}
        return render_template(
            "titles/surrenders.html",
            rows=rows,
            names=people_names(session, logins),
            may_decide=access.may("title.decide"),
            refusal=refusal,
            typed=typed or {},
            has_errors=bool(refusal),
        )


@blueprint.post("/titles/surrenders/<int:id>")
@rule("title.decide")
def decide_surrender(id: int) -> Any:
    """Confirm a declaration, or decline it, with an opinion."""
    access.require("title.decide")
    return done_or(
        lambda: surrendering.decide(
            runtime(), actor(), id, confirmed=posted("decision") == "CONFIRM", opinion=posted("opinion")
        ),
        _("已登记决定。"),
        url_for("titles.surrenders"),
        _surrenders,
    )
