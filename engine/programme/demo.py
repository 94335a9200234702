"""The demonstration: cycles 2022 and 2023 finished, 2024 at one of its stages, and side lines under way.

It is built by the people of the rehearsal through the ordinary commands, on the virtual clock; nothing is
inserted behind the engine's back. Some tasks are left for its visitors (`side_lines`). Afterwards the clock is
shifted, so that the demonstration goes on from there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from engine.clock import BUSINESS_ZONE, VirtualClock, start_of_day
from engine.conditions import Grant
from engine.directory import Scribe, add_account
from engine.outbox import DOCUMENTS_DUE
from engine.policy import ENTERPRISE, ENTERPRISE_ROLES, ROLES, SYSTEM
from engine.programme.announcements.evidence import Fetch, watch
from engine.programme.demo_side_lines import enter
from engine.programme.rehearsal.resume import resume
from engine.programme.rehearsal.year import Year
from engine.runtime import Runtime
from engine.settings import Settings
from engine.shifted_clock import SETTING, ShiftedClock
from engine.store.files import Setting
from engine.store.people import Account, Organisation, RoleGrant
from engine.store.tasks import CREATED, UserTask

SEED = 2024
SIZES = {2022: 16, 2023: 20, 2024: 32}
STAGES = {
    "filing": datetime(
        2024, 6, 13, 10, 0, tzinfo=BUSINESS_ZONE
    ),  # enterprises apply, counties and cities review
    "review": datetime(2024, 7, 15, 10, 0, tzinfo=BUSINESS_ZONE),  # the experts score
    "notice": datetime(2024, 7, 29, 10, 0, tzinfo=BUSINESS_ZONE),  # the public may object
}
"""Where the cycle of 2024 may stand when a visitor comes."""
DEFAULT_STAGE = "filing"
OPTIONAL = "withdraw"  # a task that is always open and that nobody has to do
NOBODY = 1000  # more groups than ever share a task
Advance = Callable[[float, str], None]
Site = Callable[[Runtime], Fetch]
"""How the site of that runtime is read: from an address to the text of its page."""


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


def build(
    settings: Settings,
    deploy: Callable[[Runtime], Any],
    advance: Advance,
    stage: str = DEFAULT_STAGE,
    site: Site | None = None,
) -> list[str]:
    """Build it in an empty, upgraded database; answers what was not as it should be, which is nothing.

    With `site` public notices are looked at every day, as the worker of a real site does. Raises KeyError for an
    unknown stage, and what the engine raises unexpectedly.
    """
    now = STAGES[stage]
    clock = VirtualClock(start_of_day(date(2022, 5, 20)) + timedelta(hours=9))
    runtime = Runtime.open(settings, clock=clock)
    runtime.effects.pop(DOCUMENTS_DUE)  # the worker of the demonstration makes the documents when it begins
    deploy(runtime)
    year = Year(runtime, clock, SEED)
    _watch(year, site)
    year.open_house()
    for number, (cycle, size) in enumerate(SIZES.items()):
        year.rest_until(date(cycle, 5, 20))
        season = year.prepare(cycle, size)
        if cycle == now.year:
            enter(year, now.date())
        year.run(season, now if cycle == now.year else None, _part(advance, number))
    _complete_an_enterprise(runtime)
    _give_addresses(runtime)
    ShiftedClock(runtime.engine).set(now, "demo")
    runtime.close()
    return year.office.missed


def _watch(year: Year, site: Site | None) -> None:
    if site is not None:
        fetch = site(year.runtime)
        year.every_day = lambda: _looked(year.runtime, fetch)


def _looked(runtime: Runtime, fetch: Fetch) -> None:
    watch(runtime, fetch)


def _complete_an_enterprise(runtime: Runtime) -> None:
    """The enterprise whose filler visitors may be has an administrator and a reader, too."""
    filler = next(found.login for found in accounts(runtime) if found.role == ROLES[ENTERPRISE[0]][0])
    with runtime.transaction() as tx:
        code = tx.session.scalars(select(Account.organisation).where(Account.login == filler)).one()
        code = code or filler.partition("-")[2]
        for role, name in (("enterprise_admin", "孟凡"), ("enterprise_viewer", "于静")):
            add_account(
                tx.session,
                Scribe(SYSTEM, tx.now),
                f"{role}-{code}",
                name,
                [Grant(role, code)],
                organisation=code,
            )


def _give_addresses(runtime: Runtime) -> None:
    """From now on enterprises get mails, too: at addresses that cannot exist (RFC 2606), shown at /demo/mail."""
    with runtime.transaction() as tx:
        tx.session.execute(
            update(Account)
            .where(Account.login.in_(select(RoleGrant.login).where(RoleGrant.role.in_(ENTERPRISE_ROLES))))
            .values(email=func.lower(Account.login) + "@enterprise.example", email_confirmed_at=tx.now)
            .execution_options(synchronize_session=False)
        )


def go_on(settings: Settings, to: datetime, advance: Advance, site: Site | None = None) -> list[str]:
    """Let the invented people work on until `to`, beside what visitors have done; answers what went wrong.

    `site` as for `build`.
    """
    runtime = Runtime.open(settings)
    shifted = ShiftedClock(runtime.engine)
    runtime.clock = clock = VirtualClock(shifted.now())
    year = resume(runtime, clock, SEED, SIZES)
    _watch(year, site)
    year.go_on(to, advance)
    shifted.set(to, "demo")
    runtime.close()
    return year.office.missed


def _part(advance: Advance, number: int) -> Advance:
    """The progress of one cycle as progress of the whole."""
    return lambda share, text: advance((number + share) / len(SIZES), text)


def accounts(runtime: Runtime) -> list[DemoAccount]:
    """One account for every role, those with open tasks first."""
    with runtime.reading() as session:
        rows = session.execute(
            select(RoleGrant.role, RoleGrant.login, RoleGrant.organisation, Organisation.name)
            .join(Account, Account.login == RoleGrant.login)
            .join(Organisation, Organisation.code == RoleGrant.organisation)
            .where(RoleGrant.revoked_at.is_(None))
            .order_by(RoleGrant.id)
        ).all()
        tasks = session.execute(
            select(UserTask.assignee, UserTask.candidate_groups).where(
                UserTask.state == CREATED, UserTask.element_id != OPTIONAL
            )
        ).all()
    found: dict[str, tuple[int, Any]] = {}
    desks = _desks(tasks)
    for row in rows:
        people = min(
            desks.get(who, NOBODY) for who in (row.login, row.role, f"{row.role}@{row.organisation}")
        )
        if row.role not in found or people < found[row.role][0]:
            found[row.role] = (people, row)
    return [
        DemoAccount(found[role][1].login, label, found[role][1].name)
        for role, (label, _) in ROLES.items()
        if role in found
    ]


def _desks(tasks: Sequence[Any]) -> dict[str, int]:
    """Who has a task (a login or a group), and how many groups share the one that is most their own."""
    desks: dict[str, int] = {}
    for task in tasks:
        for who in [task.assignee] if task.assignee else task.candidate_groups:
            desks[who] = min(desks.get(who, NOBODY), len(task.candidate_groups))
    return desks
