"""The expert pool: who is in it, what they know, whom they are bound to, when they rest; every change on record."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit
from engine.programme.lookup import by_key
from engine.programme.reviews.conflicts import RELATIONS
from engine.programme.reviews.draw_rules import FIELDS
from engine.programme.reviews.models import Expert
from engine.programme.reviews.pool_errors import (
    EndBeforeItWasDeclared,
    ExpertFactsWrong,
    ExpertUnknown,
    RelationHasEnded,
)
from engine.programme.reviews.pool_models import ExpertBar, ExpertEvent, ExpertRelation, ExpertRest
from forms.kinds import KINDS as TEXT_KINDS

LOGIN = re.compile(r"[0-9A-Za-z][0-9A-Za-z._@-]{1,79}")
INDUSTRY = re.compile(r"\d{2}")
CITY = re.compile(r"\d{6}")
TEXTS = {"name": 80, "title": 60, "employer": 200, "employer_group": 200, "note": 1000}
COLUMNS = (
    "name",
    "fields",
    "industries",
    "title",
    "employer",
    "employer_uscc",
    "employer_city",
    "employer_group",
    "note",
    "active",
)
"""What an entry says of an expert, beside the login."""
Wrong = dict[str, tuple[str, str]]


def require(session: Session, login: str) -> Expert:
    """The expert of that login. Raises ExpertUnknown."""
    found = by_key(session, Expert, Expert.login, login)
    if found is None:
        raise ExpertUnknown(login=login)
    return found


def wrong(facts: Mapping[str, Any]) -> Wrong:
    """What is wrong with an entry, by column, in both languages; empty when it may be kept."""
    found: Wrong = {}
    if not LOGIN.fullmatch(str(facts.get("login") or "")):
        found["login"] = (
            "账号为 2 至 80 位字母、数字或 . _ @ -",
            "a login has 2 to 80 letters, digits or . _ @ -",
        )
    if not str(facts.get("name") or "").strip():
        found["name"] = ("请填写姓名", "the name is missing")
    fields = list(facts.get("fields") or ())
    if not fields or not set(fields) <= FIELDS.keys():
        found["fields"] = ("请选择专业，主专业在前", "choose the fields, the main one first")
    if not all(INDUSTRY.fullmatch(str(code)) for code in facts.get("industries") or ()):
        found["industries"] = (
            "行业为两位代码（GB/T 4754 大类）",
            "industries are divisions of GB/T 4754, two digits",
        )
    uscc = str(facts.get("employer_uscc") or "")
    found |= _wrong_code("employer_uscc", uscc)
    if facts.get("employer_city") and not CITY.fullmatch(str(facts["employer_city"])):
        found["employer_city"] = ("请填写设区的市", "this is not a city")
    if not isinstance(facts.get("active", True), bool):
        found["active"] = ("在库填“是”或“否”", "whether active is 是 (yes) or 否 (no)")
    for name, most in TEXTS.items():
        if len(str(facts.get(name) or "")) > most:
            found[name] = (f"不超过 {most} 字", f"at most {most} characters")
    return found


def save(session: Session, facts: Mapping[str, Any], *, actor: str, at: datetime) -> Expert:
    """Enter an expert, or change the entry; what changed goes on record. Raises ExpertFactsWrong.

    `facts`: the login and COLUMNS; a column that is left out stays as it is.
    """
    login = str(facts.get("login") or "").strip()
    known = by_key(session, Expert, Expert.login, login)
    after = {**(_facts(known) if known else _EMPTY), **_clean(facts)}
    found = wrong({**after, "login": login})
    if found:
        raise ExpertFactsWrong(found)
    expert = known or Expert(login=login, conflicts=[])
    changes = differences(known, facts)
    for name, value in after.items():
        setattr(expert, name, value)
    expert.field = after["fields"][0]
    session.add(expert)
    if changes:
        _record(session, login, "CHANGED" if known else "ADDED", changes, actor, at)
    return expert


def differences(known: Expert | None, facts: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What `save` would change in an entry, each column with what it says now and then; None: a new one."""
    before = _facts(known) if known else {}
    after = {**(before or _EMPTY), **_clean(facts)}
    return {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}


def relate(
    session: Session, login: str, facts: Mapping[str, Any], *, actor: str, at: datetime
) -> ExpertRelation:
    """Declare a relation. Raises ExpertUnknown, ExpertFactsWrong.

    `facts`: enterprise, kind, and optionally uscc, share, starts_on, ends_on, note.
    """
    require(session, login)
    found = wrong_relation(facts)
    if found:
        raise ExpertFactsWrong(found)
    row = ExpertRelation(
        login=login,
        enterprise=str(facts["enterprise"]).strip(),
        uscc=str(facts.get("uscc") or "").strip().upper() or None,
        kind=facts["kind"],
        share=facts.get("share"),
        starts_on=facts.get("starts_on"),
        ends_on=facts.get("ends_on"),
        note=str(facts.get("note") or "").strip(),
        declared_by=actor,
        declared_at=at,
    )
    session.add(row)
    told = {name: [None, _told(getattr(row, name))] for name in _RELATION if getattr(row, name)}
    _record(session, login, "RELATED", told, actor, at)
    return row


def wrong_relation(facts: Mapping[str, Any]) -> Wrong:
    """What is wrong with a relation, by column."""
    found: Wrong = {}
    name = str(facts.get("enterprise") or "").strip()
    if not name or len(name) > 200:
        found["enterprise"] = (
            "请填写企业名称（不超过 200 字）",
            "give the enterprise's name (at most 200 characters)",
        )
    uscc = str(facts.get("uscc") or "").strip().upper()
    found |= _wrong_code("uscc", uscc)
    if facts.get("kind") not in RELATIONS:
        found["kind"] = ("请选择关系种类", "choose the kind of relation")
    share = facts.get("share")
    if share is not None and not (isinstance(share, int) and 0 <= share <= 100):
        found["share"] = ("比例为 0 至 100 的整数", "a share is a whole number between 0 and 100")
    start, end = facts.get("starts_on"), facts.get("ends_on")
    if start and end and end < start:
        found["ends_on"] = ("结束日期早于开始日期", "it ends before it begins")
    if len(str(facts.get("note") or "")) > 400:
        found["note"] = ("不超过 400 字", "at most 400 characters")
    return found


def end_relation(session: Session, login: str, key: int, on: date, *, actor: str, at: datetime) -> None:
    """A relation ends on a day; it stays on record and counts for the look-back.

    It cannot be said to have ended before the day on which it was declared to last. Raises ExpertUnknown,
    RelationHasEnded, EndBeforeItWasDeclared.
    """
    row = session.get(ExpertRelation, key)
    if row is None or row.login != login:
        raise ExpertUnknown(login=login)
    if row.ends_on is not None:
        raise RelationHasEnded()
    ensure_may_end(row, on)
    row.ends_on = on
    _record(session, login, "ENDED", {row.enterprise: [None, on.isoformat()]}, actor, at)


def ensure_may_end(row: ExpertRelation, on: date) -> None:
    """Pass when a relation that lasts may be said to end on this day. Raises EndBeforeItWasDeclared."""
    if on < row.declared_at.date() or (row.starts_on is not None and on < row.starts_on):
        raise EndBeforeItWasDeclared(day=row.declared_at.date().isoformat())


def rest(
    session: Session,
    login: str,
    starts_on: date,
    ends_on: date | None,
    reason: str,
    *,
    actor: str,
    at: datetime,
) -> ExpertRest:
    """An expert is not drawn from one day to another, or until further notice. Raises ExpertUnknown, ExpertFactsWrong."""
    require(session, login)
    if ends_on is not None and ends_on < starts_on:
        raise ExpertFactsWrong({"ends_on": ("结束日期早于开始日期", "it ends before it begins")})
    row = ExpertRest(
        login=login,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason.strip()[:200],
        entered_by=actor,
        entered_at=at,
    )
    session.add(row)
    _record(session, login, "RESTS", {"rest": [None, f"{starts_on} – {ends_on or '…'}"]}, actor, at)
    return row


def end_rest(session: Session, login: str, key: int, on: date, *, actor: str, at: datetime) -> None:
    """A rest ends the day before `on`. Raises ExpertUnknown."""
    row = session.get(ExpertRest, key)
    if row is None or row.login != login:
        raise ExpertUnknown(login=login)
    before = row.ends_on
    row.ends_on = max(row.starts_on, on) if before is None else min(before, max(row.starts_on, on))
    _record(session, login, "RETURNS", {"rest": [_told(before), _told(row.ends_on)]}, actor, at)


def bar(
    session: Session, application_no: str, login: str, reason: str, *, actor: str, at: datetime
) -> ExpertBar:
    """An officer's own reason why an expert must not review an application. Raises ExpertUnknown, ExpertFactsWrong."""
    require(session, login)
    if not reason.strip():
        raise ExpertFactsWrong({"reason": ("请写明理由", "give the reason")})
    row = ExpertBar(
        application_no=application_no, login=login, reason=reason.strip()[:400], barred_by=actor, barred_at=at
    )
    session.add(row)
    _record(session, login, "BARRED", {application_no: [None, row.reason]}, actor, at)
    return row


def lift_bar(session: Session, key: int, reason: str, *, actor: str, at: datetime) -> None:
    """Take an officer's reason back, with a reason. Raises ExpertUnknown, ExpertFactsWrong."""
    row = session.get(ExpertBar, key)
    if row is None or row.lifted_at is not None:
        raise ExpertUnknown(login="")
    if not reason.strip():
        raise ExpertFactsWrong({"reason": ("请写明理由", "give the reason")})
    row.lifted_by, row.lifted_at, row.lift_reason = actor, at, reason.strip()[:400]
    _record(session, row.login, "LIFTED", {row.application_no: [row.reason, row.lift_reason]}, actor, at)


def relations(session: Session, login: str) -> Sequence[ExpertRelation]:
    """An expert's relations, those that last first."""
    where = ExpertRelation.login == login
    order = (ExpertRelation.ends_on.is_not(None), ExpertRelation.id.desc())
    return session.scalars(select(ExpertRelation).where(where).order_by(*order)).all()


def history(session: Session, login: str) -> Sequence[ExpertEvent]:
    """Every change of an entry, the newest first."""
    where = ExpertEvent.login == login
    return session.scalars(select(ExpertEvent).where(where).order_by(ExpertEvent.id.desc())).all()


_EMPTY: dict[str, Any] = {
    **dict.fromkeys(TEXTS, ""),
    "fields": [],
    "industries": [],
    "employer_uscc": None,
    "employer_city": None,
    "active": True,
}
_RELATION = ("enterprise", "uscc", "kind", "share", "starts_on", "ends_on", "note")


def _facts(expert: Expert) -> dict[str, Any]:
    facts = {name: getattr(expert, name) for name in COLUMNS}
    return {**facts, "fields": list(dict.fromkeys([expert.field, *(expert.fields or ())]))}


def _clean(facts: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: facts[name] for name in COLUMNS if name in facts}
    for name in TEXTS.keys() & found.keys():
        found[name] = str(found[name] or "").strip()
    for name in {"employer_uscc", "employer_city"} & found.keys():
        found[name] = str(found[name] or "").strip().upper() or None
    for name in {"fields", "industries"} & found.keys():
        found[name] = list(
            dict.fromkeys(str(each).strip() for each in found[name] or () if str(each).strip())
        )
    return found


def _wrong_code(name: str, uscc: str) -> Wrong:
    first = next(iter(TEXT_KINDS["uscc"].problems(uscc)), None) if uscc else None
    if first is None:
        return {}
    return {name: (first.zh.format(label="信用代码"), first.en.format(label="The code"))}


def _told(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _record(
    session: Session, login: str, action: str, changes: Mapping[str, Any], actor: str, at: datetime
) -> None:
    session.add(ExpertEvent(login=login, at=at, actor=actor, action=action, changes=dict(changes)))
    session.flush()
    audit.append(
        session,
        at=at,
        actor=actor,
        action=f"expert.{action.lower()}",
        object_type="expert",
        object_key=login,
        detail=dict(changes),
    )
