"""Relations that come as a list: what a row would do to those on record, and doing it.

A relation on record is never rewritten: a row that names it may tell its end, and nothing else (`pool.end_relation`).
A row names the relation of the same expert, kind and enterprise that began on the same day, or without one.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.programme.reviews import pool
from engine.programme.reviews.conflicts import plain
from engine.programme.reviews.pool import Wrong
from engine.programme.reviews.pool_errors import EndBeforeItWasDeclared, ExpertFactsWrong
from engine.programme.reviews.pool_models import ExpertRelation

DAYS = {"starts_on": "开始", "ends_on": "结束"}
FIXED = ("uscc", "share", "note")
"""What was declared with a relation and cannot be said otherwise by a later list."""

Named = tuple[str, str, str, date | None]


def named(facts: Mapping[str, Any]) -> Named:
    """What a relation is known by: expert, kind, enterprise, first day."""
    return facts["login"], facts["kind"], plain(facts["enterprise"]), facts["starts_on"]


def _named(row: ExpertRelation) -> Named:
    return row.login, row.kind, plain(row.enterprise), row.starts_on


def on_record(known: Sequence[ExpertRelation], facts: Mapping[str, Any]) -> ExpertRelation | None:
    """The relation that a row names: the one with its end, else the one that lasts, else the newest."""
    same = [row for row in known if _named(row) == named(facts)]
    ends = facts.get("ends_on")
    order = (
        *(row for row in same if row.ends_on == ends),
        *(row for row in same if row.ends_on is None),
        *sorted(same, key=lambda row: -row.id),
    )
    return next(iter(order), None)


def typed(texts: Mapping[str, Any]) -> tuple[dict[str, Any], Wrong]:
    """The facts of a row with its days as days, and which of them are none."""
    facts, found = dict(texts), Wrong()
    for name in DAYS:
        try:
            facts[name] = date.fromisoformat(texts[name]) if texts.get(name) else None
        except ValueError:
            facts[name] = None
            found[name] = (
                f"{DAYS[name]}日期写成 2024-06-03 这样",
                "write a day like 2024-06-03",
            )
    return facts, found


def wrong(texts: Mapping[str, Any], known: Sequence[ExpertRelation], logins: Collection[str]) -> Wrong:
    """What is wrong with a row, by column; `known`: the relations on record, `logins`: whom it may name."""
    facts, found = typed(texts)
    found |= pool.wrong_relation(facts)
    if facts["login"] not in logins:
        found["login"] = ("专家库和表中都没有这个账号", "neither the pool nor this file has this login")
    row = None if found else on_record(known, facts)
    if row is not None:
        found |= _rewritten(row, facts) | _wrong_end(row, facts["ends_on"])
    return found


def differences(row: ExpertRelation, facts: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What a row would change in the relation that it names: its end, or nothing."""
    ends = facts["ends_on"]
    return {} if ends == row.ends_on else {"ends_on": [row.ends_on, ends]}


def take(session: Session, texts: Mapping[str, Any], *, actor: str, at: datetime) -> None:
    """Declare a relation, or tell the end of the one on record. Raises ExpertUnknown, ExpertFactsWrong."""
    login = texts["login"]
    pool.require(session, login)
    known = pool.relations(session, login)
    if found := wrong(texts, known, (login,)):
        raise ExpertFactsWrong(found)
    facts, _ = typed(texts)
    row = on_record(known, facts)
    if row is None:
        pool.relate(session, login, facts, actor=actor, at=at)
    elif facts["ends_on"] != row.ends_on:
        pool.end_relation(session, login, row.id, facts["ends_on"], actor=actor, at=at)


def _rewritten(row: ExpertRelation, facts: Mapping[str, Any]) -> Wrong:
    found: Wrong = {}
    for name in FIXED:
        said, stands = facts.get(name), getattr(row, name)
        if said not in (None, "") and said != stands:
            found[name] = (
                f"这项关系已登记为“{'' if stands is None else stands}”，不能改写",
                f"this relation is on record with “{'' if stands is None else stands}” and is not rewritten",
            )
    return found


def _wrong_end(row: ExpertRelation, ends: date | None) -> Wrong:
    if row.ends_on == ends:
        return {}
    if row.ends_on is not None:
        return {
            "ends_on": (
                f"这项关系已登记于 {row.ends_on} 结束；又发生的，请填写新的开始日期",
                f"this relation is on record as ended on {row.ends_on}; if there is one again, give its first day",
            )
        }
    return {} if ends is None else _too_early(row, ends)


def _too_early(row: ExpertRelation, ends: date) -> Wrong:
    try:
        pool.ensure_may_end(row, ends)
    except EndBeforeItWasDeclared as refusal:
        return {"ends_on": (refusal.message("zh"), refusal.message("en"))}
    return {}
