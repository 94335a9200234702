"""What each row of a list would do, or why it cannot: all errors at once, by row and column, in both languages."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import sms
from engine.accounts import names
from engine.accounts.administration import errors
from engine.accounts.administration.importing.sheet import COLUMNS, HIDDEN, Line, offices, role_of
from engine.accounts.administration.models import OPEN, RoleRequest
from engine.accounts.administration.offices import require_fits
from engine.accounts.logins import normal, require_formed
from engine.conditions import Grant
from engine.directory import OFFICES, UnknownOffice, require_apart
from engine.errors import Refusal
from engine.mail import checked
from engine.policy import ENTERPRISE_ROLES
from engine.store.people import Account, Organisation, RoleGrant

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Wrong:
    """An error: the row in the file, the column's key (empty for the whole row), and what is wrong."""

    row: int
    column: str
    zh: str
    en: str

    @property
    def heading(self) -> tuple[str, str]:
        """The column's name in Chinese and English."""
        return COLUMNS.get(self.column, ("整行", "row"))


@dataclass(slots=True)
class Newcomer:
    """An account that the list makes."""

    row: int
    login: str
    name: str
    organisation: str
    email: str
    mobile: str


@dataclass(slots=True)
class Plan:
    """What a list comes to: accounts to make, rights to ask for, rows that change nothing, errors."""

    newcomers: dict[str, Newcomer] = field(default_factory=dict)
    asked: list[tuple[int, str, Grant]] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)


@dataclass(slots=True)
class _Known:
    """What the database says of the people in the list."""

    accounts: dict[str, Account]
    held: dict[str, list[Grant]]
    waiting: dict[str, list[Grant]]
    offices: dict[str, Organisation]
    emails: dict[str, str]


def check(session: Session, rows: Sequence[Line], by: str) -> Plan:
    """What this list does when `by` proposes it."""
    known, plan = _known(session, rows), Plan()
    seen: dict[tuple[str, Grant], int] = {}
    for line in rows:
        found = _Row(line, known, plan, by)
        there, grant = found.person(), found.right()
        if grant is None or not there:
            continue
        first = seen.setdefault((found.login, grant), line.number)
        if first != line.number:
            found.say("", f"与第 {first} 行重复", f"the same as row {first}")
        else:
            found.ask(grant)
    return plan


class _Row:
    """One row while it is looked at."""

    def __init__(self, line: Line, known: _Known, plan: Plan, by: str) -> None:
        self.line, self.known, self.plan, self.by = line, known, plan, by
        self.login = normal(line["login"])

    def say(self, column: str, zh: str, en: str) -> None:
        self.plan.wrong.append(Wrong(self.line.number, column, zh, en))

    def refused(self, column: str, refusal: Refusal) -> None:
        self.say(column, refusal.message("zh"), refusal.message("en"))

    def person(self) -> bool:
        """Whether the person of the row is known, or could be entered."""
        account = self.known.accounts.get(self.login)
        if account is not None:
            return self._same(account)
        if self.login in self.plan.newcomers:
            self._repeated(self.plan.newcomers[self.login])
            return True
        return self._new()

    def _same(self, account: Account) -> bool:
        """A known account is left as it is: a list that says otherwise is wrong, not an order."""
        given = {"name": account.name, "organisation": account.organisation, "email": account.email}
        for column, value in {**given, "mobile": account.mobile}.items():
            cell = self.line[column]
            if cell and HIDDEN not in cell and (value or "") not in (cell, sms.number(cell)):
                self.say(
                    column,
                    "与现有账号不一致，导入不更改现有账号",
                    "differs from the account, which an import does not change",
                )
        if not account.active:
            self.refused("login", errors.AccountClosed(login=self.login))
        return account.active

    def _repeated(self, first: Newcomer) -> None:
        for column in ("name", "organisation", "email", "mobile"):
            cell = self.line[column]
            if column == "mobile":
                cell = sms.number(cell) or cell
            if cell and cell != getattr(first, column):
                self.say(column, f"与第 {first.row} 行不一致", f"differs from row {first.row}")

    def _new(self) -> bool:
        before = len(self.plan.wrong)
        self._formed("login", lambda: require_formed(self.login))
        self._formed("name", lambda: names.name(self.line["name"], 40))
        self._formed("email", lambda: checked(self.line["email"]))
        mobile = sms.number(self.line["mobile"]) if self.line["mobile"] else ""
        if mobile is None:
            self.say("mobile", "不是 11 位手机号", "is no mobile number of eleven digits")
        place = self.known.offices.get(self.line["organisation"])
        if place is None or place.kind not in OFFICES:
            self.refused("organisation", UnknownOffice(code=self.line["organisation"]))
        email = self.line["email"].strip()
        owner = self.known.emails.get(email.lower())
        if email and owner not in (None, self.login):
            self.say(
                "email",
                f"已是账号 {owner} 的邮箱，一人只用一个账号",
                f"is the address of {owner}; one person has one account",
            )
        if len(self.plan.wrong) > before:
            return False
        self.known.emails[email.lower()] = self.login
        facts = (names.name(self.line["name"], 40), self.line["organisation"], email, mobile or "")
        self.plan.newcomers[self.login] = Newcomer(self.line.number, self.login, *facts)
        return True

    def _formed(self, column: str, look: Callable[[], object]) -> None:
        try:
            look()
        except Refusal as refusal:
            self.refused(column, refusal)

    def right(self) -> Grant | None:
        """The right of the row; None for a person without one, and for what is no right."""
        role_cell, code = self.line["role"], self.line["place"]
        if not role_cell and not code:
            if self.login in self.known.accounts:
                self.plan.unchanged.append(self.line.number)
            return None
        role, place = role_of(role_cell), self.known.offices.get(code)
        if role is None:
            self.say("role", f"没有“{role_cell[:40]}”这一角色", f"there is no role {role_cell[:40]}")
        if place is None:
            self.refused("place", UnknownOffice(code=code))
        if role is None or place is None:
            return None
        try:
            require_fits(role, place)
        except Refusal as refusal:
            self.refused("role", refusal)
            return None
        return Grant(role, code)

    def ask(self, grant: Grant) -> None:
        """The right can be asked for, is held already, or is refused."""
        held = self.known.held.setdefault(self.login, [])
        if grant in held:
            self.plan.unchanged.append(self.line.number)
            return
        try:
            if self.login == self.by:
                raise errors.OwnRight(zh_what="授权", en_what="grant rights")
            if any(each.role in ENTERPRISE_ROLES for each in held):
                raise errors.WorksForEnterprise(login=self.login)
            waiting = self.known.waiting.setdefault(self.login, [])
            if grant in waiting:
                raise errors.HeldAlready(login=self.login)
            require_apart(self.login, (*held, *waiting, grant))
        except Refusal as refusal:
            self.refused("role", refusal)
            return
        waiting.append(grant)
        self.plan.asked.append((self.line.number, self.login, grant))


def _known(session: Session, rows: Sequence[Line]) -> _Known:
    logins = sorted({normal(line["login"]) for line in rows})
    emails = sorted({line["email"].strip().lower() for line in rows if line["email"]})
    found = _Known({}, {}, {}, offices(session), {})
    for part in _parts(logins):
        for account in session.scalars(select(Account).where(Account.login.in_(part))):
            found.accounts[account.login] = account
        held = select(RoleGrant.login, RoleGrant.role, RoleGrant.organisation)
        for login, role, place in session.execute(
            held.where(RoleGrant.login.in_(part), RoleGrant.revoked_at.is_(None))
        ):
            found.held.setdefault(login, []).append(Grant(role, place))
        asked = select(RoleRequest.login, RoleRequest.role, RoleRequest.organisation)
        for login, role, place in session.execute(
            asked.where(RoleRequest.login.in_(part), RoleRequest.state == OPEN)
        ):
            found.waiting.setdefault(login, []).append(Grant(role, place))
    for part in _parts(emails):
        taken = select(Account.email, Account.login).where(func.lower(Account.email).in_(part))
        found.emails.update({str(email).lower(): login for email, login in session.execute(taken)})
    return found


def _parts(values: Sequence[str]) -> Iterable[Sequence[str]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
