"""What is told to the public: notices, public notices, publications."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from engine.documents.builders import words as w
from engine.programme.announcements import papers
from engine.programme.announcements.models import Notice
from engine.runtime import Runtime

DEADLINES = (
    ("enterprise_deadline", "企业申报截止"),
    ("county_deadline", "县级审核截止"),
    ("city_deadline", "市级推荐截止"),
)
NAMED = "各市工业和信息化局"


def notice(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """An issued notice: the annual one, a supplementary one, a correction (article 7)."""
    row = session.get_one(Notice, int(subject))
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
    """公示: exactly what was put up, with explicit dates (article 8)."""
    facts = papers.public_notice(session, int(subject))
    days = rt.calendar.count(facts["starts_on"], facts["ends_on"])
    return {
        "issuer": w.DEPARTMENT_NAME,
        "title": facts["title"],
        "year": str(facts["year"]),
        "basis": facts["basis"],
        "procedure": f"现将拟认定名单（共{facts['count']}项，见附件）予以公示。",
        "starts_on": w.day(facts["starts_on"]),
        "ends_on": w.day(facts["ends_on"]),
        "period": f"{days}个工作日",
        "phone": facts["phone"],
        "contact": facts["email"],
        "place": facts["address"],
        "items": _items(rt, facts["groups"]),
        "signer": w.DEPARTMENT_NAME,
        "date": w.day(facts["issued_on"]),
    }


def publication(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """公布通知 with its list by type in the order of the cities' codes (article 8)."""
    facts = papers.publication(session, int(subject))
    types = [row["type"] for group in facts["groups"] for row in group["rows"]]
    added = [f"本次为{facts['supplement_to']}的同批次补充公布。"] if facts["supplement_to"] else []
    return {
        "issuer": w.DEPARTMENT_NAME,
        "number": facts["document_no"],
        "title": facts["title"],
        "addressee": facts["addressees"],
        "year": str(facts["year"]),
        **w.counts(types),
        "body": [*added, "请各市加强指导服务，做好动态管理，发挥示范带动作用。"],
        "repeals": facts["repeals"],
        "attachments": [facts["batch"]],
        "items": _items(rt, facts["groups"], numbers=True),
        "signer": w.DEPARTMENT_NAME,
        "date": w.day(facts["document_date"]),
        "note": "此件主动公开",
    }


def _items(rt: Runtime, groups: list[Mapping[str, Any]], *, numbers: bool = False) -> list[dict[str, Any]]:
    rows = [(group["type_name"], row) for group in groups for row in group["rows"]]
    return w.numbered(
        [
            {
                "type": name,
                "enterprise": row["enterprise"],
                "object": row["object_name"],
                "city": w.place(rt, row["city"]),
                **({"title_no": row["number"]} if numbers else {}),
            }
            for name, row in rows
        ]
    )
