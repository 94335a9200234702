"""Claiming and assigning, drafts, suspension, cancelling, moving, migrating, deploying."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import commands
from engine.clock import VirtualClock
from engine.commands import refusals
from engine.directory import Scribe, add_account, add_organisation
from engine.errors import NotAllowed, NotFound
from engine.guards import GuardContext
from engine.problems import NotDeployable, errors
from engine.runtime import Runtime
from engine.store.definitions import Definition, Deployment, StartSubscription
from engine.store.instances import Instance
from engine.store.tasks import Draft, UserTask, UserTaskCandidate
from engine.worker import drain
from tests.support.diagrams import (
    catch,
    chain,
    diagram,
    end,
    message,
    message_root,
    start,
    straight,
    task,
    timer,
)
from tests.support.people import CITY, CITY_HEAD, CITY_TOO, OTHER_CITY, OWNER, SYSADMIN, SYSTEM, Actor
from tests.support.runtimes import deploy, open_task, open_tasks, rows
from tests.support.runtimes import start as begin


@pytest.fixture
def two(rt: Runtime) -> int:
    """The key of the open task of a fresh process of two tasks."""
    deploy(rt, two=straight("two", 2))
    begin(rt, "two")
    return open_task(rt, "t1")


def test_claim_and_give_back(rt: Runtime, two: int) -> None:
    commands.claim(rt, CITY, two)
    commands.claim(rt, CITY, two)
    with pytest.raises(refusals.HeldByAnother):
        commands.claim(rt, CITY_TOO, two)
    with pytest.raises(NotAllowed):
        commands.give_back(rt, CITY_TOO, two)
    commands.give_back(rt, CITY, two)
    commands.claim(rt, CITY_TOO, two)
    [task_row] = open_tasks(rt)
    assert (task_row.assignee, task_row.revision) == ("wang.wei", 4)


def test_a_head_assigns_in_the_own_office_with_a_reason(rt: Runtime, two: int) -> None:
    enter(rt, CITY_TOO)
    with pytest.raises(refusals.NoReason):
        commands.assign(rt, CITY_HEAD, two, "wang.wei", " ")
    with pytest.raises(NotAllowed):
        commands.assign(rt, CITY, two, "wang.wei", "因公出差")
    with pytest.raises(NotFound):
        commands.assign(rt, OTHER_CITY, two, "wang.wei", "因公出差")
    commands.assign(rt, CITY_HEAD, two, "wang.wei", "因公出差")
    assert open_tasks(rt)[0].assignee == "wang.wei"


def test_a_task_is_assigned_only_to_people_of_its_own_groups(rt: Runtime, two: int) -> None:
    enter(rt, OTHER_CITY)
    for login in (OTHER_CITY.login, "nobody"):
        with pytest.raises(refusals.NotEligible):
            commands.assign(rt, CITY_HEAD, two, login, "因公出差")
    assert open_tasks(rt)[0].assignee is None


def enter(rt: Runtime, person: Actor) -> None:
    with rt.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        for grant in person.grants:
            add_organisation(tx.session, scribe, grant.organisation, grant.organisation, "city", None)
        add_account(tx.session, scribe, person.login, person.name, person.grants)


def test_a_draft_is_its_authors_and_goes_with_the_task(any_rt: Runtime) -> None:
    deploy(any_rt, two=straight("two", 2))
    begin(any_rt, "two")
    key = open_task(any_rt, "t1")
    assert commands.save_draft(any_rt, CITY, key, {"a": "1"}).revision == 1
    assert commands.save_draft(any_rt, CITY, key, {"a": "2"}).revision == 2
    assert commands.save_draft(any_rt, CITY_TOO, key, {"a": "3"}).revision == 1
    drafts = {draft.login: draft.data for draft in rows(any_rt, select(Draft))}
    assert drafts == {"li.na": {"a": "2"}, "wang.wei": {"a": "3"}}
    commands.complete(any_rt, CITY, key, {})
    assert rows(any_rt, select(Draft)) == []
    assert rows(any_rt, select(UserTaskCandidate.task_id)) == [open_task(any_rt, "t2")]
    with pytest.raises(refusals.TaskCompleted):
        commands.save_draft(any_rt, CITY, key, {})


def test_a_suspended_instance_waits_and_then_catches_up(any_rt: Runtime, clock: VirtualClock) -> None:
    body = (
        start()
        + catch("pause", timer("Duration", "P1D"))
        + catch("wait", message("go"))
        + task("then")
        + end()
        + chain("start", "pause", "wait", "then", "end")
    )
    deploy(any_rt, waiting=diagram("waiting", body, roots=message_root("go", "=&quot;k&quot;")))
    instance = begin(any_rt, "waiting")
    commands.suspend(any_rt, SYSADMIN, instance, "核查")
    with pytest.raises(refusals.InstanceSuspended):
        commands.suspend(any_rt, SYSADMIN, instance, "核查")
    clock.advance(timedelta(days=2))
    assert drain(any_rt) == 0
    commands.resume(any_rt, SYSADMIN, instance, "核查完毕")
    with pytest.raises(refusals.InstanceNotSuspended):
        commands.resume(any_rt, SYSADMIN, instance, "核查完毕")
    drain(any_rt)
    commands.suspend(any_rt, SYSADMIN, instance, "再次核查")
    commands.publish_message(any_rt, SYSTEM, "go", "k", {})
    drain(any_rt)
    assert open_tasks(any_rt) == []
    commands.resume(any_rt, SYSADMIN, instance, "核查完毕")
    drain(any_rt)
    assert open_task(any_rt, "then", instance)


def test_nobody_completes_in_a_suspended_instance(rt: Runtime, two: int) -> None:
    [instance] = rows(rt, select(Instance.id))
    commands.suspend(rt, SYSADMIN, instance, "核查")
    with pytest.raises(refusals.InstanceSuspended):
        commands.complete(rt, CITY, two, {})
    commands.resume(rt, SYSADMIN, instance, "核查完毕")
    assert commands.complete(rt, CITY, two, {}).status == "ACTIVE"


def test_a_cancelled_instance_takes_its_tasks_with_it(rt: Runtime, two: int) -> None:
    [instance] = rows(rt, select(Instance.id))
    with pytest.raises(NotAllowed):
        commands.cancel(rt, CITY, instance, "试错")
    with pytest.raises(refusals.NoReason):
        commands.cancel(rt, SYSADMIN, instance, "")
    commands.cancel(rt, SYSADMIN, instance, "重复立项")
    assert rows(rt, select(Instance.status)) == ["TERMINATED"]
    with pytest.raises(refusals.TaskCanceled):
        commands.complete(rt, CITY, two, {})
    with pytest.raises(refusals.InstanceEnded):
        commands.cancel(rt, SYSADMIN, instance, "重复立项")


def test_a_token_is_moved(rt: Runtime, two: int) -> None:
    [instance] = rows(rt, select(Instance.id))
    [waiting] = open_tasks(rt)
    commands.modify(rt, SYSADMIN, instance, [("t2", {})], [waiting.wait_key], "跳过")
    assert [row.element_id for row in open_tasks(rt)] == ["t2"]
    assert rows(rt, select(UserTask.state).where(UserTask.id == two)) == ["CANCELED"]


def test_an_instance_is_migrated_to_the_newest_version(any_rt: Runtime) -> None:
    deploy(any_rt, two=straight("two", 2))
    instance = begin(any_rt, "two")
    key = open_task(any_rt, "t1")
    commands.claim(any_rt, CITY, key)
    deploy(any_rt, two=straight("two", 3))
    commands.migrate(any_rt, SYSADMIN, instance, reason="新版流程")
    [waiting] = open_tasks(any_rt)
    assert (waiting.id, waiting.assignee) == (key, "li.na")
    for element in ("t1", "t2", "t3"):
        done = commands.complete(any_rt, CITY, open_task(any_rt, element), {})
    assert done.status == "COMPLETED"


def test_unchanged_files_keep_their_version(rt: Runtime) -> None:
    first = commands.deploy(rt, SYSTEM, {"two.bpmn": straight("two", 2)})
    again = commands.deploy(rt, SYSTEM, {"two.bpmn": straight("two", 2)})
    third = commands.deploy(rt, SYSTEM, {"two.bpmn": straight("two", 3)})
    assert [d.definitions[0].version for d in (first, again, third)] == [1, 1, 2]
    assert [d.definitions[0].new for d in (first, again, third)] == [True, False, True]
    assert len(rows(rt, select(Definition))) == 2


def test_running_instances_stay_with_their_version(rt: Runtime, two: int) -> None:
    deploy(rt, two=straight("two", 1))
    commands.complete(rt, CITY, two, {})
    assert [row.element_id for row in open_tasks(rt)] == ["t2"]


def test_a_person_cannot_deploy_files(rt: Runtime) -> None:
    with pytest.raises(refusals.NeedsApproval) as refused:
        commands.deploy(rt, OWNER, {"two.bpmn": straight("two", 2)})
    assert "批准" in refused.value.message("zh")
    assert rows(rt, select(Deployment)) == []


def test_all_files_are_deployed_or_none(rt: Runtime) -> None:
    files = {"two.bpmn": straight("two", 2), "broken.bpmn": b"<bpmn", "what.exe": b""}
    with pytest.raises(NotDeployable) as refused:
        commands.deploy(rt, SYSTEM, files)
    assert {problem.file for problem in errors(refused.value.problems)} == {"broken.bpmn", "what.exe"}
    assert rows(rt, select(Definition)) == []


def test_only_the_newest_version_listens(rt: Runtime) -> None:
    def listening(name: str) -> bytes:
        body = start("begin", message(name)) + task("t") + end() + chain("begin", "t", "end")
        return diagram("p", body, roots=message_root(name))

    deploy(rt, p=listening("old"))
    deploy(rt, p=listening("new"))
    assert rows(rt, select(StartSubscription.name)) == ["new"]


def test_two_running_instances_never_share_a_business_key(rt: Runtime, two: int) -> None:
    begin(rt, "two", business_key="2024")
    with pytest.raises(refusals.AlreadyRunning):
        begin(rt, "two", business_key="2024")
    first = open_task(rt, "t1", rows(rt, select(Instance.id).where(Instance.business_key == "2024"))[0])
    done = commands.complete(rt, CITY, first, {})
    commands.complete(rt, CITY, done.tasks[0], {})
    assert begin(rt, "two", business_key="2024")


def test_guards_refuse_before_anything_changes(rt: Runtime) -> None:
    seen: list[GuardContext] = []

    @rt.guards.register("test.may")
    def may(context: GuardContext) -> None:
        seen.append(context)
        raise refusals.NoReason()

    body = start() + task("t", properties={"luzhi:guard": "test.may"}) + end() + chain("start", "t", "end")
    deploy(rt, guarded=diagram("guarded", body))
    begin(rt, "guarded", {"year": 2024}, business_key="k")
    with pytest.raises(refusals.NoReason):
        commands.complete(rt, CITY, open_task(rt, "t"), {})
    assert (seen[0].business_key, seen[0].variables["year"], seen[0].actor) == ("k", 2024, CITY)
    assert len(open_tasks(rt)) == 1


def test_the_public_may_only_object(rt: Runtime, two: int) -> None:
    from engine.policy import PUBLIC

    with pytest.raises(NotAllowed):
        commands.start(rt, PUBLIC, "two", {})
