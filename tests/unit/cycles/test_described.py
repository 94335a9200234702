"""Every parameter is described once, and a warning is given exactly where a notice loosens or changes something."""

from decimal import Decimal
from typing import Any

import pytest

from engine.programme.cycles.described import DECISION, DESCRIBED, GROUPS, is_looser, same, warnings
from engine.programme.cycles.notice import PARAMETER_FIELDS
from engine.programme.cycles.parameters import DEFAULTS, FIXED
from engine.settings import project_root
from forms.lint import load

BY_NAME = {described.name: described for described in DESCRIBED}


def test_every_parameter_is_described_once_and_in_a_group() -> None:
    assert sorted(d.name for d in DESCRIBED) == sorted(DEFAULTS)
    assert {d.group for d in DESCRIBED} == GROUPS.keys()


def test_every_parameter_that_may_differ_is_asked_for_by_the_notice() -> None:
    path = project_root() / "forms" / "definitions" / "notice_draft.form"
    form = load(path.name, path.read_text("utf-8"))
    asked = {component.path[0] for group in form.definition.components for component in group.children}
    wanted = {field for field, name in PARAMETER_FIELDS.items() if name not in FIXED}
    assert wanted <= asked
    assert not {d.field for d in DESCRIBED if d.fixed} & asked


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lookback.years", 2),
        ("lookback.years", Decimal(1)),
        ("public_notice.floor", "4"),
        ("public_notice.workdays", 4),
        ("branch_allowed", True),
    ],
)
def test_what_is_looser_than_the_measure_is_warned_of(name: str, value: Any) -> None:
    assert is_looser(name, value)
    assert [w.kind for w in warnings(BY_NAME[name], value)] == ["LOOSER"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("lookback.years", 3), ("lookback.years", ""), ("public_notice.workdays", 7), ("pass_line", 0)],
)
def test_the_rest_is_not(name: str, value: Any) -> None:
    assert not is_looser(name, value)


def test_the_defaults_deserve_no_warning() -> None:
    assert [w for d in DESCRIBED for w in warnings(d, d.default, d.default)] == []


def test_a_difference_from_last_year_is_told() -> None:
    assert [w.kind for w in warnings(BY_NAME["pass_line"], Decimal(65), 60)] == ["OTHER"]
    assert warnings(BY_NAME["pass_line"], "60", 60) == []
    assert warnings(BY_NAME["pass_line"], 65, None) == []


def test_values_mean_the_same_whatever_their_type() -> None:
    assert same(Decimal("5.0"), 5)
    assert same(["C34", "C35"], ["C35", "C34"])
    assert not same(True, 1)
    assert not same("a", "b")


def test_only_what_the_measure_says_names_an_article_as_its_source() -> None:
    assert BY_NAME["lookback.years"].source != DECISION
    assert BY_NAME["caps.scene"].source == DECISION
