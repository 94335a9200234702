"""Recorded scenarios count before files of the same name, come into the files by `luzhi pull`, and can be taken away."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.conditions import Grant
from engine.errors import NotAllowed, NotFound
from engine.policy import Actor
from engine.runtime import Runtime
from engine.store import json
from engine.studio.drafts import approving, drafting
from engine.studio.drafts.refusals import OwnTest
from engine.studio.drafts.taking_away import take_away
from engine.studio.trying import playing
from engine.studio.trying.recorded import BadFileName, find, record, scenarios
from engine.studio.trying.scenarios import read
from webapp.cli import main

OWNER = Actor("owner", "冯源", (Grant("process_owner", "370000"),))
COLLEAGUE = Actor("second", "陈思", (Grant("process_owner", "370000"),))
CITY = Actor("city", "李强", (Grant("city_officer", "370100"),))
SCENARIO = read(
    "p/a.json",
    '{"name": "一", "process": "p", "starts_at": "2024-05-28T09:00:00+08:00", "expect": {"ended": true}}',
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of scenarios with one of a process p."""
    file = tmp_path / "processes" / "scenarios" / "p" / "a.json"
    file.parent.mkdir(parents=True)
    file.write_text(
        '{"name": "零", "process": "p", "starts_at": "2024-05-28T09:00:00+08:00", "expect": {}}',
        encoding="utf-8",
    )
    return tmp_path


def names(rt: Runtime, folder: Path) -> dict[str, str]:
    with rt.reading() as session:
        return {s.file: s.name for s in scenarios(session, folder / "processes" / "scenarios")}


def test_what_was_recorded_counts_before_the_file_until_it_is_taken_away(rt: Runtime, folder: Path) -> None:
    assert names(rt, folder) == {"p/a.json": "零"}
    assert record(rt, OWNER, SCENARIO, "a") == "p/a.json"
    record(rt, OWNER, SCENARIO, "b")
    assert names(rt, folder) == {"p/a.json": "一", "p/b.json": "一"}
    with rt.reading() as session:
        assert find(session, "p/b.json").expect == {"ended": True}
    take_away(rt, OWNER, "p/a.json")
    assert names(rt, folder) == {"p/a.json": "零", "p/b.json": "一"}
    with pytest.raises(NotFound):
        take_away(rt, OWNER, "p/a.json")


def test_who_works_on_a_change_takes_no_scenario_away(rt: Runtime, folder: Path) -> None:
    record(rt, OWNER, SCENARIO, "a")
    change = drafting.begin(rt, OWNER, title="改结束", reason="试")
    with pytest.raises(OwnTest) as refused:
        take_away(rt, OWNER, "p/a.json")
    assert "改结束" in refused.value.message("zh")
    assert names(rt, folder)["p/a.json"] == "一"
    take_away(rt, COLLEAGUE, "p/a.json")
    assert names(rt, folder)["p/a.json"] == "零"
    record(rt, OWNER, SCENARIO, "a")
    approving.withdraw(rt, OWNER, change, "")
    take_away(rt, OWNER, "p/a.json")


@pytest.mark.parametrize("file", ["", "../a", "A", "a.json", "a/b", "x" * 61])
def test_a_name_that_is_no_plain_file_name_is_refused(rt: Runtime, file: str) -> None:
    with pytest.raises(BadFileName):
        record(rt, OWNER, SCENARIO, file)


def test_only_process_owners_record(rt: Runtime) -> None:
    with pytest.raises(NotAllowed):
        record(rt, CITY, SCENARIO, "a")


def test_recorded_scenarios_come_into_the_files(
    rt: Runtime, database: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUZHI_DATABASE_URL", database)
    record(rt, OWNER, SCENARIO, "b")
    pulled = CliRunner().invoke(main, ["pull", "--root", str(folder)])
    assert pulled.exit_code == 0, pulled.output
    written = folder / "processes" / "scenarios" / "p" / "b.json"
    assert json.loads(written.read_text(encoding="utf-8"))["name"] == "一"
    assert "0 files written" in CliRunner().invoke(main, ["pull", "--root", str(folder)]).output


def test_a_story_is_the_scenario_that_it_tells() -> None:
    story = playing.begun("p", SCENARIO.starts_at, {"x": 1})
    story = playing.with_move(story, {"result": {"key": "look", "value": {"size": 1}}})
    story = playing.with_move(story, {"task": "opinion", "answers": {"fine": True}})
    story = playing.with_move(story, {"result": {"key": "look", "value": {"size": 2}}})
    told = playing.as_scenario(story)
    assert told.results == {"look": [{"size": 1}, {"size": 2}]}
    assert [step["task"] for step in told.steps] == ["opinion"]
    always = playing.with_move(story, {"result": {"key": "look", "value": {"size": 3}, "always": True}})
    assert playing.results(always) == {"look": {"size": 3}}
    assert playing.undone(always, 1)["moves"] == story["moves"][:1]
    with pytest.raises(playing.TooManyMoves):
        playing.with_move(story, {"message": "x" * 2_000_001})
