"""Deployments at a date, on the virtual clock; and the way back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import commands, faults
from engine.clock import VirtualClock
from engine.notifications.models import Notification
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.store.definitions import Definition, Deployment
from engine.studio.deployed import deployed_files
from engine.studio.drafts import approving, deploying, drafting, restoring
from engine.studio.drafts.refusals import DeployedSince, NothingToRestore, NotInState, NotLater
from engine.worker import drain
from tests.support.runtimes import rows
from tests.unit.studio.owners import (
    ANNE,
    BEN,
    CHEN,
    DIAGRAM,
    FILES,
    approved,
    contents,
    row,
    shorter,
    submitted,
)


def now(rt: Runtime) -> bytes:
    with rt.reading() as session:
        return deployed_files(session)[DIAGRAM]


def planned(rt: Runtime) -> int:
    """An approved change that is due in two days."""
    change = approved(rt)
    deploying.plan(rt, ANNE, change, rt.clock.now() + timedelta(days=2))
    return change


def test_it_is_deployed_when_it_is_due(studio: Runtime, clock: VirtualClock) -> None:
    change = planned(studio)
    clock.advance(timedelta(days=2, seconds=-1))
    assert drain(studio) == 0
    assert now(studio) == FILES[DIAGRAM]
    clock.advance(timedelta(seconds=1))
    assert drain(studio) == 1
    assert now(studio) == shorter()
    [deployment] = rows(studio, select(Deployment).where(Deployment.change_id == change))
    assert (deployment.actor, deployment.author, deployment.approver) == ("system", "anne", "ben")
    assert deployment.at == clock.now()
    assert drain(studio) == 0


def test_what_cannot_be_deployed_then_says_so_and_tells_people(studio: Runtime, clock: VirtualClock) -> None:
    change = planned(studio)
    commands.deploy(studio, SYSTEM, {DIAGRAM: shorter(36)})
    clock.advance(timedelta(days=2))
    drain(studio)
    found = row(studio, change)
    assert (found.state, found.planned_for) == ("approved", None)
    assert DIAGRAM in found.failure["zh"]
    assert DIAGRAM in found.failure["en"]
    assert now(studio) == shorter(36)
    wanted = select(Notification.login).where(Notification.subject_zh == "规则变更没有按时部署")
    assert sorted(rows(studio, wanted)) == ["anne", "ben"]
    assert drain(studio) == 0


def test_a_defect_stops_that_change_only(
    studio: Runtime, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = planned(studio)
    monkeypatch.setattr(deploying, "deploy_change", lambda *_: 1 / 0)
    clock.advance(timedelta(days=2))
    drain(studio)
    assert "日志" in row(studio, change).failure["zh"]


def test_a_killed_worker_loses_nothing(studio: Runtime, clock: VirtualClock, second_server: Runtime) -> None:
    change = planned(studio)
    clock.advance(timedelta(days=2))

    def die() -> None:
        raise KeyboardInterrupt

    faults.arm("commit.before", die)
    with pytest.raises(KeyboardInterrupt):
        drain(studio)
    faults.disarm()
    assert row(studio, change).state == "approved"
    drain(second_server)
    assert row(studio, change).state == "deployed"
    assert drain(studio) == 0


def test_a_date_that_has_passed_is_refused(studio: Runtime) -> None:
    change = approved(studio)
    with pytest.raises(NotLater):
        deploying.plan(studio, ANNE, change, studio.clock.now())
    with pytest.raises(NotInState):
        deploying.unplan(studio, ANNE, submitted(studio))


def test_a_save_takes_the_date_away(studio: Runtime, clock: VirtualClock) -> None:
    change = planned(studio)
    drafting.save(studio, ANNE, change, DIAGRAM, shorter(12), 2)
    clock.advance(timedelta(days=3))
    drain(studio)
    assert now(studio) == FILES[DIAGRAM]


def test_so_does_its_owner(studio: Runtime, clock: VirtualClock) -> None:
    change = planned(studio)
    deploying.unplan(studio, CHEN, change)
    clock.advance(timedelta(days=3))
    drain(studio)
    assert (row(studio, change).state, now(studio)) == ("approved", FILES[DIAGRAM])


def deployed(rt: Runtime) -> int:
    return deploying.deploy_change(rt, ANNE, approved(rt))


def test_going_back_is_one_more_version(studio: Runtime) -> None:
    number = deployed(studio)
    change = restoring.roll_back(studio, ANNE, number)
    assert row(studio, change).restores == number
    approving.submit(studio, ANNE, change)
    approving.approve(studio, CHEN, change, contents(studio, change))
    deploying.deploy_change(studio, ANNE, change)
    assert now(studio) == FILES[DIAGRAM]
    versions = select(Definition.version).where(Definition.definition_id == "registration")
    assert rows(studio, versions.order_by(Definition.version)) == [1, 2, 3]


def test_going_back_over_a_newer_deployment_is_refused(studio: Runtime) -> None:
    number = deployed(studio)
    commands.deploy(studio, SYSTEM, {DIAGRAM: shorter(36)})
    with pytest.raises(DeployedSince):
        restoring.roll_back(studio, ANNE, number)
    change = restoring.restore(studio, ANNE, "process", "registration", 1)
    approving.submit(studio, ANNE, change)
    approving.approve(studio, BEN, change, contents(studio, change))
    deploying.deploy_change(studio, BEN, change)
    assert now(studio) == FILES[DIAGRAM]


def test_there_is_nothing_before_the_first(studio: Runtime) -> None:
    with pytest.raises(NothingToRestore):
        restoring.roll_back(studio, ANNE, 1)
    with pytest.raises(NothingToRestore):
        restoring.restore(studio, ANNE, "process", "registration", 1)
