"""The mandate of an agency, the evaluation of a title in a year, and the notice to rectify (articles 10, 11(3))."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from engine.documents.builders import words as w
from engine.errors import NotFound
from engine.programme.monitoring.indicators import compare
from engine.programme.monitoring.models import Mandate
from engine.programme.monitoring.operations import require
from engine.programme.titles.models import Title
from engine.programme.titles.operations import require as require_title
from engine.runtime import Runtime


def mandate(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """委托书: the agency, what it is entrusted with, its term, what it keeps to itself. Raises NotFound."""
    number = subject.removeprefix("WT-")
    row = session.get(Mandate, int(number)) if number.isdigit() and len(number) < 10 else None
    if row is None:
        raise NotFound(what_zh="这份委托", what_en="This mandate")
    ended = f"本委托已于{w.day(row.ended_on)}提前终止：{row.end_reason}" if row.ended_on else ""
    return {
        "issuer": w.DEPARTMENT_NAME,
        "number": row.document_no,
        "title": f"关于委托{row.agency_name}开展监测评估的委托书",
        "addressee": row.agency_name,
        "agency": row.agency_name,
        "scope": row.scope,
        "starts_on": w.day(row.starts_on),
        "ends_on": w.day(row.ends_on),
        "confidentiality": row.confidentiality or "",
        "ended": ended,
        "signer": w.DEPARTMENT_NAME,
        "date": w.day(min(row.starts_on, row.recorded_at.date())),
    }


def evaluation(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """监测评估表: what the holder reported against its application, the agency's proposal, the department's word.

    Raises NotMadeYet before the agency has proposed anything.
    """
    row = require(session, subject)
    if row.proposed is None:
        raise w.not_yet("monitoring_evaluation", subject)
    title = require_title(session, row.title_no)
    final = row.final_result or row.result
    return {
        **w.held(title),
        "evaluation_no": subject,
        "year": str(row.year),
        "agency": w.organisation(session, row.agency),
        "score": "" if row.score is None else str(row.score),
        "findings": row.findings or "",
        "proposed": w.MARKS.get(row.proposed, row.proposed),
        "conclusion": w.MARKS.get(final or "", final or ""),
        "handler": w.person(session, row.confirmed_by),
        "date": w.day(row.confirmed_at or row.started_at),
        "indicators": w.numbered(_indicators(session, title, row.holder_report or {})),
    }


def _indicators(session: Session, title: Title, reported: Mapping[str, Any]) -> list[dict[str, str]]:
    rows = []
    for found in compare(session, title.application_no, reported):
        if found.reported is None:
            continue
        change = "" if found.change is None else f"{'+' if found.change > 0 else ''}{w.number(found.change)}"
        rows.append(
            {
                "label": f"{found.indicator.zh}（{found.indicator.unit}）",
                "applied": w.number(found.applied),
                "reported": w.number(found.reported),
                "change": change,
            }
        )
    return rows


def rectification_notice(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """整改通知书: the problems and the last day, with an extension if there was one. Raises NotMadeYet."""
    row = require(session, subject)
    if row.rectification is None:
        raise w.not_yet("rectification_notice", subject)
    ordered = row.rectification
    problems = [line.strip() for line in ordered.notice.split("\n") if line.strip()]
    return {
        "issuer": w.DEPARTMENT_NAME,
        "title": "整改通知书",
        **w.held(require_title(session, row.title_no)),
        "evaluation_no": subject,
        "year": str(row.year),
        "agency": w.organisation(session, row.agency),
        "problems": problems,
        "due_on": w.day(ordered.due_on),
        "signer": w.DEPARTMENT_NAME,
        "date": w.day(ordered.noticed_on),
    }
