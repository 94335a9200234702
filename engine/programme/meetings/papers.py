"""The papers of the director's meeting: the values of their templates, every one a text."""

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.catalogues import Catalogues
from engine.programme.meetings.facts import agenda_facts, minutes_facts
from engine.programme.meetings.models import Opinion

ISSUER = "山东省工业和信息化厅"
FIGURES = (
    ("filed", "申报"),
    ("recommended", "各市推荐"),
    ("formal", "形式审查通过"),
    ("reviewed", "专家评审"),
    ("visited", "实地考察"),
)


def agenda_slip(session: Session, subject: str, catalogues: Catalogues) -> dict[str, Any]:
    """The agenda slip (上会议题单) of a cycle; `subject` is its year. Raises NotFound."""
    facts = agenda_facts(session, int(subject))
    signed = select(func.max(Opinion.signed_at)).where(Opinion.cycle_year == int(subject))
    at = session.scalar(signed)
    return {
        "title": facts["subject"],
        "year": subject,
        "division": facts["reporting_office"],
        "reporter": facts["reporter"],
        "observers": facts["observers"],
        "basis": facts["basis"],
        "procedure": facts["process"],
        "opinion": facts["opinion"],
        "proposed": str(len(facts["proposed"])),
        "risks": facts["risks"],
        "question": facts["questions"],
        "date": day(at.date() if at else None),
        "attachments": facts["attachments"],
        "counts": [{"label": zh, "count": str(facts["counts"][name])} for name, zh in FIGURES],
        "items": numbered(catalogues, facts["proposed"] + facts["not_proposed"], "opinion"),
    }


def minutes(session: Session, subject: str, catalogues: Catalogues) -> dict[str, Any]:
    """The minutes of a meeting on a cycle: `subject` is its year (the last one), or year and round (`2024-2`).

    Without one, everything is empty.
    """
    year, _, round = subject.partition("-")
    facts = minutes_facts(session, int(year), int(round) if round else None)
    held = day(facts.get("held_on"))
    absent = f"（请假、缺席：{facts['absent']}）" if facts.get("absent") else ""
    return {
        "issuer": ISSUER,
        "number": facts.get("minutes_no", ""),
        "title": f"关于{year}年度认定工作的会议纪要",
        "year": year,
        "held_on": held,
        "place": facts.get("place", ""),
        "chair": facts.get("chair", ""),
        "attendees": facts.get("attendees", "") + absent,
        "observers": facts.get("observers", ""),
        "recorder": "厅办公室",
        "date": day(facts.get("signed_on")) or held,
        "copies": "",
        "printed": "",
        "decisions": decisions(facts),
        "items": numbered(catalogues, facts.get("rows", []), "result", "reason"),
    }


def decisions(facts: dict[str, Any]) -> list[str]:
    """The sentences of the minutes: what was resolved, who withdrew from what."""
    if not facts:
        return []
    left = [
        f"{row['name']}回避{row['application_no']}" + (f"（{row['reason']}）" if row.get("reason") else "")
        for row in facts["recusals"]
    ]
    return [facts["resolution"], *(["回避情况：" + "；".join(left) + "。"] if left else [])]


def numbered(catalogues: Catalogues, rows: list[dict[str, Any]], *names: str) -> list[dict[str, str]]:
    """Items as rows of a list: number, type, enterprise, object, city by name, and the values named."""
    return [
        {
            "no": str(place),
            "type": row["type_name"],
            "enterprise": row["enterprise"],
            "object": row["object_name"],
            "city": city_name(catalogues, row["city"]),
            **{name: str(row[name]) for name in names},
        }
        for place, row in enumerate(rows, start=1)
    ]


def city_name(catalogues: Catalogues, code: str) -> str:
    """A city by its code; an unknown code stays as it is."""
    item = catalogues.get("regions").find(code)
    return item.label if item else code


def day(value: date | None) -> str:
    """A day as documents write it: 2024年6月3日."""
    return f"{value.year}年{value.month}月{value.day}日" if value else ""
