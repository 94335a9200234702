"""/titles/<number>: one title with its whole history, and what may be done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from engine.errors import NotFound
from engine.policy import ENTERPRISE_ROLES
from engine.programme.documents.models import Document
from engine.programme.measures.afterwards import level_of
from engine.programme.measures.validity import EXPIRED_REMARK, by_code
from engine.programme.monitoring.models import Evaluation, PlanItem
from engine.programme.renamings.models import Renaming
from engine.programme.revocations.models import Revocation
from engine.programme.revocations.operations import barred_until
from engine.programme.revocations.reinstating import KINDS, reinstate
from engine.programme.titles import surrendering
from engine.programme.titles.history import status_on
from engine.programme.titles.models import STATUS_NAMES, Surrender, Title
from engine.programme.titles.operations import ENDED, name_on
from engine.store.people import Organisation
from webapp import access
from webapp.access import actor, rule
from webapp.i18n import gettext as _
from webapp.i18n import pick
from webapp.names import people_names
from webapp.shared import now, reading, runtime
from webapp.titles.blueprint import blueprint
from webapp.titles.common import day_of, done_or, posted
from webapp.titles.words import event_words, note_words


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the whole history: when, what, on what basis, by whom."""

    at: datetime
    what: str
    basis: str
    note: str
    by: str
    document_no: str = ""


@blueprint.get("/titles/<title_no>")
@rule("title.list")
def title(title_no: str) -> str:
    """One title. Raises NotFound, also for titles of others."""
    return _page(title_no)


def found(session: Session, title_no: str) -> Title:
    """The title, if this person may see its page: for everybody else there is none. Raises NotFound."""
    query = select(Title).where(Title.title_no == title_no)
    query = query.options(selectinload(Title.names), selectinload(Title.events))
    row: Title | None = session.scalar(access.visible("title.list", query))
    if row is None:
        raise NotFound(what_zh="这个称号", what_en="This title")
    return row


def _page(title_no: str, refusal: str = "", typed: Any = None) -> str:
    on = day_of(request.args.get("on", ""))
    with reading() as session:
        t = found(session, title_no)
        evaluations = _of(session, Evaluation, t)
        renamings, cases = _of(session, Renaming, t), _of(session, Revocation, t)
        surrenders = _of(session, Surrender, t)
        inside = access.may("title.oversee")
        lines = _lines(t, evaluations, renamings, cases, surrenders, inside)
        measure = by_code(session, t.measure_code)
        return render_template(
            "titles/one.html",
            t=t,
            on=on,
            then=(status_on(t, on), name_on(t, on)) if on and t.granted_on <= on else None,
            lines=lines,
            names=people_names(session, {line.by for line in lines}) if _shows_people() else {},
            shows_people=_shows_people(),
            evaluations=evaluations,
            plans=_of(session, PlanItem, t) if inside else [],
            renamings=renamings,
            cases=cases if inside else [],
            surrenders=surrenders,
            documents=_documents(session, t, renamings, cases),
            matters=_matters(t, evaluations, renamings, cases),
            may_rename=_may_rename(t),
            agency=_agency(session, t),
            barred=barred_until(session, t.uscc, now().date()),
            level=level_of(session, t.measure_code, t.type, t.title_no, now().date()),
            expired=pick(*EXPIRED_REMARK) if measure and now() >= measure.expires_at else "",
            may_surrender=access.may("title.surrender", t) and surrendering.may_be_given_up(t),
            waiting=surrendering.waiting(session, t.title_no),
            may_reinstate=t.status == "REVOKED" and access.may("title.decide"),
            kinds=KINDS,
            refusal=refusal,
            typed=typed or {},
            has_errors=bool(refusal),
            today=now().date(),
        )


def _of(session: Session, model: Any, t: Title) -> Sequence[Any]:
    return session.scalars(select(model).where(model.title_no == t.title_no).order_by(model.id)).all()


def _shows_people() -> bool:
    """People of offices are named to offices; an enterprise and an agency read which office it was."""
    return not any(grant.role in (*ENTERPRISE_ROLES, "agency") for grant in actor().grants)


def _matters(
    t: Title, evaluations: Sequence[Evaluation], renamings: Sequence[Renaming], cases: Sequence[Revocation]
) -> list[str]:
    """What documents about this title are filed under; who reads which is asked of each."""
    numbers = [e.evaluation_no for e in evaluations] + [r.renaming_no for r in renamings]
    return [t.title_no, t.application_no, *numbers, *(c.revocation_no for c in cases)]


def _may_rename(t: Title) -> bool:
    """Whether the page leads to an application for renaming: the enterprise's own way, for what has not ended."""
    own = any(grant.role in ENTERPRISE_ROLES for grant in actor().grants)
    return own and t.status not in ENDED and access.may("instance.start", {"process_id": "renaming"})


def _agency(session: Session, t: Title) -> Organisation | None:
    return session.scalar(select(Organisation).where(Organisation.code == t.agency)) if t.agency else None


def _documents(
    session: Session, t: Title, renamings: Sequence[Renaming], cases: Sequence[Revocation]
) -> list[Document]:
    numbers = {t.document_no, t.ended_document_no, *(n.document_no for n in t.names)}
    numbers |= {r.document_no for r in renamings} | {c.document_no for c in cases}
    numbers |= {e.document_no for e in t.events}
    wanted = [number for number in numbers if number]
    return list(
        session.scalars(select(Document).where(Document.number.in_(wanted)).order_by(Document.issued_on))
    )


def _lines(
    t: Title,
    evaluations: Sequence[Evaluation],
    renamings: Sequence[Renaming],
    cases: Sequence[Revocation],
    surrenders: Sequence[Surrender],
    inside: bool,
) -> list[Line]:
    """Everything that happened, the newest first. What offices note of a case under way is theirs."""
    lines = [
        Line(e.at, pick(*_change(e.from_status, e.to_status)), e.basis, e.note, e.actor, e.document_no or "")
        for e in t.events
    ]
    for kind, cases_of in (("evaluation", evaluations), ("renaming", renamings), ("revocation", cases)):
        if kind == "revocation" and not inside:
            continue
        for case in cases_of:
            lines += [
                Line(e.at, event_words(kind, e.kind), e.basis, note_words(e.note) if inside else "", e.actor)
                for e in case.events
            ]
    for s in surrenders:
        lines.append(Line(s.asked_at, _("声明自愿放弃"), _("自愿放弃"), s.reason, s.asked_by))
        if s.decided_at and s.decided_by:
            said = _("确认放弃") if s.status == "CONFIRMED" else _("未确认放弃")
            lines.append(Line(s.decided_at, said, _("自愿放弃"), s.opinion, s.decided_by))
    return sorted(lines, key=lambda line: line.at)[::-1]


def _change(before: str | None, after: str) -> tuple[str, str]:
    if before is None:
        return "授予称号", "Granted"
    if before == after:
        return "名称变更", "Holder renamed"
    zh, en = STATUS_NAMES[after]
    return f"状态变为“{zh}”", f"Now “{en.lower()}”"


@blueprint.post("/titles/<title_no>/surrender")
@rule("title.surrender")
def surrender(title_no: str) -> Any:
    """The legal representative gives the title up; the department confirms. Raises NotFound, NotAllowed."""
    with reading() as session:
        access.require("title.surrender", found(session, title_no))
    access.visible("title.list", select(Title))
    return done_or(
        lambda: surrendering.ask(
            runtime(), actor(), title_no, posted("reason"), declared=posted("declared") == "yes"
        ),
        _("已提交放弃声明，待省厅确认；确认之前称号仍然有效。"),
        url_for("titles.title", title_no=title_no),
        lambda **told: _page(title_no, **told),
    )


@blueprint.post("/titles/<title_no>/reinstate")
@rule("title.decide")
def restore(title_no: str) -> Any:
    """Restore a revoked title by a decision on review. Raises NotFound, NotAllowed."""
    access.require("title.decide")
    return done_or(
        lambda: reinstate(
            runtime(),
            actor(),
            title_no,
            kind=posted("kind"),
            document_no=posted("document_no").strip(),
            on=day_of(posted("on")),
            reason=posted("reason"),
        ),
        _("已依决定恢复称号。"),
        url_for("titles.title", title_no=title_no),
        lambda **told: _page(title_no, **told),
    )
