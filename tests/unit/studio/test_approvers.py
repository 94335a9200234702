"""Who approved must still stand for it when it counts; and one person with two accounts is one person."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engine.clock import VirtualClock
from engine.notifications.models import Notification
from engine.runtime import Runtime
from engine.store.people import Account, RoleGrant
from engine.studio.deployed import deployed_files
from engine.studio.drafts import approving, deploying, drafting, rebasing
from engine.studio.drafts.refusals import ApproverGone, OwnChange, SecondAccount
from engine.studio.trying.recorded import record, scenarios
from engine.worker import drain
from tests.support.runtimes import rows
from tests.unit.studio.owners import (
    ANNE,
    BEN,
    CHEN,
    DIAGRAM,
    FILES,
    approved,
    begun,
    contents,
    row,
    submitted,
)

LEAVES = {
    "closed": update(Account).where(Account.login == "ben").values(active=False),
    "revoked": update(RoleGrant).where(RoleGrant.login == "ben").values(revoked_by="secadmin"),
}


def leave(rt: Runtime, how: str) -> None:
    """Ben's account is closed, or his role is taken away."""
    with rt.transaction() as tx:
        statement = LEAVES[how]
        tx.session.execute(statement.values(revoked_at=tx.now) if how == "revoked" else statement)


def counts(rt: Runtime) -> bytes:
    with rt.reading() as session:
        return deployed_files(session)[DIAGRAM]


@pytest.mark.parametrize("how", LEAVES)
def test_a_planned_deployment_waits_when_who_approved_it_is_gone(
    studio: Runtime, clock: VirtualClock, how: str
) -> None:
    change = approved(studio)
    deploying.plan(studio, ANNE, change, clock.now() + timedelta(days=2))
    leave(studio, how)
    clock.advance(timedelta(days=2))
    drain(studio)
    found = row(studio, change)
    assert (found.state, found.planned_for) == ("approved", None)
    assert "批准人" in found.failure["zh"]
    assert counts(studio) == FILES[DIAGRAM]
    told = select(Notification.login).where(Notification.subject_zh == "规则变更没有按时部署")
    assert "anne" in rows(studio, told)
    with pytest.raises(ApproverGone):
        deploying.deploy_change(studio, ANNE, change)
    approving.send_back(studio, ANNE, change, "批准人离任")
    approving.submit(studio, ANNE, change)
    approving.approve(studio, CHEN, change, contents(studio, change))
    deploying.deploy_change(studio, ANNE, change)
    assert counts(studio) != FILES[DIAGRAM]


def test_a_planned_deployment_waits_when_a_scenario_turned_red(studio: Runtime, clock: VirtualClock) -> None:
    change = approved(studio)
    deploying.plan(studio, ANNE, change, clock.now() + timedelta(days=2))
    with studio.reading() as session:
        known = next(each for each in scenarios(session) if each.process == "registration")
    wrong = replace(known, name="永远到不了", expect={"path": ["nowhere"]})
    record(studio, CHEN, wrong, "wrong")
    clock.advance(timedelta(days=2))
    drain(studio)
    found = row(studio, change)
    assert (found.state, found.planned_for) == ("approved", None)
    assert "永远到不了" in found.failure["zh"]
    assert counts(studio) == FILES[DIAGRAM]


@pytest.mark.parametrize("facts", [{"mobile": "13800000001"}, {"email": "a@example.org"}])
def test_a_second_account_of_the_author_does_not_approve(studio: Runtime, facts: dict[str, str]) -> None:
    change = submitted(studio)
    with studio.transaction() as tx:
        tx.session.execute(update(Account).where(Account.login == "anne").values(**facts))
        upper = {name: value.upper() for name, value in facts.items()}
        tx.session.execute(update(Account).where(Account.login == "ben").values(**upper))
    with pytest.raises(SecondAccount):
        approving.approve(studio, BEN, change, contents(studio, change))
    approving.approve(studio, CHEN, change, contents(studio, change))


@pytest.mark.parametrize("how", ["rebase", "leave_out"])
def test_who_edited_without_saving_does_not_approve(studio: Runtime, how: str) -> None:
    change = begun(studio)
    if how == "rebase":
        rebasing.rebase(studio, BEN, change, DIAGRAM, drafting.sha256(FILES[DIAGRAM]), theirs=False)
    else:
        drafting.take_in(studio, ANNE, change, "registration_check.form")
        drafting.leave_out(studio, BEN, change, "registration_check.form")
    approving.submit(studio, ANNE, change)
    with pytest.raises(OwnChange):
        approving.approve(studio, BEN, change, contents(studio, change))
