"""The scenarios of the programme's own processes: each comes true, and together they reach every element and flow."""

import pytest

from engine.catalogues import Catalogues, programme_functions
from engine.feel import Functions
from engine.settings import project_root
from engine.studio.rules import Rules
from engine.studio.trying.coverage import Coverage, parts, tables
from engine.studio.trying.scenarios import read, run
from engine.workdays import WorkCalendar
from webapp.cli.project import project_files

PROCESSES = project_root() / "processes"
FILES = sorted((PROCESSES / "scenarios").rglob("*.json"))


@pytest.fixture(scope="module")
def rules() -> Rules:
    return Rules.of({name: path.read_bytes() for name, path in project_files(project_root()).items()})


@pytest.fixture(scope="module")
def functions() -> Functions:
    return programme_functions(
        WorkCalendar.load(PROCESSES / "calendar"), Catalogues.load(PROCESSES / "catalogues")
    )


@pytest.mark.parametrize("process", sorted({file.parent.name for file in FILES}))
def test_every_scenario_comes_true_and_all_of_the_process_is_reached(
    process: str, rules: Rules, functions: Functions
) -> None:
    coverage = Coverage()
    for file in FILES:
        if file.parent.name != process:
            continue
        scenario = read(file.name, file.read_text(encoding="utf-8"))
        outcome = run(scenario, rules, functions)
        assert outcome.failures == (), file.name
        assert scenario.name_en, file.name
        assert outcome.trial is not None
        coverage.add(outcome.trial.events)
    assert coverage.missing(process, parts(rules, process)) == {}


def test_every_process_has_scenarios(rules: Rules) -> None:
    assert {file.parent.name for file in FILES} == set(rules.models)


BY_THE_PROGRAMME = {"act_rule", "after_expiry"}
"""Tables of article 15: diagrams ask them for a renaming only, the programme itself for all other acts."""


def test_every_rule_that_a_diagram_can_reach_is_hit(rules: Rules, functions: Functions) -> None:
    coverage = Coverage()
    for file in FILES:
        coverage.take(run(read(file.name, file.read_text(encoding="utf-8")), rules, functions).trial)
    asked = {table.decision: table for table in tables(rules) if table.decision in coverage.matched}
    assert asked.keys() >= BY_THE_PROGRAMME | {"exclusion", "missing_materials", "site_visit"}
    for decision, table in asked.items():
        if decision not in BY_THE_PROGRAMME:
            assert [row.number for row in coverage.unhit(table)] == [], decision
