"""Drawing experts: a seed that was announced, what it is drawn from, the panels, edits with reasons, then frozen.

The seed and what it is drawn from are fixed together and before anybody can see what they give; another draw of the
year needs this one to be voided with its reason. What is confirmed never changes: an expert who leaves afterwards is
followed by a substitute (`substitutes`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, object_session

from engine import audit
from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application
from engine.programme.applications.operations import change_status
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.cycles.parameters import DEFAULTS
from engine.programme.reviews import conflicts, draw_input
from engine.programme.reviews.conflicts_register import all_between, between, terms
from engine.programme.reviews.draw_algorithm import ALGORITHM, Drawn, Shortage, draw_panels
from engine.programme.reviews.draw_errors import (
    DrawIsConfirmed,
    DrawIsStale,
    EditNotLawful,
    NothingToDraw,
    SeedIsAnnounced,
    SeedIsAnother,
    VoidNeedsReason,
)
from engine.programme.reviews.draw_rules import NEED_NAMES, Rules, fits, seating
from engine.programme.reviews.errors import PoolTooSmall
from engine.programme.reviews.models import Expert, Seat
from engine.programme.reviews.pool_models import PanelDraw, PanelEdit

_DRAWN: dict[tuple[str, str], Drawn] = {}
DRAWN, EDITED, SUBSTITUTE = "DRAWN", "EDITED", "SUBSTITUTE"


@dataclass(frozen=True, slots=True)
class Edit:
    """One expert of one panel exchanged by hand."""

    application_no: str
    leaving: str
    coming: str
    reason: str


def edits_of(rows: Any) -> list[Edit]:
    """The exchanges out of the rows of the form."""
    return [
        Edit(row["application_no"], row["leaving"], row["coming"], row.get("reason") or "")
        for row in rows or ()
    ]


def enrol(
    session: Session,
    login: str,
    name: str,
    field: str,
    *,
    employer: str = "",
    employer_uscc: str | None = None,
    conflicts: Iterable[str] = (),
    also: Iterable[str] = (),
    employer_city: str | None = None,
) -> Expert:
    """Enter an expert into the pool, or bring the entry up to date; `also` are further fields."""
    expert = session.scalar(select(Expert).where(Expert.login == login)) or Expert(login=login)
    expert.name, expert.field, expert.employer = name, field, employer
    expert.fields = list(dict.fromkeys([field, *also]))
    expert.employer_uscc, expert.conflicts, expert.active = employer_uscc, sorted(conflicts), True
    expert.employer_city = employer_city
    session.add(expert)
    session.flush()
    return expert


def has_conflict(expert: Expert, application: Application) -> bool:
    """Whether the registers show a conflict of interest between them (I8)."""
    session = object_session(expert)
    if session is None:
        raise ValueError("the expert is not of a session")
    return bool(between(session, expert, application))


def current(session: Session, year: int) -> PanelDraw | None:
    """The draw of a year that was not voided, announced or confirmed; None before there is one."""
    return session.scalar(
        select(PanelDraw).where(PanelDraw.cycle_year == year, PanelDraw.voided_at.is_(None))
    )


def announce(
    session: Session, year: int, seed: str, *, source: str = "", actor: str, at: datetime
) -> PanelDraw:
    """Fix the seed and what it is drawn from; from now on what they give may be looked at.

    Raises SeedIsAnnounced, NothingToDraw, PanelRulesDoNotFit.
    """
    if current(session, year) is not None:
        raise SeedIsAnnounced(year=year)
    draw_input.rules(session, year).needs()
    kept = draw_input.snapshot(session, year, at.date())
    if not kept["applications"]:
        raise NothingToDraw(year=year)
    parameters = {**DEFAULTS, **require_cycle(session, year).parameters}
    earlier = session.scalar(select(func.max(PanelDraw.number)).where(PanelDraw.cycle_year == year)) or 0
    row = PanelDraw(
        cycle_year=year,
        number=earlier + 1,
        seed=seed,
        source=source.strip() or str(parameters["experts.seed_source"]),
        algorithm=ALGORITHM,
        input=kept,
        input_sha256=draw_input.fingerprint(kept),
        announced_by=actor,
        announced_at=at,
    )
    session.add(row)
    session.flush()
    _log(session, row, "draw.announce", actor, at, {"seed": seed, "input": row.input_sha256})
    return row


def void(session: Session, row: PanelDraw, reason: str, *, actor: str, at: datetime) -> None:
    """Set an announced draw aside before it is confirmed; it stays on record with the reason.

    Raises DrawIsConfirmed, VoidNeedsReason.
    """
    if row.confirmed_at is not None:
        raise DrawIsConfirmed(year=row.cycle_year)
    if not reason.strip():
        raise VoidNeedsReason()
    row.voided_by, row.voided_at, row.void_reason = actor, at, reason.strip()
    session.flush()
    _log(session, row, "draw.void", actor, at, {"reason": row.void_reason})


def drawn(row: PanelDraw) -> Drawn:
    """What the seed gives; remembered, because the record and so the result never change."""
    key = (row.input_sha256, row.seed)
    if key not in _DRAWN:
        _DRAWN.clear()
        _DRAWN[key] = again(row)
    return _DRAWN[key]


def again(row: PanelDraw) -> Drawn:
    """The draw made once more, out of the record alone."""
    pool, entries, rules = draw_input.read(row.input)
    return draw_panels(pool, entries, rules, row.seed)


def edited(
    row: PanelDraw, panels: Mapping[str, Sequence[str]], edits: Sequence[Edit]
) -> dict[str, list[str]]:
    """The panels after these edits, each expert at the place of the one who left. Raises EditNotLawful."""
    found = {no: list(logins) for no, logins in panels.items()}
    pool, entries, rules = draw_input.read(row.input)
    by_login, by_no = {c.login: c for c in pool}, {e.application_no: e for e in entries}
    for edit in edits:
        panel, entry = found.get(edit.application_no), by_no.get(edit.application_no)
        _require_words(edit, panel, by_login.keys())
        if panel is None or entry is None:
            raise EditNotLawful(
                application_no=edit.application_no, why_zh="没有这项申报", why_en="no such item"
            )
        if edit.coming in entry.barred:
            zh, en = conflicts.KINDS[entry.barred[edit.coming]]
            raise EditNotLawful(application_no=edit.application_no, why_zh=zh, why_en=en.lower())
        panel[panel.index(edit.leaving)] = edit.coming
        masks = [
            sum(1 << i for i, login in enumerate(panel) if fits(by_login[login], need, entry.industry))
            for need in rules.needs()
        ]
        holders = [0] * len(panel)
        if not all(seating(holders, masks, 1 << i) for i in range(len(panel))):
            raise EditNotLawful(
                application_no=edit.application_no,
                why_zh="更换后不符合各专业人数要求",
                why_en="the panel would not have the fields that it needs",
            )
        found[edit.application_no] = [panel[bit.bit_length() - 1] for bit in holders]
    return found


def check(session: Session, row: PanelDraw, edits: Sequence[Edit], on: date) -> dict[str, list[str]]:
    """The panels that would be confirmed, checked against the registers as they stand today.

    Raises PoolTooSmall, EditNotLawful, DrawIsStale, ExpertHasConflict.
    """
    if row.confirmed_at is not None:
        raise DrawIsConfirmed(year=row.cycle_year)
    result = drawn(row)
    if result.shortages:
        raise shortage_refusal(result.shortages[0], len(result.shortages))
    panels = edited(row, result.panels, edits)
    waiting = {a.application_no: a for a in draw_input.waiting(session, row.cycle_year)}
    late = sorted(waiting.keys() - panels.keys())
    if late:
        raise DrawIsStale(application_no=late[0])
    seated = {login for panel in panels.values() for login in panel}
    _require_free(session, row.cycle_year, {no: panels[no] for no in waiting}, waiting, seated, on)
    return {no: panels[no] for no in sorted(waiting)}


def check_pool(session: Session, year: int, seed: str, on: date) -> None:
    """Whether a draw that was not announced could be made today. Raises PoolTooSmall, PanelRulesDoNotFit."""
    pool, entries, rules = draw_input.read(draw_input.snapshot(session, year, on))
    result = draw_panels(pool, entries, rules, seed)
    if result.shortages:
        raise shortage_refusal(result.shortages[0], len(result.shortages))


def confirm(
    session: Session,
    year: int,
    seed: str,
    *,
    edits: Sequence[Edit] = (),
    witness: str = "",
    actor: str,
    at: datetime,
) -> dict[str, list[str]]:
    """Seat the experts; from now on the draw is frozen. Experts by application, in the order of their places.

    A seed that nobody announced is announced by this: nobody can have looked at what it gives. Raises SeedIsAnother,
    and as `announce` and `check`.
    """
    row = current(session, year) or announce(session, year, seed, actor=actor, at=at)
    if row.seed != seed:
        raise SeedIsAnother(seed=row.seed)
    plain, panels = drawn(row).panels, check(session, row, edits, at.date())
    _, entries, rules = draw_input.read(row.input)
    groups, needs = {e.application_no: e.panel for e in entries}, rules.needs()
    applications = {a.application_no: a for a in draw_input.waiting(session, year)}
    for no, panel in panels.items():
        for place, (login, need) in enumerate(zip(panel, needs, strict=True), start=1):
            origin = DRAWN if login in plain[no] else EDITED
            seat = new_seat(applications[no], place, login, row.seed, at, origin)
            seat.panel, seat.need = groups[no], need
            session.add(seat)
        change_status(applications[no], s.IN_REVIEW, actor=actor, basis=f"第八条（抽取种子 {seed}）", at=at)
    for edit in edits:
        session.add(_kept(row, edit, actor, at))
    row.result_sha256 = draw_input.fingerprint({no: list(logins) for no, logins in plain.items()})
    row.witness, row.confirmed_by, row.confirmed_at = witness, actor, at
    session.flush()
    return panels


def shortage_refusal(shortage: Shortage, count: int = 1) -> PoolTooSmall:
    """The refusal that says which application cannot be staffed, for which places, and what keeps experts away."""
    return PoolTooSmall(
        application_no=shortage.application_no,
        found=shortage.fitting,
        needed=len(shortage.needs),
        needs_zh="、".join(dict.fromkeys(NEED_NAMES[n][0] for n in shortage.needs)),
        needs_en=", ".join(dict.fromkeys(NEED_NAMES[n][1].lower() for n in shortage.needs)),
        barred_zh="、".join(f"{conflicts.KINDS[k][0]}{n}名" for k, n in sorted(shortage.barred.items()))
        or "无",
        barred_en=", ".join(
            f"{conflicts.KINDS[k][1].lower()}: {n}" for k, n in sorted(shortage.barred.items())
        )
        or "none",
        count=count,
    )


def new_seat(application: Application, place: int, login: str, seed: str, at: datetime, origin: str) -> Seat:
    """A place at an application, taken."""
    return Seat(
        application_no=application.application_no,
        cycle_year=application.cycle_year,
        place=place,
        expert=login,
        drawn_at=at,
        seed=seed,
        origin=origin,
    )


def _require_words(edit: Edit, panel: Sequence[str] | None, pool: Iterable[str]) -> None:
    """An edit takes out who sits there, brings in who does not, and says why. Raises EditNotLawful."""
    wrong = None
    if panel is not None and edit.leaving not in panel:
        wrong = ("换出的专家不在这一组", "the expert who should leave does not sit there")
    elif panel is not None and edit.coming in panel:
        wrong = ("换入的专家已在这一组", "the expert who should come sits there already")
    elif edit.coming not in pool:
        wrong = (
            "换入的专家不在本次抽取的专家库",
            "the expert who should come was not in the pool of this draw",
        )
    elif not edit.reason.strip():
        wrong = ("须写明更换理由", "the reason is missing")
    if wrong:
        raise EditNotLawful(application_no=edit.application_no, why_zh=wrong[0], why_en=wrong[1])


def _require_free(
    session: Session,
    year: int,
    panels: Mapping[str, Sequence[str]],
    applications: Mapping[str, Application],
    seated: set[str],
    on: date,
) -> None:
    """Nobody in these panels has a conflict today, or has left the pool. Raises ExpertHasConflict, DrawIsStale."""
    there = {e.login: e for e in draw_input.available(session, on) if e.login in seated}
    gone = next(((no, login) for no, panel in panels.items() for login in panel if login not in there), None)
    if gone is not None:
        raise DrawIsStale(application_no=gone[0])
    found = all_between(session, list(there.values()), list(applications.values()), terms(session, year))
    for no, panel in panels.items():
        for login in panel:
            if login in found.get(no, {}):
                raise conflicts.refusal(no, found[no][login])


def _kept(row: PanelDraw, edit: Edit, actor: str, at: datetime) -> PanelEdit:
    return PanelEdit(
        draw_id=row.id,
        application_no=edit.application_no,
        leaving=edit.leaving,
        coming=edit.coming,
        reason=edit.reason,
        edited_by=actor,
        edited_at=at,
    )


def _log(
    session: Session, row: PanelDraw, action: str, actor: str, at: datetime, detail: Mapping[str, str]
) -> None:
    audit.append(
        session,
        at=at,
        actor=actor,
        action=action,
        object_type="draw",
        object_key=row.id,
        business_key=str(row.cycle_year),
        detail=dict(detail),
    )


__all__ = ["Edit", "Rules", "announce", "check", "confirm", "current", "drawn", "edited", "enrol"]
