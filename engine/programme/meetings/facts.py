"""What the director's meeting is told and what it decided: opinions, agenda slip, minutes, as facts for pages."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.programme.applications.models import Application, ApplicationEvent
from engine.programme.applications.statuses import (
    FORMAL_PASSED,
    NOT_PROPOSED,
    PROPOSED,
    RECOMMENDED,
    REVIEWED,
)
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.meetings.models import FAIL, PASS, RETURN, Meeting, Opinion
from engine.programme.meetings.operations import TYPE_ORDER, by_type, order_key
from engine.programme.reviews.models import SiteVisit
from engine.programme.titles.models import TYPE_NAMES

OPINIONS = {"PROPOSE": "建议认定", "REJECT": "建议不予认定", "DEFER": "暂缓"}
RESULTS = {PASS: "通过", FAIL: "不通过", RETURN: "退回再议"}
VISITS = {"TRUE": "属实", "MOSTLY": "基本属实", "FALSE": "不属实"}
MEASURE = "《山东省智能制造场景数字化车间智能工厂培育认定办法》"
NAME = "省级智能制造场景、数字化车间和智能工厂"


def opinion_list(session: Session, year: int, round: int | None = None) -> dict[str, Any]:
    """The signed opinions of a round, by type in their order, with what was changed against the scores.

    Without a round: the last one. Keys: year, title, round, signed_on, groups (type_name, rows), totals.
    """
    number = round or session.scalar(select(func.max(Opinion.round)).where(Opinion.cycle_year == year)) or 0
    rows = session.execute(
        select(Opinion, Application)
        .join(Application, Application.application_no == Opinion.application_no)
        .where(Opinion.cycle_year == year, Opinion.round == number)
        .order_by(Opinion.rank)
    ).all()
    groups = []
    for type in sorted({item.type for _, item in rows}, key=lambda t: TYPE_ORDER.get(t, 9)):
        own = [(opinion, item) for opinion, item in rows if item.type == type]
        places = {
            item.application_no: n for n, item in enumerate(sorted((i for _, i in own), key=order_key), 1)
        }
        listed = [_opinion(opinion, item, places[item.application_no]) for opinion, item in own]
        groups.append({"type": type, "type_name": TYPE_NAMES[type], "rows": listed})
    return {
        "year": year,
        "title": f"{year}年度{NAME}审核意见",
        "round": number,
        "signed_on": rows[0][0].signed_at.date() if rows else None,
        "groups": groups,
        "totals": {OPINIONS[key]: n for key, n in Counter(opinion.opinion for opinion, _ in rows).items()},
    }


def _opinion(opinion: Opinion, item: Application, due: int) -> dict[str, Any]:
    return {
        **_named(item),
        "rank": opinion.rank,
        "rank_by_score": due,
        "score": item.score,
        "city_title": item.city_title,
        "visit": VISITS.get(item.visit_result or "", "未考察"),
        "opinion": OPINIONS[opinion.opinion],
        "reason": opinion.reason,
    }


def _named(item: Application) -> dict[str, Any]:
    return {
        "application_no": item.application_no,
        "enterprise": item.enterprise,
        "object_name": item.object_name,
        "type_name": TYPE_NAMES[item.type],
        "city": item.city,
    }


def agenda_facts(session: Session, year: int) -> dict[str, Any]:
    """The agenda slip (议题呈报单) of a cycle: what was done, how many are proposed, what the meeting is to decide."""
    cycle = require_cycle(session, year)
    opinions = opinion_list(session, year)
    counts = _counts(session, year)
    proposed = [
        r for group in opinions["groups"] for r in group["rows"] if r["opinion"] == OPINIONS["PROPOSE"]
    ]
    others = [r for group in opinions["groups"] for r in group["rows"] if r["opinion"] != OPINIONS["PROPOSE"]]
    return {
        "year": year,
        "subject": f"关于{year}年度{NAME}拟认定名单的议题",
        "reporting_office": "装备产业处",
        "reporter": "装备产业处处长",
        "observers": "厅办公室、法制审核、纪检监督",
        "basis": f"{MEASURE}第八条；《{cycle.title}》（{cycle.notice_no or ''}）",
        "counts": counts,
        "process": (
            f"共受理申报{counts['filed']}项，各市推荐{counts['recommended']}项，形式审查通过{counts['formal']}项，"
            f"专家评审{counts['reviewed']}项，实地考察{counts['visited']}项。"
        ),
        "opinion": f"建议认定{len(proposed)}项，其余{len(others)}项不建议认定或者暂缓。",
        "proposed": proposed,
        "not_proposed": others,
        "by_type": dict(Counter(row["type_name"] for row in proposed)),
        "risks": "评审按规定回避、封存评分；名单经公示接受监督，公示期内异议逐件核查。",
        "questions": f"是否同意认定拟认定名单所列{len(proposed)}项，并按规定公示。",
        "attachments": ["拟认定名单", "未列入拟认定名单情况"],
    }


def _counts(session: Session, year: int) -> dict[str, int]:
    """How many applications of a cycle reached each step at least once."""

    def reached(*states: str) -> int:
        query = (
            select(func.count(func.distinct(Application.id)))
            .join(ApplicationEvent, ApplicationEvent.application_id == Application.id)
            .where(Application.cycle_year == year, ApplicationEvent.to_status.in_(states))
        )
        return session.scalar(query) or 0

    visited = (
        select(func.count(SiteVisit.id))
        .join(Application, Application.application_no == SiteVisit.application_no)
        .where(Application.cycle_year == year)
    )
    filed = (Application.cycle_year == year, Application.submitted_at.is_not(None))
    return {
        "filed": session.scalar(select(func.count(Application.id)).where(*filed)) or 0,
        "recommended": reached(RECOMMENDED),
        "formal": reached(FORMAL_PASSED),
        "reviewed": reached(REVIEWED),
        "visited": session.scalar(visited) or 0,
        "proposed": reached(PROPOSED),
        "not_proposed": reached(NOT_PROPOSED),
    }


def minutes_facts(session: Session, year: int, round: int | None = None) -> dict[str, Any]:
    """The minutes of a meeting that was held: the last one of a cycle, unless a round is named. Empty without one."""
    query = select(Meeting).where(Meeting.cycle_year == year).order_by(Meeting.round.desc())
    if round is not None:
        query = query.where(Meeting.round == round)
    meeting = session.scalars(query).first()
    if meeting is None:
        return {}
    facts = {name: getattr(meeting, name) for name in ("minutes_no", "held_on", "attendees")}
    facts |= {name: getattr(meeting, name) or "" for name in ("place", "chair", "absent", "observers")}
    rows = [
        {"application_no": r.application_no, "result": r.result, "reason": r.reason} for r in meeting.results
    ]
    return minutes_of(
        session, year, {**facts, "recusals": meeting.recusals or [], "items": rows}, meeting.recorded_at
    )


def minutes_of(
    session: Session, year: int, data: Mapping[str, Any], signed_at: datetime | None = None
) -> dict[str, Any]:
    """The minutes as these results would make them; `data` as the form of the meeting has it, parts may be missing."""
    given = {row["application_no"]: row for row in data.get("items") or [] if row.get("application_no")}
    items = session.scalars(select(Application).where(Application.application_no.in_(given)))
    ranked = by_type(
        (item, {**given[item.application_no], "rank": item.rank or 0}) for item in _distinct(items)
    )
    pairs = [pair for own in ranked.values() for pair in own]
    rows = [
        {
            **_named(item),
            "result": RESULTS.get(str(row.get("result") or ""), "未表决"),
            "code": row.get("result") or "",
            "reason": row.get("reason") or "",
        }
        for item, row in pairs
    ]
    counted = Counter(row["code"] for row in rows)
    held_on = data.get("held_on") or ""
    return {
        "year": year,
        "minutes_no": data.get("minutes_no") or "",
        "held_on": date.fromisoformat(held_on) if isinstance(held_on, str) and held_on else held_on or None,
        **{name: data.get(name) or "" for name in ("place", "chair", "attendees", "absent", "observers")},
        "subject": f"{year}年度{NAME}认定",
        "recusals": [dict(row) for row in data.get("recusals") or []],
        "resolution": _resolution(counted),
        "groups": _groups(rows),
        "rows": rows,
        "totals": {RESULTS[key]: counted[key] for key in (PASS, FAIL, RETURN)},
        "signed_on": signed_at.date() if signed_at else None,
    }


def _distinct(items: Iterable[Application]) -> list[Application]:
    """By number, so that items of one rank keep one order."""
    return sorted(items, key=lambda item: item.application_no)


def _resolution(counted: Counter[str]) -> str:
    words = [f"会议原则同意认定{counted[PASS]}项"]
    if counted[FAIL]:
        words.append(f"不同意认定{counted[FAIL]}项")
    if counted[RETURN]:
        words.append(f"{counted[RETURN]}项退回修改完善后再次上会")
    return "，".join(words) + "。会议要求，装备产业处按规定组织公示，异议逐件核查。"


def _groups(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = list(dict.fromkeys(row["type_name"] for row in rows))
    return [{"type_name": name, "rows": [r for r in rows if r["type_name"] == name]} for name in names]
