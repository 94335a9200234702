"""A change counts only when somebody else approved exactly what is deployed, and every check is green."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from engine import commands
from engine.errors import NotAllowed, NotFound, Refusal
from engine.notifications.models import Notification
from engine.policy import SYSTEM
from engine.problems import NotDeployable, Problem
from engine.runtime import Runtime
from engine.store.definitions import Definition, Deployment
from engine.store.studio import RuleCheck
from engine.store.trail import Audit
from engine.studio.deployed import deployed_files
from engine.studio.drafts import approving, deploying, drafting, readiness, rebasing
from engine.studio.drafts.refusals import (
    BaseMoved,
    ChangeClosed,
    ChangedMeanwhile,
    ContentsChanged,
    NoNote,
    NothingChanged,
    NotInState,
    OwnChange,
    ScenariosFailed,
)
from tests.support.people import CITY
from tests.support.runtimes import rows
from tests.unit.studio.owners import (
    ANNE,
    BEN,
    CHEN,
    DIAGRAM,
    FILES,
    FORM,
    approved,
    begun,
    contents,
    row,
    shorter,
    submitted,
)


def told(rt: Runtime) -> list[tuple[str, str]]:
    found = rows(rt, select(Notification).order_by(Notification.id))
    return [(each.login, each.subject_zh) for each in found]


def test_a_change_goes_its_whole_way(studio: Runtime) -> None:
    change = approved(studio)
    number = deploying.deploy_change(studio, ANNE, change)
    with studio.reading() as session:
        deployment = session.get_one(Deployment, number)
        assert deployed_files(session) == {**FILES, DIAGRAM: shorter()}
    assert (deployment.author, deployment.approver, deployment.change_id) == ("anne", "ben", change)
    assert deployment.contents == row(studio, change).contents
    assert "缩短确认期限" in deployment.message
    assert row(studio, change).state == "deployed"
    steps = select(Audit.action).where(Audit.object_type == "rule_change").order_by(Audit.sequence)
    assert rows(studio, steps) == [
        f"change.{what}" for what in ("begin", "take_in", "submit", "approve", "deploy")
    ]
    assert ("ben", "规则变更待审批") in told(studio)
    assert ("anne", "规则变更待审批") not in told(studio)
    assert ("anne", "规则变更已批准") in told(studio)


def test_what_files_deployed_has_no_approver(studio: Runtime) -> None:
    [deployment] = rows(studio, select(Deployment))
    assert (deployment.actor, deployment.author, deployment.approver) == ("system", None, None)
    assert deployment.message == "first"


def test_new_cases_take_the_new_version_and_running_ones_stay(studio: Runtime) -> None:
    given = {"registration_no": "ZC-1", "county": "370102", "city": "370100"}
    before = commands.start(studio, SYSTEM, "registration", given)
    change = approved(studio)
    deploying.deploy_change(studio, BEN, change)
    after = commands.start(studio, SYSTEM, "registration", given)
    assert (before.version, after.version) == (1, 2)


@pytest.mark.parametrize("who", ["began", "saved", "submitted"])
def test_nobody_approves_what_they_had_a_hand_in(studio: Runtime, who: str) -> None:
    change = begun(studio)
    if who == "saved":
        drafting.save(studio, BEN, change, DIAGRAM, shorter(12), 2)
        drafting.save(studio, ANNE, change, DIAGRAM, shorter(24), 3)
    approving.submit(studio, CHEN if who == "submitted" else ANNE, change)
    guilty = {"began": ANNE, "saved": BEN, "submitted": CHEN}[who]
    with pytest.raises(OwnChange):
        approving.approve(studio, guilty, change, contents(studio, change))
    assert row(studio, change).state == "submitted"


def test_who_submitted_it_once_does_not_approve_it_later(studio: Runtime) -> None:
    change = begun(studio)
    approving.submit(studio, CHEN, change)
    drafting.save(studio, ANNE, change, DIAGRAM, shorter(12), 2)
    approving.submit(studio, ANNE, change)
    with pytest.raises(OwnChange):
        approving.approve(studio, CHEN, change, contents(studio, change))


def test_nor_does_the_system(studio: Runtime) -> None:
    change = submitted(studio)
    with pytest.raises(OwnChange):
        approving.approve(studio, SYSTEM, change, contents(studio, change))


def test_the_database_itself_refuses_the_author(studio: Runtime) -> None:
    change = submitted(studio)
    with pytest.raises(IntegrityError), studio.engine.begin() as connection:
        connection.execute(
            text("UPDATE rule_change SET state = 'approved', approved_by = 'anne' WHERE id = :id"),
            {"id": change},
        )
    with pytest.raises(IntegrityError), studio.engine.begin() as connection:
        connection.execute(text("UPDATE rule_change SET state = 'deployed' WHERE id = :id"), {"id": change})


STEPS: dict[str, Callable[[Runtime, int], object]] = {
    "submit": lambda rt, change: approving.submit(rt, CITY, change),
    "approve": lambda rt, change: approving.approve(rt, CITY, change, "x"),
    "send_back": lambda rt, change: approving.send_back(rt, CITY, change, "x"),
    "withdraw": lambda rt, change: approving.withdraw(rt, CITY, change),
    "deploy": lambda rt, change: deploying.deploy_change(rt, CITY, change),
    "rebase": lambda rt, change: rebasing.rebase(rt, CITY, change, DIAGRAM, "", theirs=True),
}


@pytest.mark.parametrize("step", STEPS)
def test_only_process_owners(studio: Runtime, step: str) -> None:
    with pytest.raises(NotAllowed):
        STEPS[step](studio, submitted(studio))


@pytest.mark.parametrize("state", [begun, submitted])
def test_what_was_not_approved_is_not_deployed(studio: Runtime, state: Callable[[Runtime], int]) -> None:
    with pytest.raises(NotInState):
        deploying.deploy_change(studio, BEN, state(studio))
    assert len(rows(studio, select(Deployment))) == 1


@pytest.mark.parametrize("state", [submitted, approved])
def test_a_save_makes_it_a_draft_again(studio: Runtime, state: Callable[[Runtime], int]) -> None:
    change = state(studio)
    drafting.save(studio, BEN, change, DIAGRAM, shorter(12), 2)
    found = row(studio, change)
    assert (found.state, found.contents, found.approved_by) == ("draft", None, None)
    with pytest.raises(NotInState):
        deploying.deploy_change(studio, ANNE, change)


def test_so_does_a_file_that_is_added_or_left_out(studio: Runtime) -> None:
    change = approved(studio)
    drafting.take_in(studio, CHEN, change, FORM)
    assert row(studio, change).state == "draft"
    approving.submit(studio, ANNE, change)
    drafting.leave_out(studio, ANNE, change, FORM)
    assert row(studio, change).state == "draft"


def test_an_approval_is_of_what_was_seen(studio: Runtime) -> None:
    change = submitted(studio)
    seen = contents(studio, change)
    drafting.save(studio, ANNE, change, DIAGRAM, shorter(12), 2)
    approving.submit(studio, ANNE, change)
    with pytest.raises(ContentsChanged):
        approving.approve(studio, BEN, change, seen)


def test_lint_errors_stop_it(studio: Runtime) -> None:
    change = begun(studio, shorter().replace(b'formId="registration_check"', b'formId="nowhere"'))
    with pytest.raises(NotDeployable) as refused:
        approving.submit(studio, ANNE, change)
    assert "nowhere" in refused.value.message("zh")


def test_errors_that_another_file_of_the_set_brings_stop_it(studio: Runtime) -> None:
    """A form is renamed: the diagram that names it is not in the change, and still counts."""
    change = drafting.begin(studio, ANNE, title="改名", reason="试")
    renamed = FILES[FORM].replace(b'"id": "registration_check"', b'"id": "another"')
    assert renamed != FILES[FORM]
    drafting.take_in(studio, ANNE, change, FORM)
    drafting.save(studio, ANNE, change, FORM, renamed, 1)
    with pytest.raises(NotDeployable):
        approving.submit(studio, ANNE, change)


def test_a_scenario_that_fails_stops_it(studio: Runtime) -> None:
    change = begun(studio, shorter(72))
    with pytest.raises(ScenariosFailed) as refused:
        approving.submit(studio, ANNE, change)
    assert "48小时" in refused.value.message("zh")


def test_warnings_of_files_that_a_change_leaves_alone_are_not_told(
    studio: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = begun(studio, shorter())
    rows = ((DIAGRAM, "warning"), ("scenes.2021.json", "warning"), ("other.bpmn", "error"))
    found = [
        Problem(file, "", "error" if severity == "error" else "warning", "X", "问题", "problem")
        for file, severity in rows
    ]
    monkeypatch.setattr(readiness, "set_problems", lambda rt, files: found)
    with studio.reading() as session:
        assert [problem.file for problem in readiness.look(studio, session, change).problems] == [
            DIAGRAM,
            "other.bpmn",
        ]


def test_a_process_that_vanished_fails_its_scenarios(studio: Runtime) -> None:
    other = shorter().replace(b'id="registration"', b'id="enrolment"')
    found = readiness.check(studio, begun(studio, other))
    assert {each["process"] for each in found.failed} == {"registration"}


def test_the_same_set_is_played_once(studio: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    change = submitted(studio)
    [kept] = rows(studio, select(RuleCheck))
    assert len(kept.results) == 3
    monkeypatch.setattr(readiness, "play", None)  # it would fail if it were called
    approving.approve(studio, BEN, change, contents(studio, change))
    deploying.deploy_change(studio, BEN, change)


def test_a_change_of_nothing_is_refused(studio: Runtime) -> None:
    change = drafting.begin(studio, ANNE, title="空", reason="试")
    with pytest.raises(NothingChanged):
        approving.submit(studio, ANNE, change)
    drafting.take_in(studio, ANNE, change, DIAGRAM)
    with pytest.raises(NothingChanged):
        approving.submit(studio, ANNE, change)
    with pytest.raises(NotFound):
        approving.submit(studio, ANNE, 99)


def test_a_base_that_moved_is_told_and_taken_over(studio: Runtime) -> None:
    change = approved(studio)
    newer = shorter(36)
    commands.deploy(studio, SYSTEM, {DIAGRAM: newer}, message="meanwhile")
    with pytest.raises(BaseMoved) as refused:
        deploying.deploy_change(studio, ANNE, change)
    assert DIAGRAM in refused.value.message("zh")
    with pytest.raises(ChangedMeanwhile):
        rebasing.rebase(studio, ANNE, change, DIAGRAM, "what was there before", theirs=False)
    rebasing.rebase(studio, ANNE, change, DIAGRAM, drafting.sha256(newer), theirs=False)
    assert row(studio, change).state == "draft"
    approving.submit(studio, ANNE, change)
    rebasing.rebase(studio, ANNE, change, DIAGRAM, drafting.sha256(newer), theirs=True)
    with pytest.raises(NothingChanged):
        approving.submit(studio, ANNE, change)


def test_a_new_file_that_somebody_else_deployed_is_told(studio: Runtime) -> None:
    name = "public_notice.form"
    from engine.settings import project_root

    content = (project_root() / "forms" / "definitions" / name).read_bytes()
    change = drafting.begin(studio, ANNE, title="新表单", reason="试")
    drafting.add(studio, ANNE, change, name, content)
    commands.deploy(studio, SYSTEM, {name: content.replace(b'"id"', b'"id" ', 1)})
    with pytest.raises(BaseMoved):
        approving.submit(studio, ANNE, change)


def test_a_deployment_between_check_and_commit_is_noticed(
    studio: Runtime, second_server: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = approved(studio)
    require = readiness.require

    def slow(rt: Runtime, id: int) -> readiness.Readiness:
        found = require(rt, id)
        commands.deploy(second_server, SYSTEM, {DIAGRAM: shorter(36)})
        return found

    monkeypatch.setattr(readiness, "require", slow)
    with pytest.raises(BaseMoved):
        deploying.deploy_change(studio, ANNE, change)
    with studio.reading() as session:
        assert deployed_files(session)[DIAGRAM] == shorter(36)


def test_another_file_that_is_deployed_meanwhile_is_checked_with_it(
    studio: Runtime, second_server: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = approved(studio)
    require = readiness.require

    def slow(rt: Runtime, id: int) -> readiness.Readiness:
        found = require(rt, id)
        commands.deploy(second_server, SYSTEM, {FORM: FILES[FORM] + b"\n"})
        return found

    with monkeypatch.context() as patch:
        patch.setattr(readiness, "require", slow)
        with pytest.raises(ChangedMeanwhile):
            deploying.deploy_change(studio, ANNE, change)
    deploying.deploy_change(studio, ANNE, change)


def test_two_servers_deploy_it_once(studio: Runtime, second_server: Runtime) -> None:
    change = approved(studio)
    deploying.deploy_change(second_server, BEN, change)
    with pytest.raises(ChangeClosed):
        deploying.deploy_change(studio, ANNE, change)
    assert len(rows(studio, select(Definition).where(Definition.definition_id == "registration"))) == 2


def test_sending_back_needs_a_reason(studio: Runtime) -> None:
    change = approved(studio)
    with pytest.raises(NoNote):
        approving.send_back(studio, BEN, change, " ")
    approving.send_back(studio, BEN, change, "再想想")
    assert (row(studio, change).state, row(studio, change).note) == ("draft", "再想想")
    with pytest.raises(NotInState):
        approving.send_back(studio, BEN, change, "再想想")


def test_what_was_withdrawn_is_closed(studio: Runtime) -> None:
    change = approved(studio)
    approving.withdraw(studio, CHEN, change)
    attempts: list[Callable[[], object]] = [
        lambda: drafting.save(studio, ANNE, change, DIAGRAM, shorter(12), 2),
        lambda: drafting.add(studio, ANNE, change, "a.form", b"{}"),
        lambda: drafting.leave_out(studio, ANNE, change, DIAGRAM),
        lambda: approving.submit(studio, ANNE, change),
        lambda: approving.approve(studio, CHEN, change, "x"),
        lambda: deploying.deploy_change(studio, CHEN, change),
        lambda: approving.withdraw(studio, CHEN, change),
    ]
    for attempt in attempts:
        with pytest.raises(ChangeClosed):
            attempt()
    with studio.reading() as session:
        assert drafting.draft(session, change, DIAGRAM).content == shorter()


def test_every_refusal_says_what_to_do_in_both_languages() -> None:
    from engine.studio.drafts import refusals

    found = [each for each in vars(refusals).values() if isinstance(each, type) and issubclass(each, Refusal)]
    for each in found:
        if each is not Refusal:
            assert each.zh, each
            assert each.en, each
            assert each.remedy_zh or each.status == 422, each
