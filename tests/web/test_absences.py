"""Absence with a substitute: whose tasks somebody does, for how long, under which names, and what is never lent."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import commands, policy
from engine.clock import BUSINESS_ZONE, VirtualClock
from engine.commands import absences as refusals
from engine.commands.refusals import HeldByAnother, SamePerson
from engine.conditions import Grant
from engine.directory import Scribe, add_account, withdraw_grant
from engine.errors import NotFound
from engine.guards import GuardContext
from engine.inbox.absences import lent
from engine.inbox.models import Absence
from engine.policy import SYSTEM, Actor
from engine.programme.reviews.operations import participants
from engine.runtime import Runtime
from engine.store.instances import ElementEvent
from engine.store.tasks import Submission, UserTask
from engine.store.trail import Audit
from tests.support import diagrams
from tests.web import world
from tests.web.conftest import SignIn, token

TODAY = world.START.date()
ANSWER = {"decision": "recommend", "uscc": "91370200264574251E", "investment": 100, "confirmed": True}
SENT = {**ANSWER, "investment": "100", "confirmed": "true"}


@pytest.fixture
def task(runtime: Runtime) -> int:
    """A task that 李强 (`city`) holds; `hostile` is the colleague of the same office and role."""
    world.deploy_review(runtime)
    key = world.start_review(runtime, "2024-370100")
    commands.claim(runtime, world.actor("city"), key)
    return key


def away(runtime: Runtime, days: int = 3, who: str = "city", substitute: str = "hostile") -> int:
    return commands.enter_absence(
        runtime, world.actor(who), TODAY, TODAY + timedelta(days=days), substitute, "出差"
    )


def now_as(runtime: Runtime, login: str) -> Actor:
    """The actor as a request of this person would have it now."""
    plain = world.actor(login)
    with runtime.reading() as session:
        return Actor(login, plain.name, plain.grants, lent(session, login, runtime.clock.now()))


def move(runtime: Runtime, at: datetime) -> None:
    assert isinstance(runtime.clock, VirtualClock)
    runtime.clock.set(at)


def row(runtime: Runtime, model: Any, *where: Any) -> Any:
    with runtime.reading() as session:
        return session.scalars(select(model).where(*where)).one()


def test_without_an_absence_a_colleague_is_refused(runtime: Runtime, task: int) -> None:
    with pytest.raises(HeldByAnother):
        commands.complete(runtime, now_as(runtime, "hostile"), task, ANSWER)


def test_the_substitute_sees_and_does_the_task_and_both_names_are_kept(
    sign_in: SignIn, runtime: Runtime, task: int
) -> None:
    client = sign_in("city")
    page = client.get("/inbox/absence")
    sent = {"first": TODAY.isoformat(), "last": TODAY.isoformat(), "substitute": "hostile"}
    answer = client.post("/inbox/absence", data={"csrf_token": token(page), **sent})
    assert answer.status_code == 302
    substitute = sign_in("hostile")
    mine = substitute.get("/inbox").get_data(as_text=True)
    assert "由我代李强办理" in mine
    assert "您正在为李强代办" in mine
    assert '待办<span class="count">1</span>' in mine
    shown = substitute.get(f"/tasks/{task}")
    assert "您代 李强 办理这项任务" in shown.get_data(as_text=True)
    done = substitute.post(f"/tasks/{task}", data={"csrf_token": token(shown), **SENT}, follow_redirects=True)
    assert "（代李强办理）" in done.get_data(as_text=True)
    kept = row(runtime, UserTask, UserTask.id == task)
    assert (kept.ended_by, kept.ended_for) == ("hostile", "city")
    sent_row = row(runtime, Submission, Submission.task_id == task)
    assert (sent_row.by, sent_row.on_behalf_of) == ("hostile", "city")
    link = row(runtime, Audit, Audit.action == "task.complete")
    assert link.actor == "hostile"
    assert link.detail["on_behalf_of"] == "city"
    with runtime.reading() as session:
        said = [
            e.detail for e in session.scalars(select(ElementEvent).where(ElementEvent.actor == "hostile"))
        ]
    assert said
    assert all(detail and detail["on_behalf_of"] == "city" for detail in said)
    for login in ("city", "hostile"):
        listed = sign_in(login).get("/inbox/done").get_data(as_text=True)
        assert "（代李强办理）" in listed, login
        assert sign_in(login).get(f"/tasks/{task}").status_code == 200, login


def test_others_are_told_that_the_holder_is_away(sign_in: SignIn, runtime: Runtime, task: int) -> None:
    away(runtime)
    page = sign_in("city_head").get("/inbox/all").get_data(as_text=True)
    assert "李强（外出，" in page
    assert "代办）" in page


def test_it_ends_by_itself_and_does_not_begin_early(runtime: Runtime, task: int) -> None:
    first, last = TODAY + timedelta(days=2), TODAY + timedelta(days=4)
    commands.enter_absence(runtime, world.actor("city"), first, last, "hostile")
    for day, hour, lends in ((1, 23, False), (2, 0, True), (4, 23, True), (5, 0, False)):
        at = datetime.combine(TODAY + timedelta(days=day), datetime.min.time(), BUSINESS_ZONE)
        move(runtime, at + timedelta(hours=hour))
        assert bool(now_as(runtime, "hostile").lent) is lends, (day, hour)
    with pytest.raises(HeldByAnother):
        commands.complete(runtime, now_as(runtime, "hostile"), task, ANSWER)


def test_who_is_away_may_end_it_and_nobody_else(sign_in: SignIn, runtime: Runtime, task: int) -> None:
    key = away(runtime)
    stranger = sign_in("hostile")
    page = stranger.get("/inbox/absence")
    assert stranger.post(f"/inbox/absence/{key}/end", data={"csrf_token": token(page)}).status_code == 404
    with pytest.raises(NotFound):
        commands.end_absence(runtime, world.actor("other_city"), key)
    assert now_as(runtime, "hostile").lent
    mine = sign_in("city")
    mine.post(f"/inbox/absence/{key}/end", data={"csrf_token": token(mine.get("/inbox/absence"))})
    assert now_as(runtime, "hostile").lent == ()
    assert "提前结束" in mine.get("/inbox/absence").get_data(as_text=True)
    with runtime.reading() as session:
        said = list(session.scalars(select(Audit.action).where(Audit.object_type == "absence")))
    assert said == ["absence.enter", "absence.end"]


@pytest.mark.parametrize("other", ["other_city", "city_head", "filler", "city", "nobody", ""])
def test_only_a_colleague_of_the_same_office_and_role(runtime: Runtime, task: int, other: str) -> None:
    with pytest.raises(refusals.NoSubstitute):
        away(runtime, substitute=other)


def test_a_form_with_a_foreign_substitute_is_refused_and_kept(
    sign_in: SignIn, runtime: Runtime, task: int
) -> None:
    client = sign_in("city")
    page = client.get("/inbox/absence")
    assert "孙丽" not in page.get_data(as_text=True)
    sent = {
        "first": TODAY.isoformat(),
        "last": TODAY.isoformat(),
        "substitute": "other_city",
        "note": "开会去",
    }
    answer = client.post("/inbox/absence", data={"csrf_token": token(page), **sent})
    assert answer.status_code == 422
    assert "开会去" in answer.get_data(as_text=True)
    assert now_as(runtime, "other_city").lent == ()


@pytest.mark.parametrize(("first", "last"), [(-1, 1), (2, 1), (0, 400)])
def test_days_that_make_no_span(runtime: Runtime, first: int, last: int) -> None:
    with pytest.raises(refusals.BadSpan):
        commands.enter_absence(
            runtime,
            world.actor("city"),
            TODAY + timedelta(days=first),
            TODAY + timedelta(days=last),
            "hostile",
        )


def test_days_that_are_none_are_said_on_the_page(sign_in: SignIn) -> None:
    client = sign_in("city")
    page = client.get("/inbox/absence")
    for first in ("", "2024-02-30", "morgen"):
        sent = {"first": first, "last": "2024-06-04", "substitute": "hostile"}
        assert client.post("/inbox/absence", data={"csrf_token": token(page), **sent}).status_code == 422


def third(runtime: Runtime) -> Actor:
    grant = Grant("city_officer", "370100")
    with runtime.transaction() as tx:
        return add_account(tx.session, Scribe(SYSTEM, tx.now), "third", "第三人", [grant])


def test_nothing_is_lent_on(runtime: Runtime, task: int) -> None:
    other = third(runtime)
    away(runtime)
    with pytest.raises(refusals.Overlaps):
        away(runtime, substitute="third")
    with pytest.raises(refusals.StandsInMeanwhile):
        commands.enter_absence(runtime, world.actor("hostile"), TODAY, TODAY, "third")
    with pytest.raises(refusals.Chained):
        commands.enter_absence(runtime, other, TODAY, TODAY, "city")
    later = TODAY + timedelta(days=10)
    commands.enter_absence(runtime, other, later, later, "city")
    assert now_as(runtime, "hostile").lent == (Grant("city_officer", "370100", "city"),)


def test_what_is_lent_ends_with_the_role_of_either(runtime: Runtime, task: int) -> None:
    away(runtime)
    with runtime.transaction() as tx:
        withdraw_grant(tx.session, Scribe(SYSTEM, tx.now), "city", Grant("city_officer", "370100"))
    assert now_as(runtime, "hostile").lent == ()


def test_what_was_given_by_name_and_an_experts_role_are_not_lent(runtime: Runtime) -> None:
    files = {"named.bpmn": diagrams.diagram("named", _chain(diagrams.task("t1", assignee="city")))}
    commands.deploy(runtime, SYSTEM, files)
    [key] = commands.start(runtime, SYSTEM, "named", {}).tasks
    away(runtime)
    with pytest.raises(NotFound):
        commands.complete(runtime, now_as(runtime, "hostile"), key, {})
    assert not {"expert", "expert_leader", "supervision", "sysadmin", "enterprise_filler"} & set(
        policy.LENDABLE
    )


def _chain(*tasks: str) -> str:
    ids = [f"t{n}" for n in range(1, len(tasks) + 1)]
    return diagrams.start() + "".join(tasks) + diagrams.end() + diagrams.chain("start", *ids, "end")


@pytest.fixture
def checked(runtime: Runtime) -> int:
    """The first of two steps by officers of one city; the second checks the first."""
    two = _chain(diagrams.task("t1"), diagrams.task("t2", properties={"luzhi:differentFrom": "t1"}))
    commands.deploy(runtime, SYSTEM, {"two.bpmn": diagrams.diagram("two", two)})
    return commands.start(runtime, SYSTEM, "two", {}, "2024-370102-0001").tasks[0]


def test_two_persons_means_both_names_of_a_substitution(runtime: Runtime, checked: int) -> None:
    other = third(runtime)
    commands.claim(runtime, world.actor("city"), checked)
    away(runtime)
    [second] = commands.complete(runtime, now_as(runtime, "hostile"), checked, {}).tasks
    for login in ("hostile", "city"):
        with pytest.raises(SamePerson):
            commands.claim(runtime, now_as(runtime, login), second)
        with pytest.raises(SamePerson):
            commands.complete(runtime, now_as(runtime, login), second, {})
    assert commands.complete(runtime, other, second, {}).status == "COMPLETED"
    with runtime.reading() as session:
        assert ("由他人代办的经办人", "city") in participants(session, ["2024-370102-0001"])[
            "2024-370102-0001"
        ]


def test_a_substitute_who_did_the_checked_step_is_refused_at_once(runtime: Runtime, checked: int) -> None:
    [second] = commands.complete(runtime, world.actor("hostile"), checked, {}).tasks
    commands.claim(runtime, world.actor("city"), second)
    with pytest.raises(refusals.WouldCheckThemselves):
        away(runtime)


def test_a_substitute_cannot_check_what_they_did_later_either(runtime: Runtime, checked: int) -> None:
    away(runtime)
    [second] = commands.complete(runtime, world.actor("hostile"), checked, {}).tasks
    commands.claim(runtime, world.actor("city"), second)
    with pytest.raises(SamePerson):
        commands.complete(runtime, now_as(runtime, "hostile"), second, {})


def test_guards_hear_of_both(runtime: Runtime) -> None:
    with runtime.reading() as session:
        facts = (session, runtime.clock, world.actor("hostile"), 1, None, "x", {}, {})
        assert GuardContext(*facts, "city").people == ("hostile", "city")
        assert GuardContext(*facts).people == ("hostile",)


def test_the_substitute_may_give_it_back_and_do_many_at_once(
    sign_in: SignIn, runtime: Runtime, task: int
) -> None:
    away(runtime)
    substitute = now_as(runtime, "hostile")
    handle = commands.plan_batch(runtime, substitute, "give_back", [task], "/inbox")
    commands.confirm_batch(runtime, substitute, handle, {})
    assert commands.run_batch(runtime, substitute, handle) == 0
    assert row(runtime, UserTask, UserTask.id == task).assignee is None
    assert row(runtime, Audit, Audit.action == "task.give_back").detail["on_behalf_of"] == "city"


def test_the_draft_of_who_is_away_stays_theirs(sign_in: SignIn, runtime: Runtime, task: int) -> None:
    commands.save_draft(runtime, world.actor("city"), task, {"opinion": "只有我看见的草稿"})
    away(runtime)
    page = sign_in("hostile").get(f"/tasks/{task}").get_data(as_text=True)
    assert "只有我看见的草稿" not in page


def test_an_absence_needs_the_token_and_an_account(client: Any, sign_in: SignIn) -> None:
    assert client.get("/inbox/absence").status_code in (302, 401)
    sent = {"first": TODAY.isoformat(), "last": date.max.isoformat(), "substitute": "hostile"}
    assert sign_in("city").post("/inbox/absence", data=sent).status_code == 400


def test_rows_of_absences_stay(runtime: Runtime, task: int) -> None:
    key = away(runtime)
    commands.end_absence(runtime, world.actor("city"), key)
    ended = row(runtime, Absence, Absence.id == key).ended_at
    move(runtime, world.START + timedelta(days=1))
    commands.end_absence(runtime, world.actor("city"), key)
    assert row(runtime, Absence, Absence.id == key).ended_at == ended
