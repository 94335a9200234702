"""After a cycle: titles are monitored, renamed and revoked, a late cycle is in flight, and the measure ends.

Everything is entered in the year's agenda for a working day, and done there by the people whose duty it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from engine import commands
from engine.policy import Actor
from engine.programme.cycles.models import CLOSED, TERMINATED, Cycle
from engine.programme.measures.models import Measure
from engine.programme.monitoring.models import Evaluation
from engine.programme.monitoring.operations import entrust
from engine.programme.rehearsal.answers import workday
from engine.programme.rehearsal.answers.applicants import start_body
from engine.programme.rehearsal.expiry import Expiry
from engine.programme.rehearsal.office import Office
from engine.programme.rehearsal.people import AGENCY
from engine.programme.rehearsal.population import SHORT_CAST
from engine.programme.rehearsal.year import Season, Year
from engine.programme.renamings.models import AGREED, Renaming
from engine.programme.renamings.operations import EXPIRED_LABEL, IN_FORCE_LABEL
from engine.programme.titles.models import ACTIVE, REVOKED, Title

BEFORE_EXPIRY = 47  # days: a cycle begun then is in its reviews when the measure ends
ENOUGH_AFTER = 30  # days after expiry in which a continued cycle is finished
FEWEST = 4  # applications of the late cycle


@dataclass(slots=True)
class Sequel:
    """The agenda of everything that follows the first cycle. `enter` it, turn the days, then `verify`."""

    year: Year
    applications: int
    continues: bool
    expiry: Expiry
    late: Season | None = None
    _titles: dict[str, Title] = field(default_factory=dict)

    @classmethod
    def of(cls, year: Year, applications: int, continues: bool) -> "Sequel":
        """The sequel to what was rehearsed so far, with the measure's own last instant."""
        with year.runtime.reading() as session:
            measure = session.scalars(select(Measure)).one()
        return cls(year, applications, continues, Expiry(year.office, measure.expires_at))

    @property
    def office(self) -> Office:
        """The people."""
        return self.year.office

    def enter(self) -> None:
        """Write everything into the agenda."""
        self._choose_titles()
        self._in(3, self._entrust)
        self._in(5, lambda: self._monitor("failing"), lambda: self._monitor("renamed"))
        self._in(10, lambda: self._accuse("accused"), lambda: self._rename("renamed"))
        self._in(150, self._ended_titles)
        expires = self.expiry.at.date()
        self._on(expires - timedelta(days=BEFORE_EXPIRY), self._late_cycle)
        self._on(expires - timedelta(days=BEFORE_EXPIRY - 5), self._barred)
        self._on(expires - timedelta(days=30), lambda: self._monitor("rectifying"))
        self.year.stop_at(self.expiry.at, self._strike)
        self._on(expires, self._afterwards)

    def verify(self) -> None:
        """What must be so at the end, as far as the days have come."""
        now = self.year.clock.now()
        if now < self.expiry.at + timedelta(days=ENOUGH_AFTER):
            return
        self.expiry.titles_stay()
        self._renamed()
        if self.late is not None:
            self._late_cycle_over(self.late.year)
        if not self.continues:
            self.expiry.terminated()

    def _strike(self) -> None:
        self.office.continues = self.continues
        self.expiry.strike()

    def _afterwards(self) -> None:
        """The first working day under no measure."""
        self.expiry.new_cycle(self._officer)
        if title := self._titles.get("renamed"):
            self.expiry.refuse("monitoring after expiry", lambda: self._evaluate(title), "ActAfterExpiry")
            self._rename("renamed")

    def _late_cycle(self) -> None:
        year = (self.expiry.at.date() - timedelta(days=1)).year
        with self.year.runtime.reading() as session:
            if session.scalar(select(Cycle.id).where(Cycle.year == year)) is not None:
                return
        count = max(FEWEST, self.applications // 10)
        cast = SHORT_CAST * (count // len(SHORT_CAST) + 1)
        self.late = self.year.prepare(year, count, cast)
        self.year.begin(self.late)

    def _late_cycle_over(self, year: int) -> None:
        with self.year.runtime.reading() as session:
            status = session.scalar(select(Cycle.status).where(Cycle.year == year))
        wanted = CLOSED if self.continues else TERMINATED
        self.office.expect(f"the cycle in flight is {wanted}", status == wanted, f"{year} is {status}")

    def _choose_titles(self) -> None:
        """Whose titles the side lines are about; few titles give few side lines."""
        with self.year.runtime.reading() as session:
            titles = session.scalars(select(Title).where(Title.status == ACTIVE).order_by(Title.id)).all()
        self._titles = dict(zip(("failing", "accused", "renamed", "rectifying"), titles, strict=False))
        self.office.failing |= {t.title_no for k, t in self._titles.items() if k in ("failing", "rectifying")}

    def _entrust(self) -> None:
        now = self.year.clock.now()
        with self.year.runtime.transaction() as tx:
            entrust(
                tx.session,
                document_no=f"鲁工信装〔{now.year}〕9号",
                agency=AGENCY,
                agency_name="山东智造评估中心（示例）",
                scope="对有效称号开展年度监测评估",
                starts_on=now.date(),
                ends_on=self.expiry.at.date() + timedelta(days=365),
                actor=self._officer.login,
                at=now,
            )

    def _monitor(self, role: str) -> None:
        if title := self._titles.get(role):
            self._evaluate(title)

    def _evaluate(self, title: Title) -> None:
        year = self.year.clock.now().year
        facts = {"title_no": title.title_no, "year": year, "agency": AGENCY}
        self._start(self._officer, "monitoring", facts, f"JC-{year}-{title.title_no}")

    def _accuse(self, role: str) -> None:
        if title := self._titles.get(role):
            self._open_case(title)

    def _open_case(self, title: Title) -> None:
        facts = {"title_no": title.title_no, "source": "CITY", "clue": "市局反映申报材料与现场不符。"}
        self._start(self._officer, "revocation", facts, title.title_no)

    def _rename(self, role: str) -> None:
        if title := self._titles.get(role):
            self._apply_for_name(title)

    def _apply_for_name(self, title: Title) -> None:
        filler = self._filler(title.uscc)
        self._start(filler, "renaming", {"title_no": title.title_no}, title.title_no)

    def _ended_titles(self) -> None:
        """What cannot be done about a revoked title (articles 10 to 12)."""
        with self.year.runtime.reading() as session:
            revoked = session.scalars(select(Title).where(Title.status == REVOKED).order_by(Title.id)).all()
        wanted = sum(role in self._titles for role in ("failing", "accused"))
        self.office.expect(
            "both cases end in revocation", len(revoked) == wanted, f"{len(revoked)} of {wanted}"
        )
        for title in revoked:
            what = f"of the revoked {title.title_no}"
            self._forbid(f"renaming {what}", self._apply_for_name, title, "TitleNotRenameable")
            self._forbid(f"evaluation {what}", self._evaluate, title, "TitleNotEvaluable")
            self._forbid(f"second revocation {what}", self._open_case, title, "TitleHasEnded")
        if renamed := self._titles.get("renamed"):
            self._forbid("second evaluation in a year", self._evaluate_again, renamed, "TitleNotEvaluable")

    def _evaluate_again(self, title: Title) -> None:
        with self.year.runtime.reading() as session:
            year = session.scalars(
                select(Evaluation.year).where(Evaluation.title_no == title.title_no)
            ).first()
        facts = {"title_no": title.title_no, "year": year or 0, "agency": AGENCY}
        self._start(self._officer, "monitoring", facts, f"JC-again-{title.title_no}")

    def _barred(self) -> None:
        """Whoever lost a title by false information (ground 1) may not apply for some years (article 6)."""
        title = self._titles.get("accused")
        if title is None or self.late is None:
            return
        enterprise = next(e for e in self.office.enterprises.values() if e.uscc == title.uscc)
        body = start_body(enterprise, self.late.year)
        self._forbid(
            f"application of the barred {title.uscc}",
            lambda t: self._start(self._filler(t.uscc), "application", body),
            title,
            "BarredFromApplying",
        )

    def _renamed(self) -> None:
        title = self._titles.get("renamed")
        if title is None:
            return
        with self.year.runtime.reading() as session:
            rows = session.scalars(
                select(Renaming).where(Renaming.title_no == title.title_no).order_by(Renaming.id)
            ).all()
        found = [(row.label, row.status) for row in rows]
        wanted = [(IN_FORCE_LABEL, AGREED), (EXPIRED_LABEL, AGREED)]
        self.office.expect("renamed in force and entered after expiry", found == wanted, found)

    def _forbid(self, what: str, act: Callable[[Title], None], title: Title, code: str) -> None:
        self.office.refuse(what, lambda: act(title), code)

    def _start(self, actor: Actor, process: str, facts: Mapping[str, Any], key: str | None = None) -> None:
        commands.start(self.year.runtime, actor, process, facts, key)

    def _in(self, days: int, *acts: Callable[[], None]) -> None:
        self._on(self.year.clock.now().date() + timedelta(days=days), *acts)

    def _on(self, day: date, *acts: Callable[[], None]) -> None:
        for act in acts:
            self.year.at(workday(self.year.runtime.calendar, day), act)

    @property
    def _officer(self) -> Actor:
        return self.office.staff.by_group["dept_officer@370000"][0]

    def _filler(self, uscc: str) -> Actor:
        return self.office.staff.by_group[f"enterprise_filler@{uscc}"][0]
