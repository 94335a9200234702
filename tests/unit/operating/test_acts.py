"""What an administrator does to one instance: foreseen by the real command, refused when something has moved."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import audit, commands
from engine.bpmn.errors import CannotModify, UnknownElement
from engine.clock import VirtualClock
from engine.commands import refusals
from engine.errors import NotAllowed, NotFound
from engine.operating.acts import ACTS, Deed
from engine.operating.doing import do
from engine.operating.findings import TEXTS, finding
from engine.operating.refusals import MovedOn
from engine.operating.trying import preview
from engine.runtime import Runtime
from engine.store.instances import ElementEvent, Instance
from engine.store.tasks import UserTask
from engine.store.trail import Audit
from engine.worker import drain
from tests.support.diagrams import straight
from tests.support.people import CITY, OWNER, SYSADMIN
from tests.support.runtimes import deploy, open_task, open_tasks, rows
from tests.unit.operating.scene import (
    WHY,
    codes,
    done,
    everything,
    incident,
    limited,
    running,
    status,
    stopping,
    tried,
    waiting,
)

LIMIT = "2024-06-10T17:00:00+08:00"
EACH: dict[str, dict[str, Any]] = {
    "suspend": {},
    "cancel": {},
    "move": {"activate": ["t2"], "terminate": ["3"]},
    "variable": {"scope": "1", "name": "n", "value": 8},
    "deadline": {"element": "too_late", "workdays": 3},
}


@pytest.mark.parametrize("act", EACH)
def test_a_preview_leaves_nothing_and_tells_what_then_happens(any_rt: Runtime, act: str) -> None:
    key = running(any_rt, limited(), limit=LIMIT, n=7)
    before = everything(any_rt)
    seen = tried(any_rt, act, key, **EACH[act])
    assert everything(any_rt) == before
    assert seen.refusal is None
    assert codes(seen.findings)
    done(any_rt, act, key, seen.mark, **EACH[act])
    assert everything(any_rt) != before
    [link] = rows(any_rt, select(Audit).order_by(Audit.sequence.desc()).limit(1))
    assert (link.actor, link.action, link.detail["reason"]) == (SYSADMIN.login, ACTS[act].rule, WHY)
    assert {"before", "after"} <= link.detail.keys()
    with any_rt.reading() as session:
        assert audit.verify(session) is None


@pytest.mark.parametrize("act", [*EACH, "retry", "resume", "migrate"])
def test_an_act_without_a_reason_or_a_right_is_refused(rt: Runtime, act: str) -> None:
    key = running(rt, limited(), limit=LIMIT, n=7)
    before = everything(rt)
    for actor, reason, refusal in (
        (SYSADMIN, " \n", refusals.NoReason),
        (CITY, WHY, NotAllowed),
        (OWNER, WHY, NotAllowed),
    ):
        with pytest.raises(refusal):
            do(rt, actor, Deed(act, key, EACH.get(act, {}), reason))
    with pytest.raises(NotAllowed):
        preview(rt, CITY, Deed(act, key, EACH.get(act, {}), WHY))
    assert everything(rt) == before


@pytest.mark.parametrize("act", ["move", "migrate", "retry", "suspend"])
def test_a_suspended_instance_is_not_moved(rt: Runtime, act: str) -> None:
    key = running(rt, limited(), limit=LIMIT, n=7)
    done(rt, "suspend", key)
    before = everything(rt)
    with pytest.raises(refusals.InstanceSuspended):
        done(rt, act, key, **EACH.get(act, {}))
    assert isinstance(tried(rt, act, key, **EACH.get(act, {})).refusal, refusals.InstanceSuspended)
    assert everything(rt) == before


def test_an_ended_instance_is_left_alone(rt: Runtime) -> None:
    key = running(rt, limited(), limit=LIMIT, n=7)
    done(rt, "cancel", key)
    for act, given in EACH.items():
        with pytest.raises(refusals.InstanceEnded):
            done(rt, act, key, **given)
    with pytest.raises(NotFound):
        tried(rt, "cancel", 999)


def test_what_moved_since_the_preview_is_told_and_nothing_is_done(rt: Runtime) -> None:
    key = running(rt, limited(), limit=LIMIT)
    seen = tried(rt, "cancel", key)
    commands.complete(rt, CITY, open_task(rt, "t1"), {})
    with pytest.raises(MovedOn) as refused:
        done(rt, "cancel", key, seen.mark)
    assert "办结“任务 t1”" in refused.value.message("zh")
    assert "任务 t2 was reached" in refused.value.message("en")
    assert status(rt, key) == "ACTIVE"
    done(rt, "cancel", key, tried(rt, "cancel", key).mark)
    assert status(rt, key) == "TERMINATED"


def test_a_suspension_meanwhile_counts_as_moved(rt: Runtime) -> None:
    key = running(rt, limited(), limit=LIMIT)
    seen = tried(rt, "cancel", key)
    done(rt, "suspend", key)
    with pytest.raises(MovedOn, match="now suspended"):
        done(rt, "cancel", key, seen.mark)


def test_a_deadline_that_has_come_acts_first(any_rt: Runtime, clock: VirtualClock) -> None:
    key = running(any_rt, limited(), limit=LIMIT)
    seen = tried(any_rt, "suspend", key)
    clock.advance(timedelta(days=8))
    with pytest.raises(MovedOn, match="A deadline has come"):
        done(any_rt, "suspend", key, seen.mark)
    assert status(any_rt, key) == "COMPLETED"
    [link] = rows(any_rt, select(Audit).where(Audit.action == "timer.fire"))
    assert link.actor == "system"


def test_a_cancellation_names_what_it_takes_along(rt: Runtime) -> None:
    key = running(rt, limited(), limit=LIMIT)
    assert codes(tried(rt, "cancel", key).findings) == [
        ("status", ""),
        ("ends", ""),
        ("task_gone", "t1"),
        ("timer_gone", "too_late"),
    ]


def test_a_moved_token_names_exactly_what_begins_and_ends(rt: Runtime) -> None:
    key = running(rt, limited(), limit=LIMIT)
    [open_now] = open_tasks(rt)
    given = {"activate": ["t2"], "terminate": [open_now.wait_key]}
    seen = tried(rt, "move", key, **given)
    assert codes(seen.findings) == [("task_gone", "t1"), ("task_new", "t2"), ("timer_gone", "too_late")]
    done(rt, "move", key, seen.mark, **given)
    assert [each.element_id for each in open_tasks(rt)] == ["t2"]
    [link] = rows(rt, select(Audit).where(Audit.action == "instance.modify"))
    assert (link.detail["before"]["at"], link.detail["after"]["at"]) == (["t1"], ["t2"])
    for wrong, refusal in ((["nowhere"], UnknownElement), (["too_late"], UnknownElement)):
        assert isinstance(tried(rt, "move", key, activate=wrong).refusal, refusal)


def test_moving_the_last_token_away_is_told_to_end_it(rt: Runtime) -> None:
    key = running(rt, limited(), limit=LIMIT)
    found = tried(rt, "move", key, terminate=[open_tasks(rt)[0].wait_key]).findings
    assert ("ends", "") in codes(found)
    assert CannotModify  # a place that cannot be entered is refused by the diagram, tested there


def test_everything_that_stopped_is_retried_once(any_rt: Runtime) -> None:
    key = running(any_rt, stopping(any_rt), "q", ready=False)
    commands.complete(any_rt, CITY, open_task(any_rt, "t1"), {})
    found = incident(any_rt)
    still = tried(any_rt, "retry", key)
    assert codes(still.findings) == [("incident_again", "work")]
    done(any_rt, "variable", key, scope="1", name="ready", value=True)
    before = everything(any_rt)
    seen = tried(any_rt, "retry_one", found.id)
    assert codes(seen.findings) == [
        ("completed", "work"),
        ("task_new", "t2"),
        ("incident_gone", "work"),
    ]
    assert everything(any_rt) == before
    done(any_rt, "retry_one", found.id, seen.mark)
    with pytest.raises(MovedOn):
        done(any_rt, "retry_one", found.id, seen.mark)
    with pytest.raises(refusals.NothingToRetry):
        done(any_rt, "retry_one", found.id)
    with pytest.raises(refusals.NothingFailed):
        done(any_rt, "retry", key)
    assert [each.element_id for each in open_tasks(any_rt)] == ["t2"]


def test_no_preview_and_no_trail_repeats_what_an_error_quotes(rt: Runtime) -> None:
    key = running(rt, stopping(rt), "q", ready=False)
    commands.complete(rt, CITY, open_task(rt, "t1"), {})
    told = [each.told("zh") + each.told("en") for each in tried(rt, "retry", key).findings]
    done(rt, "retry", key)
    links = [str(link.detail) for link in rows(rt, select(Audit))]
    assert not [text for text in [*told, *links] if "13800138000" in text]


def test_a_suspension_holds_and_a_resumption_tells_what_then_acts(rt: Runtime, clock: VirtualClock) -> None:
    key = running(rt, limited(), limit=LIMIT)
    [held] = [each for each in tried(rt, "suspend", key).findings if each.code == "held"]
    assert held.facts == {"tasks": 1, "timers": 1, "jobs": 0}
    done(rt, "suspend", key)
    clock.advance(timedelta(days=8))
    assert drain(rt) == 0
    found = codes(tried(rt, "resume", key).findings)
    assert found[0] == ("passed_meanwhile", "too_late")
    assert ("ends", "") in found
    assert status(rt, key) == "SUSPENDED"


def test_a_migration_is_foreseen(rt: Runtime) -> None:
    key = running(rt, straight("p", 2))
    deploy(rt, p=straight("p", 3))
    seen = tried(rt, "migrate", key)
    assert codes(seen.findings) == [("version", "")]
    done(rt, "migrate", key, seen.mark)
    assert len(set(rows(rt, select(Instance.definition_id)))) == 1
    deploy(rt, p=straight("p", 1).replace(b'id="t1"', b'id="other"').replace(b'"t1"', b'"other"'))
    assert tried(rt, "migrate", key).refusal is not None


def test_a_task_goes_to_a_colleague_but_an_experts_never(rt: Runtime) -> None:
    from engine.operating.refusals import ExpertsTask

    key = running(rt, straight("p", 1, group="expert@370000"))
    task = open_task(rt, "t1", key)
    for name in ("reassign",):
        with pytest.raises(ExpertsTask):
            done(rt, name, task, assignee="wang.wei")
        assert isinstance(tried(rt, name, task, assignee="wang.wei").refusal, ExpertsTask)
    assert rows(rt, select(UserTask.assignee)) == [None]


def test_an_instance_that_waits_for_a_message_may_be_moved_past_it(rt: Runtime) -> None:
    key = running(rt, waiting(), "w")
    seen = tried(rt, "move", key, activate=["then"], terminate=["3"])
    assert {"event_gone", "task_new"} <= {code for code, _ in codes(seen.findings)}, codes(seen.findings)


def test_every_finding_can_be_told_in_both_languages() -> None:
    class Anything(dict[str, str]):
        def __missing__(self, name: str) -> str:
            return "x"

    for code, (_level, zh, en) in TEXTS.items():
        assert zh.format_map(Anything()), code
        assert en.format_map(Anything()), code
    assert (
        finding("workdays", left=2, before=1).told("en")
        == "2 working days are left until the new deadline (1 until the old one)."
    )


def test_history_knows_who_did_it(rt: Runtime) -> None:
    key = running(rt, limited(), limit=LIMIT, n=7)
    done(rt, "variable", key, scope="1", name="n", value=8)
    [event] = rows(
        rt, select(ElementEvent).where(ElementEvent.event == "variable", ElementEvent.actor == SYSADMIN.login)
    )
    assert event.detail == {"name": "n", "value": 8}
