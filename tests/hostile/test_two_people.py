"""Nobody checks what they did themselves (I16): by no door, with no second role, and not for somebody away either."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from engine.inbox.absences import different_from
from engine.store.people import RoleGrant
from engine.store.tasks import COMPLETED, UserTask
from tests.hostile.doors import Person, refused
from tests.hostile.staged import moments, stand, task_of
from tests.programme.mainline import House, furnished
from tests.web.deciding_world import Site

FIXTURES = (furnished, moments, stand)
CHECKS = {
    "signing": "sign",
    "county": "county_review",
    "city": "city_approve",
    "formal": "formal_approve",
    "reviewing": "opinion_review",
    "approving": "opinion_sign",
    "signed": "meeting_sign",
}
"""The step that checks, by the moment at which it is open."""


def last_checked(house: House, task: UserTask) -> UserTask:
    """The newest step that the task checks."""
    query = select(UserTask).where(
        UserTask.instance_id == task.instance_id,
        UserTask.element_id.in_(different_from(task)),
        UserTask.state == COMPLETED,
    )
    found: UserTask = house.rows(query.order_by(UserTask.id.desc()))[0]
    return found


def lend(house: House, login: str, task: UserTask) -> None:
    """Give somebody the role that the task is offered to."""
    role, place = task.candidate_groups[0].split("@")
    with house.rt.transaction() as tx:
        facts = {"role": role, "organisation": place, "granted_by": "system", "granted_at": tx.now}
        tx.session.add(RoleGrant(login=login, **facts))


@pytest.mark.parametrize("moment", CHECKS)
def test_who_did_a_step_does_not_check_it_in_another_role(stand: Callable[[str], Site], moment: str) -> None:
    site = stand(moment)
    task = task_of(site.house, CHECKS[moment])
    doer = str(last_checked(site.house, task).ended_by)
    lend(site.house, doer, task)
    told = refused(Person(site, doer), task.id, {"decision": "AGREE"}, "SamePerson")
    assert told.basis


@pytest.mark.parametrize("moment", CHECKS)
def test_who_was_stood_in_for_does_not_check_it_either(stand: Callable[[str], Site], moment: str) -> None:
    """The checker was away when the step was done in their name."""
    site = stand(moment)
    task = task_of(site.house, CHECKS[moment])
    checker = task.candidate_groups[0]
    with site.house.rt.transaction() as tx:
        done = last_checked(site.house, task).id
        tx.session.execute(update(UserTask).where(UserTask.id == done).values(ended_for=checker))
    refused(Person(site, checker), task.id, {"decision": "AGREE"}, "SamePerson")
