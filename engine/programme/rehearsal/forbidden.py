"""What is tried about one task, by process and element: by the wrong person, or with the wrong answer.

A try is made just before the lawful answer, so that nothing but the rule stands in its way.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from engine.conditions import Grant
from engine.policy import Actor
from engine.programme.applications.models import Application
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.rehearsal.office import Body, Later, Never, Office
from engine.programme.returns.models import FORMAL
from engine.programme.returns.operations import returns
from engine.programme.reviews.models import Seat
from engine.store.tasks import UserTask

NOT_MINE = ("NotAllowed", "NotFound")


@dataclass(frozen=True, slots=True)
class Try:
    """One forbidden completion: its kind, by whom, with what, and the names by which it must be refused."""

    kind: str
    task: UserTask
    actor: Actor
    body: Body
    codes: tuple[str, ...]
    revision: int | None = None


Answered = Body | Later | Never
Forbidden = Callable[[Office, UserTask, Actor, Answered], Try | None]


def _foreign(role: str, body: Mapping[str, Any]) -> Forbidden:
    """The officer of another place tries (articles 4 and 7, I4)."""

    def forbidden(office: Office, task: UserTask, actor: Actor, answered: Answered) -> Try | None:
        people = office.staff.by_group
        others = [g for g in people if g.startswith(f"{role}@") and g not in task.candidate_groups]
        return Try(f"foreign {role}", task, people[others[0]][0], body, NOT_MINE) if others else None

    return forbidden


def _checker_approves(office: Office, task: UserTask, actor: Actor, answered: Answered) -> Try | None:
    """Who checked is also made an approver (two-person rule, I16)."""
    checker = office.completer(task, "formal_check")
    if checker is None:
        return None
    return Try("same person", task, _also(checker, "dept_head"), {"decision": "AGREE"}, ("SamePerson",))


def _applicant_approves(office: Office, task: UserTask, actor: Actor, answered: Answered) -> Try | None:
    """The applicant's own account is also made an approver (I16)."""
    applicant = office.completer(task, "sign")
    if applicant is None:
        return None
    return Try(
        "applicant approves", task, _also(applicant, "dept_head"), {"decision": "AGREE"}, ("SamePerson",)
    )


def _recused_expert(office: Office, task: UserTask, actor: Actor, answered: Answered) -> Try | None:
    """An expert scores where he has recused himself (I8)."""
    enterprise = office.enterprises.get(task.business_key or "")
    if enterprise is None or enterprise.temper != "recused":
        return None
    recused = next((seat.expert for seat in _seats(office, task) if seat.left_at is not None), None)
    if recused is None:
        return None
    return Try("recused expert", task, office.staff.by_login[recused], _sheet(answered), NOT_MINE)


def _expert_not_drawn(office: Office, task: UserTask, actor: Actor, answered: Answered) -> Try | None:
    """An expert scores where he was not drawn (I8)."""
    seated = {seat.expert for seat in _seats(office, task)}
    stranger = next(e for e in office.staff.by_group["expert@370000"] if e.login not in seated)
    return Try("expert not drawn", task, stranger, _sheet(answered), NOT_MINE)


def _seats(office: Office, task: UserTask) -> Sequence[Seat]:
    with office.runtime.reading() as session:
        return session.scalars(select(Seat).where(Seat.application_no == task.business_key)).all()


def _sheet(answered: Answered) -> Body:
    return {} if isinstance(answered, Later | Never) else answered


def _too_many_points(office: Office, task: UserTask, actor: Actor, answered: Answered) -> Try | None:
    """More points than the criterion has (I9)."""
    if isinstance(answered, Later | Never) or not answered.get("scores"):
        return None
    first, *others = answered["scores"]
    body = {**answered, "scores": [{**first, "points": 11, "reason": "超出"}, *others]}
    return Try("too many points", task, actor, body, ("InvalidForm", "CriterionOutOfRange"))


def _added(name: str, row: Callable[[str], Mapping[str, Any]], *codes: str) -> Forbidden:
    """A name is put on a list that it has no business on (article 8, I4, I5)."""

    def forbidden(office: Office, task: UserTask, actor: Actor, answered: Answered) -> Try | None:
        if isinstance(answered, Later | Never) or not answered.get(name):
            return None
        listed = {item["application_no"] for item in answered[name]}
        stranger = next((number for number in office.enterprises if number not in listed), None)
        if stranger is None:
            return None
        rows = [*answered[name], {**row(stranger), "rank": len(listed) + 1}]
        if "rank" not in answered[name][0]:
            rows[-1].pop("rank")
        return Try(f"added name in {task.element_id}", task, actor, {**answered, name: rows}, codes)

    return forbidden


def _reordered(office: Office, task: UserTask, actor: Actor, answered: Answered) -> Try | None:
    """The last of the list is put first without a reason (article 5(7), I10)."""
    if isinstance(answered, Later | Never) or len(answered["items"]) < 2:
        return None
    rows = [dict(row) for row in answered["items"]]
    if any("reason" in row for row in rows):
        return None
    with office.runtime.reading() as session:
        numbers = [row["application_no"] for row in rows]
        items = session.scalars(select(Application).where(Application.application_no.in_(numbers)))
        facts = {item.application_no: (item.type, item.score) for item in items}
    first = facts[numbers[0]]
    worse = [row for row in rows if facts[row["application_no"]][0] == first[0]][-1]
    if facts[worse["application_no"]] == first:
        return None
    rows[0]["rank"], worse["rank"] = worse["rank"], rows[0]["rank"]
    return Try("reordered list", task, actor, {**answered, "items": rows}, ("OrderUnexplained",))


def _too_short(office: Office, task: UserTask, actor: Actor, answered: Answered) -> Try | None:
    """A public notice of one day (article 8, I17)."""
    if isinstance(answered, Later | Never):
        return None
    body = {**answered, "ends_on": answered["starts_on"]}
    return Try("short notice", task, actor, body, ("InvalidForm", "NoticeTooShort"))


def _backdated(office: Office, task: UserTask, actor: Actor, answered: Answered) -> Try | None:
    """A public notice that began last week."""
    if isinstance(answered, Later | Never):
        return None
    begun = office.clock.now().date().replace(day=1).isoformat()
    if begun >= office.clock.now().date().isoformat():
        return None
    body = {**answered, "starts_on": begun}
    return Try("backdated notice", task, actor, body, ("InvalidForm", "NoticeInThePast"))


def _taken_number(office: Office, task: UserTask, actor: Actor, answered: Answered) -> Try | None:
    """The list under the number of the year's notice."""
    if isinstance(answered, Later | Never) or "document_no" not in answered:
        return None
    with office.runtime.reading() as session:
        number = require_cycle(session, int(task.business_key or "0")).notice_no
    return Try("taken number", task, actor, {**answered, "document_no": number}, ("DocumentNumberTaken",))


def _held_item(office: Office, task: UserTask, actor: Actor, answered: Answered) -> Try | None:
    """What is held by an open objection is published (article 8, I6)."""
    if not isinstance(answered, Later):
        return None
    today = office.clock.now().date().isoformat()
    body = {
        "decision": "PUBLISH",
        "document_no": "鲁工信装〔2030〕2号",
        "document_date": today,
        "title": "不顾异议的公布",
    }
    return Try("held item published", task, actor, body, ("NothingToPublish",))


def _held_dropped(office: Office, task: UserTask, actor: Actor, answered: Answered) -> Try | None:
    """The publication is closed over an item that an objection holds."""
    if not isinstance(answered, Later):
        return None
    return Try("held item dropped", task, actor, {"decision": "CLOSE"}, ("ItemsStillHeld",))


def _loose(office: Office, task: UserTask, actor: Actor, answered: Answered) -> Try | None:
    """A notice whose public notice would be shorter than the floor (articles 7 and 8)."""
    if isinstance(answered, Later | Never):
        return None
    body = {**answered, "public_notice_workdays": 3}
    return Try("loose parameter", task, actor, body, ("InvalidForm", "ParameterTooLoose"))


def _closed_field(office: Office, task: UserTask, actor: Actor, answered: Answered) -> Try | None:
    """A field that the return did not open is changed along with the one that it did (articles 7 and 8)."""
    if isinstance(answered, Later | Never):
        return None
    closed = "description" if "intro" in answered else "intro"
    return Try("unopened field", task, actor, {**answered, closed: "未获准的修改"}, ("InvalidForm",))


def _second_supplement(office: Office, task: UserTask, actor: Actor, answered: Answered) -> Try | None:
    """A second supplement is asked for (article 8)."""
    if isinstance(answered, Later | Never):
        return None
    with office.runtime.reading() as session:
        if not any(row.level == FORMAL for row in returns(session, task.business_key or "")):
            return None
    asked = {"reason": "再补一次", "article": "第八条"}
    items = [{"field": "description", "reason": "再补一次"}]
    body = {**answered, **asked, "k16": "BAD", "result": "SUPPLEMENT", "return_items": items}
    return Try("second supplement", task, actor, body, ("SecondSupplement",))


def _return_of_nothing(office: Office, task: UserTask, actor: Actor, answered: Answered) -> Try | None:
    """A return that names no field."""
    if isinstance(answered, Later | Never):
        return None
    body = {**answered, "result": "RETURN", "return_items": []}
    return Try("return of nothing", task, actor, body, ("InvalidForm", "NothingToCorrect"))


def _filler_signs(office: Office, task: UserTask, actor: Actor, answered: Answered) -> Try | None:
    """Who corrected the file is also made its legal representative and signs it (two-person rule)."""
    element = {"sign_correction": "correct", "sign_supplement": "supplement"}[task.element_id]
    filler = office.completer(task, element)
    if filler is None:
        return None
    groups = [Grant(*group.split("@")) for group in task.candidate_groups]
    both = Actor(filler.login, filler.name, (*filler.grants, *groups))
    return Try("filler signs the correction", task, both, _sheet(answered), ("SamePerson",))


def _also(actor: Actor, role: str) -> Actor:
    return Actor(actor.login, actor.name, (*actor.grants, Grant(role, "370000")))


FORBIDDEN: Mapping[tuple[str, str], tuple[Forbidden, ...]] = {
    ("annual_cycle", "draft_notice"): (_loose,),
    ("application", "correct"): (_closed_field,),
    ("application", "supplement"): (_closed_field,),
    ("application", "sign_correction"): (_filler_signs,),
    ("application", "sign_supplement"): (_filler_signs,),
    ("application", "formal_check"): (_second_supplement,),
    ("application", "county_opinion"): (
        _return_of_nothing,
        _foreign("county_officer", {"result": "AGREE", "inspected": True, "opinion": "越权"}),
    ),
    ("application", "city_review"): (_foreign("city_officer", {"result": "RECOMMEND", "opinion": "越权"}),),
    ("recommendation", "rank"): (
        _added("ranking", lambda number: {"application_no": number}, "NotInPackageArea", "RanksInvalid"),
    ),
    ("application", "formal_approve"): (_checker_approves, _applicant_approves),
    ("application", "expert_sheet"): (_recused_expert, _expert_not_drawn, _too_many_points),
    ("annual_cycle", "opinion_list"): (
        _added("items", lambda number: {"application_no": number, "opinion": "PROPOSE"}, "ListDiffers"),
        _reordered,
    ),
    ("annual_cycle", "meeting_results"): (
        _added("items", lambda number: {"application_no": number, "result": "PASS"}, "ListDiffers"),
    ),
    ("annual_cycle", "public_notice"): (_too_short, _backdated),
    ("annual_cycle", "publish"): (_taken_number, _held_item, _held_dropped),
}
