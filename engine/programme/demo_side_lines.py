"""Side lines of the demonstration: each is begun on a title of an earlier cycle and stops where a visitor finds it.

Together with the public notice that runs they leave a task in the inbox of nearly every role.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from engine import commands
from engine.policy import PUBLIC, Actor
from engine.programme.monitoring.operations import entrust
from engine.programme.objections.intake import receive_objection
from engine.programme.rehearsal.office import Answer, Body, Desk, Later, Never
from engine.programme.rehearsal.people import AGENCY
from engine.programme.rehearsal.year import Year
from engine.programme.titles.models import ACTIVE, Title


@dataclass(frozen=True, slots=True)
class Line:
    """One side line: its process, how many days before the demonstration's present it is begun, and the element at
    which it is left to a visitor.
    """

    process: str
    days_before: int
    left_at: str


LINES = (
    Line("monitoring", 22, "monitoring/rectify"),  # failed: the enterprise rectifies
    Line("monitoring", 13, "monitoring/confirm"),  # 处长
    Line("monitoring", 8, "monitoring/evaluate"),  # the agency
    Line("monitoring", 5, "monitoring/report"),  # the enterprise
    Line("revocation", 20, "revocation/meeting"),  # 厅长
    Line("revocation", 12, "revocation/legal_review"),  # 法制审核
    Line("revocation", 4, "revocation/state"),  # the legal representative, within five working days
    Line("revocation", 0, "revocation/verify"),  # 经办
    Line("renaming", 15, "renaming/issue"),  # 厅办公室
    Line("renaming", 11, "renaming/approve"),  # 分管厅领导
    Line("renaming", 1, "renaming/city_opinion"),  # 市局
)
LEFT_ALWAYS = ("objection/investigate", "objection/assess_clue", "objection/decide")
"""Objections to the notice that runs wait for visitors, too."""


def enter(year: Year, last: date) -> None:
    """Write every side line into the year's agenda; from now on what is left to visitors is left."""
    with year.runtime.reading() as session:
        titles = session.scalars(select(Title).where(Title.status == ACTIVE).order_by(Title.id)).all()
    chosen = dict(zip(LINES, titles, strict=False))
    _entrust(year)
    year.office.failing.add(chosen[LINES[0]].title_no)
    _leave(year, {(line.left_at, title.title_no) for line, title in chosen.items()})
    for line, title in chosen.items():
        year.at(_workday(year, last - timedelta(days=line.days_before)), _begun(year, line.process, title))
    accused = titles[len(LINES) % len(titles)]
    year.at(last, lambda: _clue(year, accused))
    year.objectors.at_once = True


def _workday(year: Year, day: date) -> date:
    """That day, or the last working day before it: nobody begins anything on a rest day."""
    while not year.runtime.calendar.is_workday(day):
        day -= timedelta(days=1)
    return day


def _begun(year: Year, process: str, title: Title) -> Callable[[], None]:
    begin = {"monitoring": _monitor, "revocation": _accuse, "renaming": _rename}[process]
    return lambda: begin(year, title)


def _leave(year: Year, left: set[tuple[str, str]]) -> None:
    """Have the people leave these tasks: (process/element, title number)."""
    answers: Mapping[str, Answer] = year.office.answers
    elements = {element for element, _ in left}

    def leaving(element: str) -> Answer:
        def answer(desk: Desk) -> Body | Later | Never:
            key = desk.task.business_key or ""
            if any(element == where and key.endswith(title_no) for where, title_no in left):
                return Never()
            usual = answers.get(element) or answers[desk.task.form_id or ""]
            return usual(desk)

        return answer

    year.office.answers = {
        **answers,
        **{element: leaving(element) for element in sorted(elements)},
        **dict.fromkeys(LEFT_ALWAYS, lambda desk: Never()),
    }


def _entrust(year: Year) -> None:
    with year.runtime.transaction() as tx:
        entrust(
            tx.session,
            document_no="鲁工信装〔2024〕9号",
            agency=AGENCY,
            agency_name="山东智造评估中心（示例）",
            scope="对有效称号开展年度监测评估",
            starts_on=date(2024, 1, 1),
            ends_on=date(2024, 12, 31),
            actor=_officer(year).login,
            at=tx.now,
        )


def _monitor(year: Year, title: Title) -> None:
    now = year.clock.now().year
    facts = {"title_no": title.title_no, "year": now, "agency": AGENCY}
    commands.start(year.runtime, _officer(year), "monitoring", facts, f"JC-{now}-{title.title_no}")


def _accuse(year: Year, title: Title) -> None:
    facts = {"title_no": title.title_no, "source": "CITY", "clue": "市局反映申报材料与现场不符。"}
    commands.start(year.runtime, _officer(year), "revocation", facts, title.title_no)


def _rename(year: Year, title: Title) -> None:
    filler = year.office.staff.by_group[f"enterprise_filler@{title.uscc}"][0]
    commands.start(year.runtime, filler, "renaming", {"title_no": title.title_no}, title.title_no)


def _clue(year: Year, title: Title) -> None:
    """An anonymous clue about a title: supervision assesses it."""
    facts = {
        "title_no": title.title_no,
        "kind": "ANONYMOUS",
        "statement": "反映该企业车间长期停产，系统未实际运行。",
        "city": title.city,
    }
    receive_objection(year.runtime, PUBLIC, facts, None)


def _officer(year: Year) -> Actor:
    return year.office.staff.by_group["dept_officer@370000"][0]
