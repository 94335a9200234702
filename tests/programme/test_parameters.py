"""A notice may tighten or specify the measure, never loosen it, and promises nothing that the diagrams do not do."""

from typing import Any

import pytest

from engine.programme.cycles.parameters import (
    DEFAULTS,
    FIXED,
    LooserThanMeasure,
    ParameterFixed,
    UnknownParameter,
    merged,
)


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
