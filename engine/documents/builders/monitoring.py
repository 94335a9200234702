"""The evaluation of a title in a year, and the notice to rectify (articles 10, 11(3))."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.documents.builders import words as w
from engine.programme.applications.models import ApplicationVersion
from engine.programme.monitoring.operations import require
from engine.programme.titles.models import Title
from engine.programme.titles.operations import require as require_title
from engine.runtime import Runtime

INDICATORS = (
    ("numerical_control_rate", "关键工序数控化率（%）", ("numerical_control_rate",)),
    ("network_rate", "设备联网率（%）", ("network_rate",)),
    ("efficiency", "劳动生产率（万元/人·年）", ("efficiency",)),
    ("energy", "单位产值综合能耗（吨标准煤/万元）", ("energy",)),
    ("defect_rate", "产品不良率（%）", ("defect_rate",)),
)


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
    applied = session.scalar(
        select(ApplicationVersion.content)
        .where(ApplicationVersion.application_no == title.application_no)
        .order_by(ApplicationVersion.version.desc())
        .limit(1)
    )
    before = applied if isinstance(applied, dict) else {}
    rows = []
    for key, label, names in INDICATORS:
        if reported.get(key) is None:
            continue
        then = next((before[name] for name in names if before.get(name) is not None), None)
        rows.append({"label": label, **_change(then, reported[key])})
    return rows


def _change(then: Any, now: Any) -> dict[str, str]:
    told = {"applied": w.number(then), "reported": w.number(now), "change": ""}
    if told["applied"] and told["reported"]:
        difference = Decimal(told["reported"]) - Decimal(told["applied"])
        told["change"] = f"{'+' if difference > 0 else ''}{w.number(difference)}"
    return told


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
