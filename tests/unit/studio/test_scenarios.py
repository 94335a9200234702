"""Scenarios play one process in memory: answers, time, messages, what verbs give; and say what did not come true."""

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from engine.feel import Functions
from engine.problems import NotDeployable
from engine.store import json
from engine.studio.rules import Rules
from engine.studio.trying.coverage import Coverage, parts
from engine.studio.trying.scenarios import Outcome, ScenarioUnreadable, read, run
from engine.studio.trying.trial import TimersWithoutEnd
from tests.process.diagrams import Diagram, ext, io, timer, zeebe
from webapp.cli import main

FORM = {
    "schemaVersion": 19,
    "type": "default",
    "id": "opinion",
    "properties": {"title": "意见", "title_en": "Opinion"},
    "components": [
        {
            "type": "checkbox",
            "id": "f_fine",
            "key": "fine",
            "label": "同意",
            "properties": {"label_en": "Fine"},
        }
    ],
}


def diagram() -> bytes:
    """A verb, an opinion with a deadline of three days, and two ends."""
    form = zeebe("userTask") + zeebe("formDefinition", formId="opinion")
    return (
        Diagram("p")
        .start()
        .service("look", "look.up", io(outputs={"size": "=size"}))
        .user("opinion", inner=ext(form, io(outputs={"fine": "=fine"})))
        .boundary("late", "opinion", timer("duration", "P3D"))
        .gateway("exclusive", "which", default="f_no")
        .end("yes")
        .end("no")
        .end("expired")
        .flow("start", "look", "opinion", "which")
        .flow("which", "yes", when="=fine = true", id="f_yes")
        .flow("which", "no", id="f_no")
        .flow("late", "expired")
        .xml()
    )


def played(rules: Rules, **more: Any) -> Outcome:
    base = {
        "name": "一次",
        "process": "p",
        "starts_at": "2024-05-28T09:00:00+08:00",
        "results": {"look.up": {"size": 3}},
        "expect": {},
    }
    return run(read("a.json", json.dumps({**base, **more})), rules, Functions())


@pytest.fixture(scope="module")
def rules() -> Rules:
    return Rules.of({"p.bpmn": diagram(), "opinion.form": json.dumps(FORM).encode()})


def test_answers_lead_where_the_diagram_says(rules: Rules) -> None:
    outcome = played(
        rules,
        steps=[{"task": "opinion", "answers": {"fine": True}}],
        expect={"ended": True, "path": ["look", "opinion", "yes"], "never": ["no"], "variables": {"size": 3}},
    )
    assert outcome.failures == ()


def test_time_passes_and_timers_fire(rules: Rules) -> None:
    waiting = played(rules, steps=[{"wait": "P2D"}], expect={"open": ["opinion"], "ended": False})
    assert waiting.failures == ()
    for step in ({"wait": "P3D"}, {"timer": "late"}, {"until": "2024-06-01T00:00:00+08:00"}):
        assert played(rules, steps=[step], expect={"ended": True, "path": ["late", "expired"]}).failures == ()


def test_whatever_was_expected_in_vain_is_told(rules: Rules) -> None:
    outcome = played(
        rules,
        steps=[{"task": "opinion", "answers": {"fine": False}}],
        expect={
            "ended": False,
            "open": ["opinion"],
            "path": ["yes"],
            "never": ["no"],
            "variables": {"size": 4},
        },
    )
    assert len(outcome.failures) == 5
    assert "Open tasks should be opinion, but are —" in [failure.en for failure in outcome.failures]
    assert not any(re.search("[\u4e00-\u9fff]", failure.en) for failure in outcome.failures)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"task": "nobody"}, "没有在办的任务“nobody”"),
        ({"task": "opinion", "answers": {"other": 1}}, "没有 other"),
        ({"message": "m"}, "没有等待“m”"),
        ({"timer": "look"}, "没有定时器“look”"),
        ({"wait": "三天"}, "不是 ISO 8601 时长"),
        ({"wait": "P99999999999999999999D"}, "不是 ISO 8601 时长"),
        ({"wait": "P9999999Y"}, "不是 ISO 8601 时长"),
        ({"wait": "P999999999D"}, "不是 ISO 8601 时长"),
    ],
)
def test_a_step_that_cannot_be_done_is_told_with_its_number(
    rules: Rules, step: dict[str, Any], said: str
) -> None:
    [failure] = played(rules, steps=[{"wait": "PT1H"}, step]).failures
    assert "第 2 步" in failure.zh
    assert said in failure.zh
    assert failure.en.startswith("Step 2 could not be done: ")


def test_results_may_come_one_after_the_other_and_may_be_errors(rules: Rules) -> None:
    first = played(rules, results={"look": [{"size": 1}, {"size": 2}]}, expect={"variables": {"size": 1}})
    assert first.failures == ()
    [failure] = played(rules, results={"look": {"error": "LOST"}}).failures
    assert "LOST" in failure.zh
    assert "LOST" in failure.en


def test_coverage_tells_what_nothing_reached(rules: Rules) -> None:
    coverage, there = Coverage(), parts(rules, "p")
    for step in ({"task": "opinion", "answers": {"fine": True}}, {"wait": "P3D"}):
        trial = played(rules, steps=[step]).trial
        assert trial is not None
        coverage.add(trial.events)
    assert set(coverage.missing("p", there)) == {"no", "f_no"}
    assert 0.8 < coverage.share("p", there) < 1


@pytest.mark.parametrize(
    "wrong",
    [
        "{",
        "[]",
        '{"name": "x"}',
        '{"name":"x","process":"p","starts_at":"2024-05-28","expect":{}}',
        '{"name":"x","process":"p","starts_at":"2024-05-28T00:00:00Z","expect":{},"steps":[{}]}',
        '{"name":"x","process":"p","starts_at":"2024-05-28T00:00:00Z","expect":{},"results":{"a":1}}',
        '{"name":"x","process":"p","starts_at":"2024-05-28T00:00:00Z","expect":{},"more":1}',
    ],
)
def test_what_is_no_scenario_is_refused_with_its_file(wrong: str) -> None:
    with pytest.raises(ScenarioUnreadable) as refused:
        read("场景.json", wrong)
    assert "场景.json" in refused.value.message("zh")


def test_a_timer_that_never_ends_does_not_hang() -> None:
    xml = (
        Diagram("p")
        .start()
        .user("u")
        .boundary("often", "u", timer("cycle", "R/PT1S"), interrupting=False)
        .end()
        .end("told")
        .flow("start", "u", "end")
        .flow("often", "told")
        .xml()
    )
    [failure, *_] = played(Rules.of({"p.bpmn": xml}), steps=[{"wait": "P30D"}]).failures
    refusal = TimersWithoutEnd(most=1000)
    assert (failure.zh, failure.en) == (refusal.message("zh"), refusal.message("en"))


def test_rules_that_do_not_compile_are_refused() -> None:
    with pytest.raises(NotDeployable):
        Rules.of({"a.form": b"{}"})


def test_the_command_says_what_passed_and_writes_junit(tmp_path: Path) -> None:
    scenario = {
        "name": "具名异议立案",
        "process": "objection",
        "starts_at": "2024-07-24T09:00:00+08:00",
        "start": {"objection_no": "YY-2024-001"},
        "results": {"facts": {"signed": True, "target": "ITEM", "received_on": "2024-07-24"}},
        "expect": {"path": ["facts", "investigate"], "open": ["investigate"]},
    }
    file, report = tmp_path / "a.json", tmp_path / "junit.xml"
    file.write_text(json.dumps(scenario), encoding="utf-8")
    done = CliRunner().invoke(main, ["test-process", str(file), "--junit", str(report)])
    assert done.exit_code == 0, done.output
    assert "1 / 1" in done.output
    assert 'failures="0"' in report.read_text(encoding="utf-8")
    assert CliRunner().invoke(main, ["test-process", str(file), "--minimum", "100"]).exit_code == 1
    file.write_text(json.dumps({**scenario, "expect": {"ended": True}}), encoding="utf-8")
    failed = CliRunner().invoke(main, ["test-process", str(file), "--junit", str(report)])
    assert failed.exit_code == 1
    for told in (failed.output, report.read_text(encoding="utf-8")):
        assert "应结束" in told
        assert "The case should have ended" in told


def test_the_report_is_one_file_that_loads_and_runs_nothing(tmp_path: Path) -> None:
    file, report = tmp_path / "a.json", tmp_path / "report.html"
    scenario = {
        "name": "<script>名</script>",
        "process": "registration",
        "starts_at": "2024-06-03T09:00:00+08:00",
        "start": {"registration_no": "ZC-1"},
        "expect": {"ended": True},
    }
    file.write_text(json.dumps(scenario), encoding="utf-8")
    assert CliRunner().invoke(main, ["test-process", str(file), "--html", str(report)]).exit_code == 1
    html = report.read_text(encoding="utf-8")
    assert "dg-task missed" in html
    assert "应结束" in html
    assert "<svg" in html
    for forbidden in ("<script", "<link", 'src="', "url(http", "javascript:", "@import"):
        assert forbidden not in html
