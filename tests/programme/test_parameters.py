"""A notice may tighten or specify the measure, never loosen it, and promises nothing that the diagrams do not do."""

from typing import Any

import pytest

from engine.programme.cycles.notice import PARAMETER_FIELDS, facts
from engine.programme.cycles.parameters import (
    DEFAULTS,
    FIXED,
    LooserThanMeasure,
    ParameterFixed,
    UnknownParameter,
    merged,
)
from engine.settings import project_root
from forms.lint import load
from tests.programme import answers


def test_a_notice_may_tighten() -> None:
    assert merged({"lookback.years": 5, "public_notice.workdays": 7})["lookback.years"] == 5


@pytest.mark.parametrize(
    "loose", [{"lookback.years": 2}, {"public_notice.floor": 3}, {"public_notice.workdays": 4}]
)
def test_a_notice_may_not_loosen(loose: dict[str, Any]) -> None:
    with pytest.raises(LooserThanMeasure):
        merged(loose)


@pytest.mark.parametrize("name", sorted(FIXED))
def test_a_fixed_parameter_keeps_its_value(name: str) -> None:
    assert merged({name: DEFAULTS[name]}) == merged({})
    with pytest.raises(ParameterFixed):
        merged({name: "anything else"})


def test_an_unknown_parameter_is_refused() -> None:
    with pytest.raises(UnknownParameter):
        merged({"experts": 7})


def test_every_parameter_of_the_notice_form_is_one_of_a_cycle() -> None:
    """An answer without a parameter would be promised to enterprises and never kept."""
    path = project_root() / "forms" / "definitions" / "notice_draft.form"
    groups = load(path.name, path.read_text("utf-8")).definition.components
    [group] = [each for each in groups if "参数" in each.label("zh")]
    asked = {component.path[0] for component in group.children if component.path}
    assert {"return_workdays", "return_times", "return_after_enterprise_deadline"} <= asked
    assert {field for field in asked if not field.startswith("catalogue_")} <= set(PARAMETER_FIELDS)


def test_what_the_notice_says_of_returns_binds_the_cycle() -> None:
    draft = answers.notice() | {"return_times": 1, "return_after_enterprise_deadline": False}
    parameters = merged(facts(draft)["parameters"])
    assert parameters["return.times"] == 1
    assert parameters["return.after_enterprise_deadline"] is False
