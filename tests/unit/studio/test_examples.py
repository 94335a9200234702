"""Examples of decisions: kept in the file, run by the engine, told red or green with a reason."""

from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from click.testing import CliRunner

from engine.clock import VirtualClock
from engine.problems import NotDeployable
from engine.runtime import Runtime
from engine.settings import project_root
from engine.studio.decisions import examples
from engine.studio.decisions.examples import FIRST_DAY, Outcome, failures, inputs_of, run
from tests.unit.dmn.dmn_files import decision, definitions, literal, table
from webapp.cli import main
from webapp.cli.database import deploy_files

SPACE = "urn:luzhi:dmn"


def with_examples(logic: str, *given: str, requires: str = "") -> bytes:
    """A file with one decision `d` and examples: `name = FEEL; … -> expected`, with a day before a bar."""
    made = "".join(_example(each) for each in given)
    inside = (
        f'<extensionElements><l:examples xmlns:l="{SPACE}">{made}</l:examples></extensionElements>{logic}'
    )
    return definitions(decision("d", inside, requires=requires))


def _example(text: str) -> str:
    day, _, rest = text.rpartition("|")
    inputs, _, expected = rest.partition("->")
    given = "".join(
        f'<l:given name="{pair.partition("=")[0].strip()}">{escape(pair.partition("=")[2])}</l:given>'
        for pair in inputs.split(";")
        if pair.strip()
    )
    return f'<l:example name="例" at="{day.strip()}">{given}<l:expected>{escape(expected.strip())}</l:expected></l:example>'


def one(content: bytes) -> Outcome:
    [outcome] = run("d.dmn", content)
    return outcome


def test_an_example_passes_or_fails_with_what_came_out() -> None:
    rules = table("x", "out", '< 60 | "低"', '>= 60 | "高"')
    good = one(with_examples(rules, 'x = 60.00 -> "高"'))
    assert (good.passed, good.result, good.rules) == (True, '"高"', (2,))
    bad = with_examples(rules, 'x = 59.995 -> "高"')
    assert one(bad).passed is False
    [problem] = failures({"d.dmn": bad, "p.bpmn": b"<x/>"})
    assert (problem.file, problem.element, problem.severity) == ("d.dmn", "d", "error")
    assert "“例”" in problem.zh
    assert '应得 "高"，实得 "低"' in problem.zh
    assert '"高" is expected' in problem.en


def test_of_a_context_only_what_is_expected_is_compared() -> None:
    logic = literal("{a: x + 1, b: date(y), inner: {c: 1, d: 2}}")
    assert one(
        with_examples(logic, 'x = 1; y = "2026-03-01" -> {a: 2.0, b: date("2026-03-01"), inner: {d: 2}}')
    ).passed
    assert not one(with_examples(logic, 'x = 1; y = "2026-03-01" -> {a: 2, e: null}')).passed


def test_the_day_is_the_one_of_the_example() -> None:
    assert one(with_examples(literal("today()"), '2026-05-04 | -> date("2026-05-04")')).passed
    assert one(with_examples(literal("today()"), f'-> date("{FIRST_DAY}")')).passed


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("x = 高 -> 1", "不是可以计算的 FEEL 值：高"),
        ("x = today( -> 1", "不是可以计算的 FEEL 值"),
        ("2026-13-01 | x = 1 -> 1", "不是日期"),
        ("x = 1 ->", "还没有写应得的结果"),
        ("x = 99 -> 1", "没有规则与输入相符"),
        (f"x = {'1' * 5000} -> 1", "太长"),
    ],
)
def test_what_is_wrong_with_an_example_is_said(given: str, said: str) -> None:
    outcome = one(with_examples(table("x", "out", "< 60 | 1"), given))
    assert not outcome.passed
    assert said in outcome.zh
    assert outcome.en


def test_a_result_is_written_so_that_it_gives_itself_again() -> None:
    clock = VirtualClock(examples._moment(""))
    for text in ['{"两 字": [1, null, "a\\"b"], d: date("2026-01-01"), p: duration("P3Y")}', "1.50", "true"]:
        value = examples._value("x", text, clock, None)
        assert examples._same(value, examples._value("x", examples.written(value), clock, None), clock)
    assert examples.written(Decimal("1.50")) == "1.5"


def test_files_with_errors_have_no_failures_for_lint_tells_them() -> None:
    assert failures({"d.dmn": b"<broken", "e.dmn": with_examples(literal("1 +"), "-> 1")}) == []


def test_the_inputs_of_every_decision_of_the_programme_are_known() -> None:
    file = project_root() / "processes" / "decisions" / "review_conclusion.dmn"
    found = inputs_of(file.name, file.read_bytes())
    assert found["aggregation"] == ["rules", "sheets"]
    assert "aggregation" not in found["site_visit"]
    needs = inputs_of(
        "d.dmn",
        definitions(
            decision("a", literal("b.x + for i in list return i + y")), decision("b", literal("{x: z}"))
        ),
    )
    assert needs == {"a": ["b", "list", "y"], "b": ["z"]}


def test_the_examples_of_the_programme_pass() -> None:
    folder = project_root() / "processes" / "decisions"
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.dmn"))}
    assert len([each for file in files for each in examples.read_examples(file, files[file])]) >= 3
    assert failures(files) == []


def test_lint_runs_the_examples(tmp_path: Path) -> None:
    file = tmp_path / "d.dmn"
    file.write_bytes(with_examples(literal("x + 1"), "x = 1 -> 2"))
    assert CliRunner().invoke(main, ["lint", str(file)]).exit_code == 0
    file.write_bytes(with_examples(literal("x + 1"), "x = 1 -> 3"))
    done = CliRunner().invoke(main, ["lint", "--json", str(file)])
    assert done.exit_code == 1
    assert "EXAMPLE_FAILS" in done.output
    assert "3 is expected, but the result is 2" in done.output


def test_what_fails_its_examples_is_not_deployed_from_files(studio: Runtime, tmp_path: Path) -> None:
    (tmp_path / "d.dmn").write_bytes(with_examples(literal("x + 1"), "x = 1 -> 3"))
    (tmp_path / "e.form").write_text("{}", encoding="utf-8")
    with pytest.raises(NotDeployable) as refused:
        deploy_files(studio, (tmp_path,))
    assert {problem.file for problem in refused.value.problems} == {"d.dmn", "e.form"}
    assert "应得 3，实得 2" in refused.value.message("zh")
    (tmp_path / "e.form").unlink()
    (tmp_path / "d.dmn").write_bytes(with_examples(literal("x + 1"), "x = 1 -> 2"))
    assert deploy_files(studio, (tmp_path,))
