"""Drafts of the rules: every save stays, none is overwritten, and what is closed is closed."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from engine import commands, faults
from engine.clock import VirtualClock
from engine.conditions import Grant
from engine.directory import Scribe, add_account, add_organisation
from engine.errors import NotAllowed, NotFound
from engine.policy import SYSTEM, Actor
from engine.runtime import Runtime
from engine.settings import project_root
from engine.store.studio import RuleDraftRefused, RuleDraftSave
from engine.store.trail import Audit
from engine.studio.drafts import drafting
from engine.studio.drafts.refusals import BadFileName, DraftMoved, FileTaken, NotInChange, NoTitle, TooLarge
from engine.xml import MAX_BYTES
from tests.support.runtimes import open_runtime, rows

FILE = "registration.bpmn"
FOUND = (project_root() / "processes" / FILE).read_bytes()
DEPLOYED = {
    "one.form": (project_root() / "forms" / "definitions" / "registration_check.form").read_bytes(),
}
OWNER = (Grant("process_owner", "370000"),)
ANNE, BEN = Actor("anne", "安宁", OWNER), Actor("ben", "本初", OWNER)


@pytest.fixture
def house(rt: Runtime) -> Runtime:
    """Two process owners and a deployed file."""
    with rt.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        add_organisation(tx.session, scribe, "370000", "省厅", "province", None)
        for who in (ANNE, BEN):
            add_account(tx.session, scribe, who.login, who.name, list(OWNER))
    commands.deploy(rt, SYSTEM, DEPLOYED)
    return rt


@pytest.fixture
def change(house: Runtime) -> int:
    """A change with the deployed form in it."""
    number = drafting.begin(house, ANNE, title="改一改", reason="试")
    assert drafting.take_in(house, ANNE, number, "one.form") == 1
    return number


@pytest.fixture
def other_server(house: Runtime, database: str) -> Iterator[Runtime]:
    """A second process on the same database."""
    other = open_runtime(database)
    yield other
    other.close()


def now(rt: Runtime, change: int, file: str = "one.form") -> drafting.Draft:
    with rt.reading() as session:
        return drafting.draft(session, change, file)


def test_a_file_is_taken_in_as_it_is_deployed(house: Runtime, change: int) -> None:
    found = now(house, change)
    assert found.content == DEPLOYED["one.form"]
    assert (found.revision, found.by, found.base) == (1, "anne", drafting.sha256(found.content))
    with house.reading() as session:
        assert drafting.draft_names(session, change) == ["one.form"]


def test_a_draft_lies_over_what_is_deployed(house: Runtime, change: int) -> None:
    drafting.save(house, ANNE, change, "one.form", b"new", 1)
    drafting.add(house, BEN, change, FILE, FOUND)
    with house.reading() as session:
        assert drafting.drafted_files(session, change) == {"one.form": b"new", FILE: FOUND}
    assert now(house, change, FILE).base is None


def test_every_save_stays(house: Runtime, change: int) -> None:
    for number, text in enumerate((b"a", b"b", b"a"), start=1):
        assert drafting.save(house, BEN, change, "one.form", text, number) == number + 1
    kept = rows(house, select(RuleDraftSave).order_by(RuleDraftSave.revision))
    assert [save.content for save in kept] == [DEPLOYED["one.form"], b"a", b"b", b"a"]


def test_the_same_content_is_no_new_save(house: Runtime, change: int) -> None:
    assert drafting.save(house, ANNE, change, "one.form", b"a", 1) == 2
    assert drafting.save(house, BEN, change, "one.form", b"a", 1) == 2


def test_a_save_that_comes_too_late_is_told_and_kept(
    house: Runtime, change: int, other_server: Runtime
) -> None:
    drafting.save(other_server, BEN, change, "one.form", b"theirs", 1)
    with pytest.raises(DraftMoved) as refused:
        drafting.save(house, ANNE, change, "one.form", b"mine", 1)
    assert refused.value.facts["revision"] == 2
    assert "本初" in refused.value.message("zh")
    assert now(house, change).content == b"theirs"
    [kept] = rows(house, select(RuleDraftRefused))
    assert (kept.content, kept.by, kept.revision) == (b"mine", "anne", 1)


def test_a_revision_that_never_was_overwrites_nothing(house: Runtime, change: int) -> None:
    with pytest.raises(DraftMoved):
        drafting.save(house, ANNE, change, "one.form", b"mine", 9, "page")


def test_a_page_goes_on_after_an_answer_was_lost(house: Runtime, change: int) -> None:
    """The server dies between commit and answer: the same page sends its next text on what it knew."""

    def die() -> None:
        raise ConnectionResetError

    faults.arm("commit.after", die)
    with pytest.raises(ConnectionResetError):
        drafting.save(house, ANNE, change, "one.form", b"first", 1, "page-1")
    faults.disarm()
    assert drafting.save(house, ANNE, change, "one.form", b"first and more", 1, "page-1") == 3
    with pytest.raises(DraftMoved):
        drafting.save(house, ANNE, change, "one.form", b"other tab", 1, "page-2")


def test_a_save_that_dies_before_its_commit_is_not_there(house: Runtime, change: int) -> None:
    def die() -> None:
        raise ConnectionResetError

    faults.arm("commit.before", die)
    with pytest.raises(ConnectionResetError):
        drafting.save(house, ANNE, change, "one.form", b"first", 1, "page-1")
    faults.disarm()
    assert now(house, change).revision == 1
    assert drafting.save(house, ANNE, change, "one.form", b"first", 1, "page-1") == 2


def test_a_file_is_left_out_and_comes_back(house: Runtime, change: int) -> None:
    drafting.save(house, ANNE, change, "one.form", b"a", 1)
    drafting.leave_out(house, ANNE, change, "one.form")
    with house.reading() as session:
        assert drafting.draft_names(session, change) == []
        assert drafting.drafted_files(session, change) == DEPLOYED
    with pytest.raises(NotInChange):
        drafting.save(house, ANNE, change, "one.form", b"b", 2)
    assert drafting.take_in(house, ANNE, change, "one.form") == 3


def test_who_else_has_it_open(house: Runtime, change: int, clock: VirtualClock) -> None:
    assert drafting.seen(house, ANNE, change, "one.form") == []
    assert drafting.seen(house, BEN, change, "one.form") == ["安宁"]
    clock.advance(drafting.PRESENT * 2)
    assert drafting.seen(house, BEN, change, "one.form") == []


def test_what_cannot_be_is_refused_by_name(house: Runtime, change: int) -> None:
    with pytest.raises(FileTaken):
        drafting.add(house, ANNE, change, "one.form", b"x")
    with pytest.raises(NotFound):
        drafting.take_in(house, ANNE, change, "nothing.bpmn")
    with pytest.raises(NotFound):
        drafting.take_in(house, ANNE, 99, "one.form")
    with pytest.raises(TooLarge):
        drafting.add(house, ANNE, change, "large.form", b" " * (MAX_BYTES + 1))
    with pytest.raises(NoTitle):
        drafting.begin(house, ANNE, title=" ", reason="x")


@pytest.mark.parametrize(
    "name",
    ["", "a.py", "../a.bpmn", "a/b.bpmn", ".bpmn", "a..bpmn", "a\n.bpmn", "x" * 200 + ".dmn", "a.bpmn\0"],
)
def test_names_that_no_file_may_have(house: Runtime, change: int, name: str) -> None:
    with pytest.raises(BadFileName):
        drafting.add(house, ANNE, change, name, b"x")


def test_only_process_owners_draft(house: Runtime, change: int) -> None:
    stranger = Actor("officer", "某人", (Grant("dept_officer", "370000"),))
    for attempt in (
        lambda: drafting.begin(house, stranger, title="x", reason="x"),
        lambda: drafting.take_in(house, stranger, change, FILE),
        lambda: drafting.add(house, stranger, change, FILE, FOUND),
        lambda: drafting.save(house, stranger, change, "one.form", b"x", 1),
        lambda: drafting.leave_out(house, stranger, change, "one.form"),
        lambda: drafting.seen(house, stranger, change, "one.form"),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_every_step_is_on_the_trail(house: Runtime, change: int) -> None:
    drafting.leave_out(house, BEN, change, "one.form")
    of = select(Audit.action).where(Audit.object_type == "rule_change").order_by(Audit.sequence)
    assert rows(house, of) == ["change.begin", "change.take_in", "change.leave_out"]
