"""The demonstration: cycles 2022 and 2023 finished, 2024 in the middle, and side lines under way.

It is built by the people of the rehearsal through the ordinary commands, on the virtual clock; nothing is
inserted behind the engine's back. Afterwards the clock is shifted, so that the demonstration goes on from there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from engine import commands
from engine.clock import BUSINESS_ZONE, VirtualClock, start_of_day
from engine.policy import ROLES
from engine.programme.monitoring.operations import entrust
from engine.programme.rehearsal.office import Desk, Never
from engine.programme.rehearsal.people import AGENCY
from engine.programme.rehearsal.year import Year
from engine.programme.titles.models import ACTIVE, Title
from engine.runtime import Runtime
from engine.settings import Settings
from engine.shifted_clock import SETTING, ShiftedClock
from engine.store.files import Setting
from engine.store.people import Account, Organisation, RoleGrant
from engine.store.tasks import CREATED, UserTask

SEED = 2024
SIZES = {2022: 16, 2023: 20, 2024: 32}
NOW = datetime(2024, 7, 23, 10, 0, tzinfo=BUSINESS_ZONE)
UNDER_WAY = ("renaming/city_opinion", "monitoring/evaluate", "revocation/verify", "objection/investigate")
"""What nobody does in the demonstration's present, so that its visitors find work."""
Advance = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account for the list that `luzhi run` prints."""

    login: str
    role: str
    office: str


def is_built(runtime: Runtime) -> bool:
    """Whether the demonstration was built to its end."""
    with runtime.reading() as session:
        return session.get(Setting, SETTING) is not None


def build(settings: Settings, deploy: Callable[[Runtime], Any], advance: Advance) -> None:
    """Build it in an empty, upgraded database. Raises what the engine raises unexpectedly."""
    clock = VirtualClock(start_of_day(date(2022, 5, 20)) + timedelta(hours=9))
    runtime = Runtime.open(settings, clock=clock)
    deploy(runtime)
    year = Year(runtime, clock, SEED)
    year.open_house()
    for number, (cycle, size) in enumerate(SIZES.items()):
        begins = date(cycle, 5, 20)
        year.rest_until(begins)
        until = NOW if cycle == NOW.year else None
        season = year.prepare(cycle, size)
        if until is not None:
            _side_lines(year)
        year.run(season, until, _part(advance, number))
    ShiftedClock(runtime.engine).set(NOW, "demo")
    runtime.close()


def _part(advance: Advance, number: int) -> Advance:
    """The progress of one cycle as progress of the whole."""
    return lambda share, text: advance((number + share) / len(SIZES), text)


def accounts(runtime: Runtime) -> list[DemoAccount]:
    """One account for every role, those with open tasks first."""
    with runtime.reading() as session:
        rows = session.execute(
            select(RoleGrant.role, RoleGrant.login, Organisation.name)
            .join(Account, Account.login == RoleGrant.login)
            .join(Organisation, Organisation.code == RoleGrant.organisation)
            .where(RoleGrant.revoked_at.is_(None))
            .order_by(RoleGrant.id)
        ).all()
        tasks = session.execute(
            select(UserTask.assignee, UserTask.candidate_groups, UserTask.organisation).where(
                UserTask.state == CREATED, UserTask.element_id != "withdraw"
            )
        ).all()
    busy = {t.assignee for t in tasks if t.assignee}
    busy |= {group for t in tasks for group in t.candidate_groups}
    with_role: dict[str, list[Any]] = {}
    for row in rows:
        with_role.setdefault(row.role, []).append(row)
    found = []
    for role, (label, _) in ROLES.items():
        people = with_role.get(role, [])
        first = next(
            (r for r in people if r.login in busy or _busy(r, role, busy)), people[0] if people else None
        )
        if first is not None:
            found.append(DemoAccount(first.login, label, first.name))
    return found


def _busy(row: Any, role: str, busy: set[str]) -> bool:
    code = row.login.removeprefix(f"{role}-").rsplit("-", 1)[0] if role.endswith(("officer", "head")) else ""
    return f"{role}@{code or row.login.removeprefix(f'{role}-')}" in busy


def _side_lines(year: Year) -> None:
    """One monitoring that fails, one revocation and one renaming, begun on titles of the cycles before."""
    runtime, now = year.runtime, year.clock.now()
    officer = year.office.staff.by_group["dept_officer@370000"][0]
    with runtime.transaction() as tx:
        titles = tx.session.scalars(
            select(Title).where(Title.status == ACTIVE).order_by(Title.id).limit(3)
        ).all()
        entrust(
            tx.session,
            document_no="鲁工信装〔2024〕9号",
            agency=AGENCY,
            agency_name="山东智造评估中心（示例）",
            scope="对有效称号开展年度监测评估",
            starts_on=date(2024, 1, 1),
            ends_on=date(2024, 12, 31),
            actor=officer.login,
            at=now,
        )
    watched, accused, renamed = titles
    year.office.failing.add(watched.title_no)
    facts = {"title_no": watched.title_no, "year": NOW.year, "agency": AGENCY}
    year.office.answers = {**year.office.answers, **dict.fromkeys(UNDER_WAY, _left)}
    key = f"JC-{NOW.year}-{watched.title_no}"
    commands.start(runtime, officer, "monitoring", facts, business_key=key)
    year.at(date(2024, 7, 19), lambda: _accuse(year, accused))
    year.at(date(2024, 7, 22), lambda: _rename(year, renamed))


def _left(desk: Desk) -> Never:
    """This task waits for a visitor."""
    return Never()


def _accuse(year: Year, title: Title) -> None:
    officer = year.office.staff.by_group["dept_officer@370000"][0]
    facts = {"title_no": title.title_no, "source": "CITY", "clue": "市局反映申报材料与现场不符。"}
    commands.start(year.runtime, officer, "revocation", facts, business_key=title.title_no)


def _rename(year: Year, title: Title) -> None:
    filler = year.office.staff.by_group[f"enterprise_filler@{title.uscc}"][0]
    facts = {"title_no": title.title_no}
    commands.start(year.runtime, filler, "renaming", facts, business_key=title.title_no)
