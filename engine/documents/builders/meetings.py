"""The agenda slip and the minutes of the director's meeting."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from engine.documents.builders import words as w
from engine.programme.meetings import papers
from engine.runtime import Runtime

STEPS = (
    ("filed", "申报"),
    ("recommended", "市级推荐"),
    ("formal", "形式审查通过"),
    ("reviewed", "专家评审"),
    ("visited", "实地考察"),
    ("proposed", "建议认定"),
)


def agenda_slip(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """上会议题单 of a year. Raises NotMadeYet before there are opinions."""
    year = int(subject.partition("-")[0])
    opinions = papers.opinion_list(session, year)
    if not opinions["groups"]:
        raise w.not_yet("agenda_slip", subject)
    slip = papers.agenda_slip(session, year)
    rows = [row for group in opinions["groups"] for row in group["rows"]]
    return {
        "title": slip["subject"],
        "year": str(year),
        "division": slip["reporting_office"],
        "reporter": slip["reporter"],
        "observers": slip["observers"],
        "basis": slip["basis"],
        "procedure": slip["process"],
        "opinion": slip["opinion"],
        "proposed": "、".join(f"{name}{count}项" for name, count in slip["by_type"].items()) or "0项",
        "risks": slip["risks"],
        "question": slip["questions"],
        "attachments": list(slip["attachments"]),
        "counts": [{"label": label, "count": str(slip["counts"][key])} for key, label in STEPS],
        "items": w.numbered(
            [{**_item(rt, row), "opinion": row["opinion"]} for row in rows],
        ),
        "date": w.day(opinions["signed_on"]),
    }


def minutes(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """会议纪要 of a year's last meeting, or of the round that the subject names. Raises NotMadeYet."""
    year, _, round = subject.partition("-")
    facts = papers.minutes(session, int(year), int(round) if round else None)
    if not facts:
        raise w.not_yet("minutes", subject)
    recused = [f"{row.get('name', '')}回避：{row.get('reason', '')}" for row in facts["recusals"]]
    return {
        "issuer": f"{w.DEPARTMENT_NAME}厅长办公会议纪要",
        "number": facts["minutes_no"],
        "title": f"研究{facts['subject']}事项",
        "year": year,
        "held_on": w.day(facts["held_on"]),
        "place": facts["place"],
        "chair": facts["chair"],
        "attendees": facts["attendees"],
        "observers": facts["observers"],
        "decisions": [f"会议听取了{facts['subject']}工作情况的汇报。", facts["resolution"], *recused],
        "items": w.numbered(
            [{**_item(rt, row), "result": row["result"], "reason": row["reason"]} for row in facts["rows"]]
        ),
        "date": w.day(facts["signed_on"] or facts["held_on"]),
    }


def _item(rt: Runtime, row: Mapping[str, Any]) -> dict[str, str]:
    return {
        "type": row["type_name"],
        "enterprise": row["enterprise"],
        "object": row["object_name"],
        "city": w.place(rt, row["city"]),
    }
