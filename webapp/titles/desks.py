"""Desks of monitoring, renaming and revocation: what speaks for a decision, above the form that takes it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.monitoring.indicators import compare
from engine.programme.monitoring.models import Evaluation
from engine.programme.renamings.models import Renaming
from engine.programme.revocations.models import Revocation
from engine.programme.revocations.operations import GROUNDS, GROUNDS_EN, barred_until
from engine.programme.submissions import content
from engine.programme.titles.models import Title
from engine.programme.titles.operations import require
from engine.store.definitions import DECISION
from webapp.i18n import pick
from webapp.shared import now, reading, runtime
from webapp.tasks import desks
from webapp.tasks.reading import TaskPage
from webapp.titles.overviews import legally_reviewed

EVIDENCE = "required_evidence"


def monitoring(page: TaskPage, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The holder's figures beside its application's, incidents, what the agency proposed, the rectification."""
    variables = page.opened.variables
    with reading() as session:
        title = require(session, str(variables["title_no"]))
        report = _sent(session, variables.get("report_submission"))
        proposal = _sent(session, variables.get("proposal_submission"))
        again = _sent(session, variables.get("reevaluation_submission"))
        number = str(variables.get("evaluation_no") or "")
        found = session.scalar(select(Evaluation).where(Evaluation.evaluation_no == number))
        if not report and found is not None and found.holder_report:
            report = found.holder_report
        return {
            "title": title,
            "report": report,
            "indicators": compare(session, title.application_no, report),
            "proposal": again or proposal,
            "again": bool(again),
            "evaluation": found,
            "rectification": found.rectification if found else None,
            "today": now().date(),
        }


def _sent(session: Session, submission: Any) -> Mapping[str, Any]:
    return content(session, submission) if submission is not None else {}


def renaming(page: TaskPage, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The facts of the old and the new licence side by side, the chain of names, others that wait for a document."""
    number = page.opened.variables.get("renaming_no")
    with reading() as session:
        title = require(session, str(page.opened.variables["title_no"]))
        found = session.scalar(select(Renaming).where(Renaming.renaming_no == number)) if number else None
        return {
            "title": title,
            "names": list(title.names),
            "renaming": found,
            "steps": list(found.events) if found else [],
            "others": _waiting(session, found),
        }


def _waiting(session: Session, found: Renaming | None) -> list[tuple[Renaming, Title]]:
    """Other open renamings of the same kind: they may share one document."""
    if found is None:
        return []
    query = (
        select(Renaming, Title)
        .join(Title, Title.title_no == Renaming.title_no)
        .where(Renaming.status == "OPEN", Renaming.kind == found.kind, Renaming.id != found.id)
    )
    return [(row[0], row[1]) for row in session.execute(query.order_by(Renaming.id).limit(50))]


def revocation(page: TaskPage, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The five grounds with the evidence each requires and what there is; hearing, legal review, meeting; the bar."""
    with reading() as session:
        title = require(session, str(page.opened.variables["title_no"]))
        number = page.opened.variables.get("revocation_no")
        case = session.scalar(select(Revocation).where(Revocation.revocation_no == number))
        have = {e.kind for e in case.evidence} if case else set()
        return {
            "title": title,
            "case": case,
            "evidence": list(case.evidence) if case else [],
            "have": have,
            "grounds": [
                (g, words[0], pick(words[1], GROUNDS_EN[g]), _required(session, g))
                for g, words in GROUNDS.items()
            ],
            "barred": barred_until(session, title.uscc, now().date()),
            "reviewed": bool(legally_reviewed(session, [title.title_no])),
        }


def statement(page: TaskPage, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the holder answers to: the notice as it was served, its ground and basis. Nothing else of the file."""
    with reading() as session:
        title = require(session, str(page.opened.variables["title_no"]))
        number = page.opened.variables.get("revocation_no")
        case = session.scalar(select(Revocation).where(Revocation.revocation_no == number))
        served = _sent(session, page.opened.variables.get("notice_submission"))
        ground = GROUNDS.get(case.ground) if case and case.ground else None
        return {
            "title": title,
            "case": case,
            "notice": served.get("notice", ""),
            "ground": (ground[0], pick(ground[1], GROUNDS_EN[case.ground])) if case and ground else None,
        }


def _required(session: Session, ground: int) -> tuple[str, ...]:
    """The kinds of evidence that a ground requires, as the deployed decision table says."""
    rt = runtime()
    version = rt.definitions.find(DECISION, EVIDENCE)
    table = rt.definitions.decisions(session, version)
    outcome = table.decide(EVIDENCE, {"ground": ground}, clock=rt.clock, functions=rt.functions)
    return tuple(outcome["required"])


desks.register("monitoring_evaluation", template="titles/monitoring_desk.html", facts=monitoring)
desks.register("renaming", template="titles/renaming_desk.html", facts=renaming)
desks.register("revocation_statement", template="titles/statement_desk.html", facts=statement)
desks.register("revocation", template="titles/revocation_desk.html", facts=revocation)
