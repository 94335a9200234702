"""What is told to the public: notices, public notices, publications."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from engine.documents.builders import words as w
from engine.documents.subjects import in_year
from engine.programme.announcements import papers
from engine.programme.announcements.models import Notice, Publication, PublicNotice
from engine.runtime import Runtime

DEADLINES = (
    ("enterprise_deadline", "企业申报截止"),
    ("county_deadline", "县级审核截止"),
    ("city_deadline", "市级推荐截止"),
)
NAMED = "各市工业和信息化局"


def notice(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """An issued notice: the annual one, a supplementary one, a correction (article 7)."""
    row = in_year(session, Notice, subject)
    if row is None:
        raise w.not_yet("notice", subject)
    facts = row.facts if isinstance(row.facts, dict) else {}
    paragraphs = [line.strip() for line in row.body.split("\n") if line.strip()]
    first = paragraphs[:1] if paragraphs and paragraphs[0].endswith(("：", ":")) else []
    return {
        "issuer": w.DEPARTMENT_NAME,
        "number": row.notice_no,
        "title": row.title,
        "addressee": first[0].rstrip("：:") if first else NAMED,
        "year": str(row.cycle_year),
        "body": paragraphs[len(first) :] or [f"根据{w.MEASURE}，现将有关事项通知如下。"],
        "deadlines": [
            {"label": label, "instant": w.instant(facts[key])} for key, label in DEADLINES if facts.get(key)
        ],
        "signer": w.DEPARTMENT_NAME,
        "date": w.day(row.notice_date),
        "note": "此件主动公开",
    }


def public_notice(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """公示: exactly what was put up, with explicit dates and the number of working days (article 8)."""
    row = in_year(session, PublicNotice, subject)
    if row is None:
        raise w.not_yet("public_notice", subject)
    days = rt.calendar.count(row.starts_on, row.ends_on)
    return {**papers.public_notice(session, subject, rt.catalogues), "period": f"{days}个工作日"}


def evidence(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """公示留痕单: what a public notice said, by hash, and what every look at its page found (article 8)."""
    row = in_year(session, PublicNotice, subject)
    if row is None:
        raise w.not_yet("evidence", subject)
    return papers.evidence(session, str(row.id))


def publication(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """公布通知 with its list by type in the order of the cities' codes (article 8)."""
    row = in_year(session, Publication, subject)
    if row is None:
        raise w.not_yet("publication", subject)
    return papers.publication(session, row.document_no, rt.catalogues)
