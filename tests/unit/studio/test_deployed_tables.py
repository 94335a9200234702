"""Catalogues and calendars are deployed like all rules: what is deployed counts, everywhere and at once."""

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from engine import commands
from engine.clock import BUSINESS_ZONE
from engine.policy import SYSTEM
from engine.problems import NotDeployable, Problem
from engine.programme.cycles.models import Cycle
from engine.programme.cycles.pins import pinned_editions
from engine.runtime import Runtime
from engine.settings import project_root
from engine.studio import deployed_files, file_changes
from engine.studio.comparing.compare import changes
from engine.studio.rules import Rules
from engine.table_lint import MAX_BYTES, lint_table, lint_tables
from engine.tables import Tables
from tests.hostile.refusing import rows
from tests.support.runtimes import open_runtime
from webapp.cli import main
from webapp.cli.project import project_files

PROCESSES = project_root() / "processes"
FILES = {
    path.name: path.read_bytes()
    for path in (*PROCESSES.glob("catalogues/*.json"), *PROCESSES.glob("calendar/*.toml"))
}
SCENES, OLD, YEAR = "scenes.2025.json", "scenes.2021.json", "2026.toml"
MAY_DAY = date(2026, 5, 4)
"""A day off in 2026, a Monday."""


def edited(file: str, change: Callable[[Any], None]) -> bytes:
    """A catalogue with a change made to it."""
    data = json.loads(FILES[file])
    change(data)
    return json.dumps(data, ensure_ascii=False).encode()


def relabelled(data: Any) -> None:
    data["lists"]["scenes"][0]["label"] = "改过的场景"


def edition(name: str, *, default: bool) -> Callable[[Any], None]:
    def change(data: Any) -> None:
        data["edition"], data["default"] = name, default

    return change


def worked_on_may_day() -> bytes:
    """2026 with one day of the holiday worked."""
    text = FILES[YEAR].decode()
    assert "2026-05-04, " in text
    return text.replace("2026-05-04, ", "").replace("workdays = 248", "workdays = 249").encode()


@pytest.fixture
def deployed(rt: Runtime) -> Runtime:
    commands.deploy(rt, SYSTEM, FILES, message="from files")
    return rt


def refused(rt: Runtime, files: dict[str, bytes]) -> list[Problem]:
    with pytest.raises(NotDeployable) as found:
        commands.deploy(rt, SYSTEM, files)
    return found.value.problems


def label(rt: Runtime, edition: str | None = None) -> str:
    return rt.catalogues.get("scenes", edition).lists["scenes"][0].label


def test_the_folder_counts_until_something_is_deployed(rt: Runtime) -> None:
    before, known = label(rt), set(rt.catalogues.ids())
    assert rt.calendar.years.keys() >= {2024, 2026}
    assert len(known) > 1
    commands.deploy(rt, SYSTEM, {SCENES: edited(SCENES, relabelled)})
    assert label(rt) == "改过的场景" != before
    assert set(rt.catalogues.ids()) == known, "the first one brings all others of its sort in"
    with rt.reading() as session:
        assert not any(file.endswith(".toml") for file in deployed_files(session))


def test_another_process_sees_a_newer_deployment_and_a_session_stays_with_its_own(
    deployed: Runtime, database: str
) -> None:
    with_other = open_runtime(database)
    assert not with_other.calendar.is_workday(MAY_DAY)
    with with_other.reading() as session:
        assert not with_other.calendar.is_workday(MAY_DAY)
        commands.deploy(deployed, SYSTEM, {YEAR: worked_on_may_day(), SCENES: edited(SCENES, relabelled)})
        assert not with_other.calendar.is_workday(MAY_DAY), "one session, one calendar"
        del session
    assert with_other.calendar.is_workday(MAY_DAY)
    assert label(with_other) == "改过的场景"
    assert with_other.catalogue_lists({})["scenes"][0]["label"] == "改过的场景"
    with_other.close()


def test_what_did_not_change_is_not_compiled_again(deployed: Runtime) -> None:
    before = deployed.tables
    commands.deploy(deployed, SYSTEM, FILES)
    with deployed.reading():
        assert deployed.tables is before


def test_versions_tell_what_differs_by_code_and_by_day(deployed: Runtime) -> None:
    [change] = changes(SCENES, FILES[SCENES], edited(SCENES, relabelled))
    assert (change.type, change.details[0].path, change.details[0].new) == ("entry", "label", "改过的场景")
    found = changes(YEAR, FILES[YEAR], worked_on_may_day())
    assert {each.id for each in found} == {"calendar", "2026-05-04"}
    with deployed.reading() as session:
        [only] = file_changes(deployed_files(session), {**FILES, YEAR: worked_on_may_day()})
    assert only.file == YEAR


def test_pull_and_diff_know_them(
    deployed: Runtime, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUZHI_DATABASE_URL", database)
    run = CliRunner().invoke
    assert run(main, ["pull", "--root", str(tmp_path)]).exit_code == 0
    assert (tmp_path / "processes" / "calendar" / YEAR).read_bytes() == FILES[YEAR]
    assert (tmp_path / "processes" / "catalogues" / SCENES).read_bytes() == FILES[SCENES]
    (tmp_path / "processes" / "scenarios").mkdir()
    (tmp_path / "processes" / "scenarios" / "one.json").write_text("{}")
    assert run(main, ["diff", "--root", str(tmp_path)]).exit_code == 0
    (tmp_path / "processes" / "calendar" / YEAR).write_bytes(worked_on_may_day())
    differs = run(main, ["diff", "--root", str(tmp_path)])
    assert differs.exit_code == 1
    assert "全年工作日数 / Working days of the year: 248 → 249" in differs.output


def test_everything_of_the_project_is_deployed_and_clean() -> None:
    assert FILES.keys() <= project_files(project_root()).keys()
    assert "published.json" not in project_files(project_root()), "a scenario is no catalogue"
    assert [problem for problem in lint_tables(FILES) if problem.severity == "error"] == []


def pin(rt: Runtime, sha256: str) -> None:
    """A cycle whose published notice means the scenes of 2025."""
    rt.pins = pinned_editions
    with rt.transaction() as tx:
        cycle = Cycle(
            year=2026, measure_code="M", parameters={}, catalogues={"SCENE": "2025"}, cities=[], quotas={}, direct_filing=[]
        )  # fmt: skip
        cycle.pinned = [{"id": "scenes", "edition": "2025", "sha256": sha256}]
        cycle.published_at = datetime(2026, 5, 28, 10, tzinfo=BUSINESS_ZONE)
        cycle.status = "OPEN"
        tx.session.add(cycle)


def test_what_a_signed_notice_pinned_is_frozen_and_a_new_edition_takes_its_place(deployed: Runtime) -> None:
    signed = deployed.catalogues.get("scenes").sha256
    pin(deployed, signed)
    before = label(deployed)
    [problem] = refused(deployed, {SCENES: edited(SCENES, relabelled)})
    assert (problem.code, problem.file) == ("EDITION_PINNED", SCENES)
    assert "2026" in problem.zh
    new = {
        "scenes.2027.json": edited(SCENES, lambda d: (relabelled(d), edition("2027", default=True)(d))),
        SCENES: edited(SCENES, edition("2025", default=False)),
    }
    commands.deploy(deployed, SYSTEM, new)
    assert label(deployed) == "改过的场景"
    assert label(deployed, "2025") == before, "the running cycle stays with its edition"
    assert deployed.catalogue_lists({"scenes": "2025"})["scenes"][0]["label"] == before
    assert deployed.catalogues.get("scenes", "2025").sha256 == signed, "its hash is the one that was signed"


def test_a_set_that_contradicts_itself_is_refused_whole(deployed: Runtime) -> None:
    second = edited(SCENES, edition("2027", default=True))
    assert "默认" in refused(deployed, {"scenes.2027.json": second})[0].zh
    assert refused(deployed, {"scenes.9.json": FILES[SCENES]})[0].zh == "文件名应为 scenes.2025.json"
    assert deployed.catalogues.editions("scenes") == ("2021", "2024", "2025")


def changed(**change: Any) -> bytes:
    return edited(SCENES, lambda data: data.update(change))


ROW = {"value": "a", "label": "甲", "label_en": "A"}
CALENDAR = (
    'year = 2027\nsource = "s"\nconfidence = "high"\nworkdays = {}\n[[holiday]]\nzh = "元旦"\nen = "N"\n{}'
)


@pytest.mark.parametrize(
    ("file", "content", "element", "says"),
    [
        (SCENES, b"\xff\xfe[", "", "UTF-8"),
        (SCENES, b"[" * 100_000, "", "JSON"),
        (SCENES, b'{"a": NaN}', "", "JSON"),
        (SCENES, b" " * (MAX_BYTES + 1), "", "MB"),
        (SCENES, b"[]", "", "object"),
        (SCENES, changed(source=[]), "source", "source"),
        (SCENES, changed(id="../evil"), "id", "id"),
        (SCENES, changed(lists={"x": 7}), "lists/x", "array"),
        (SCENES, changed(lists={"x": [7]}), "lists/x[1]", "object"),
        (SCENES, changed(lists={"x": [ROW, ROW]}), "lists/x[2]", "twice"),
        (SCENES, changed(lists={"x": [ROW, {**ROW, "value": "b", "parent": "c"}]}), "lists/x[2]", "parent c"),
        (SCENES, changed(lists={"x": [{**ROW, "label": ""}]}), "lists/x[1]", "label"),
        (SCENES, changed(lists={"x": [{**ROW, "value": "=1+1", "label": "x" * 3000}]}), "lists/x[1]", "label"),
        (SCENES, changed(lists={"x": [{**ROW, "value": str(n)} for n in range(10_001)]}), "lists", "10000"),
        ("2027.toml", b"year = ", "", "TOML"),
        ("2027.toml", b"year = 1", "year", "year"),
        ("2027.toml", CALENDAR.format(1, "rest = [2026-01-01]\nwork = []").encode(), "holiday[1]/rest", "not in 2027"),
        ("2027.toml", CALENDAR.format(1, "rest = []\nwork = [2027-01-04]").encode(), "holiday[1]/work", "weekend"),
        ("2027.toml", CALENDAR.format(1, "rest = [2027-01-01]\nwork = []").encode(), "workdays", "260"),
        ("2027.toml", CALENDAR.format(1, 'rest = ["x"]\nwork = []').encode(), "holiday[1]/rest", "dates"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_told_by_its_row(
    deployed: Runtime, file: str, content: bytes, element: str, says: str
) -> None:
    found = [problem for problem in lint_table(file, content) if problem.severity == "error"]
    assert any(problem.element == element and says in problem.en for problem in found), found
    assert all(len(problem.zh) < 400 for problem in found)
    before = rows(deployed)
    refused(deployed, {file: content})
    assert rows(deployed) == before


def test_trials_run_on_the_tables_of_the_draft(deployed: Runtime) -> None:
    with deployed.reading() as session:
        rules = Rules.of({**deployed_files(session), YEAR: worked_on_may_day()})
    assert rules.tables is not None
    assert rules.tables.calendar.is_workday(MAY_DAY)
    assert rules.functions(deployed.functions) is rules.tables.functions
    assert Rules.of({}).functions(deployed.functions) is deployed.functions
    assert Tables.of(FILES).with_files({YEAR: worked_on_may_day()}).calendar.is_workday(MAY_DAY)
