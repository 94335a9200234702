"""Several people at one change at the same instant, on both databases: nothing is lost, nothing happens twice."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from engine import audit, commands
from engine.policy import SYSTEM, Actor
from engine.runtime import Runtime
from engine.settings import project_root
from engine.store.definitions import Deployment
from engine.store.studio import RuleDraftRefused, RuleDraftSave
from engine.studio.drafts import approving, deploying, drafting
from engine.studio.drafts.refusals import DraftMoved
from tests.support.racing import race, refused
from tests.support.runtimes import rows
from tests.unit.studio.owners import ANNE, BEN, ROLE, contents, enter

FORM = "registration_check.form"
CONTENT = (project_root() / "forms" / "definitions" / FORM).read_bytes()
CROWD = [Actor(f"p{n}", f"某{n}", ROLE) for n in range(6)]


@pytest.fixture
def change(any_rt: Runtime) -> int:
    """A change with a deployed form in it."""
    enter(any_rt)
    commands.deploy(any_rt, SYSTEM, {FORM: CONTENT})
    number = drafting.begin(any_rt, ANNE, title="改一改", reason="试")
    drafting.take_in(any_rt, ANNE, number, FORM)
    return number


def intact(rt: Runtime) -> bool:
    with rt.reading() as session:
        return audit.verify(session) is None


def test_of_saves_at_once_one_counts_and_all_are_kept(any_rt: Runtime, change: int) -> None:
    def sending(who: Actor) -> int:
        return drafting.save(any_rt, who, change, FORM, who.login.encode(), 1)

    results = race(*(lambda who=who: sending(who) for who in CROWD))
    losers = refused(results)
    assert [type(each) for each in losers] == [DraftMoved] * (len(CROWD) - 1)
    kept = {
        each.content for table in (RuleDraftSave, RuleDraftRefused) for each in rows(any_rt, select(table))
    }
    assert kept == {CONTENT, *(who.login.encode() for who in CROWD)}


def test_an_approved_change_is_deployed_once(any_rt: Runtime, change: int) -> None:
    drafting.save(any_rt, ANNE, change, FORM, CONTENT + b"\n", 1)
    approving.submit(any_rt, ANNE, change)
    approving.approve(any_rt, BEN, change, contents(any_rt, change))
    results = race(*(lambda who=who: deploying.deploy_change(any_rt, who, change) for who in (ANNE, BEN)))
    assert len(refused(results)) == 1
    assert rows(any_rt, select(func.count()).where(Deployment.change_id == change)) == [1]
    assert intact(any_rt)


def test_a_save_at_the_instant_of_the_deployment_is_kept_or_deployed_never_lost(
    any_rt: Runtime, change: int
) -> None:
    drafting.save(any_rt, ANNE, change, FORM, CONTENT + b"\n", 1)
    approving.submit(any_rt, ANNE, change)
    approving.approve(any_rt, BEN, change, contents(any_rt, change))
    saved, deployed = race(
        lambda: drafting.save(any_rt, ANNE, change, FORM, CONTENT + b"\n\n", 2),
        lambda: deploying.deploy_change(any_rt, BEN, change),
    )
    assert len(refused([saved, deployed])) == 1, (
        "either it was deployed, or it was saved and is a draft again"
    )
    assert intact(any_rt)


@pytest.mark.parametrize("table", ["rule_draft_save", "rule_draft_refused"])
def test_what_was_saved_cannot_be_changed(any_rt: Runtime, change: int, table: str) -> None:
    drafting.save(any_rt, ANNE, change, FORM, b"a", 1)
    with pytest.raises(DraftMoved):
        drafting.save(any_rt, BEN, change, FORM, b"b", 1)
    for statement in (f"UPDATE {table} SET revision = 9", f"DELETE FROM {table}"):  # noqa: S608
        with pytest.raises(DBAPIError, match="append-only"), any_rt.engine.begin() as connection:
            connection.execute(text(statement))
