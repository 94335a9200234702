"""Cases that ran are played again: on the same rules the same path, on other rules it is told where they part."""

import pytest
from sqlalchemy import select

from engine.runtime import Runtime
from engine.settings import Settings, project_root
from engine.store.instances import Instance
from engine.studio.rules import Rules
from engine.studio.trying.histories import retold
from engine.studio.trying.replays import Verdict, replay
from engine.studio.trying.scenarios import read, run, written
from tests.programme.rehearsed import Rehearsed, past_the_end
from tests.support.runtimes import sqlite_url
from webapp.cli.project import project_files

__all__ = ["past_the_end"]

ENOUGH = ("annual_cycle", "application", "objection", "recommendation", "renaming", "monitoring")


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return {name: path.read_bytes() for name, path in project_files(project_root()).items()}


def verdicts(rehearsed: Rehearsed, files: dict[str, bytes], *processes: str) -> list[Verdict]:
    rt = Runtime.open(Settings(_env_file=None, database_url=sqlite_url(rehearsed.database)))
    rules = Rules.of(files)
    with rt.reading() as session:
        rt.definitions.refresh(session)
        found = [v for p in processes for v in replay(session, rt.definitions, rt.functions, rules, p)]
    rt.close()
    return found


def test_on_the_same_rules_every_case_takes_the_same_path(
    past_the_end: Rehearsed, files: dict[str, bytes]
) -> None:
    found = verdicts(past_the_end, files, *ENOUGH)
    assert len(found) >= 20
    assert [v for v in found if not v.same] == []


def test_a_case_is_written_to_a_file_and_played_from_it(
    past_the_end: Rehearsed, files: dict[str, bytes]
) -> None:
    rt = Runtime.open(Settings(_env_file=None, database_url=sqlite_url(past_the_end.database)))
    with rt.reading() as session:
        rt.definitions.refresh(session)
        case = session.scalars(select(Instance.id).where(Instance.process_id == "application")).first()
        assert case is not None
        story = retold(session, rt.definitions, case)
    again = read("a.json", written(story))
    assert (again.process, again.results, len(again.steps)) == (
        "application",
        story.results,
        len(story.steps),
    )
    assert run(again, Rules.of(files), rt.functions).failures == ()
    rt.close()


def test_a_draft_tells_which_cases_would_part_and_where(
    past_the_end: Rehearsed, files: dict[str, bytes]
) -> None:
    diagram = files["objection.bpmn"].decode()
    other = diagram.replace('=clue_decision = "INVESTIGATE"', '=clue_decision = "LOG"')
    assert other != diagram
    found = verdicts(past_the_end, {**files, "objection.bpmn": other.encode()}, "objection")
    parted = [v for v in found if not v.same]
    assert 0 < len(parted) < len(found)
    assert {(v.took, v.would_take) for v in parted} <= {("log", "investigate"), ("investigate", "log")}
