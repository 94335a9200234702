"""What the host hands in and gets back."""

from __future__ import annotations

from collections import ChainMap
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

import pytest

from engine.clock import BUSINESS_ZONE
from engine.feel import Type, YearsMonthsDuration, coerce, from_json, read_temporal, to_json
from tests.unit.feel.support import feel, warnings_of


class Colour(StrEnum):
    """A string with a name."""

    RED = "red"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (1, Decimal(1)),
        (True, True),
        (0.1, Decimal("0.1")),
        (float("nan"), None),
        (Decimal("NaN"), None),
        (Decimal("Infinity"), None),
        (10**40, Decimal(10**40)),
        ((1, 2), [Decimal(1), Decimal(2)]),
        ({"a": [1]}, {"a": [Decimal(1)]}),
        (MappingProxyType({"a": 1}), {"a": Decimal(1)}),
        (Colour.RED, "red"),
        (date(2024, 9, 30), date(2024, 9, 30)),
    ],
)
def test_host_data_become_feel_values(given: object, expected: object) -> None:
    value = feel("x", {"x": given})
    assert value == expected
    assert type(value) is type(expected)


def test_an_object_means_nothing_and_cannot_be_looked_into() -> None:
    assert feel("x", {"x": object()}) is None
    assert feel("x.__class__", {"x": object()}) is None
    assert [warning.code for warning in warnings_of("x", {"x": object()})] == ["FOREIGN"]


def test_the_context_may_be_any_mapping_and_is_not_changed() -> None:
    inner: dict[str, object] = {"xs": [1, 2]}
    assert feel("append(xs, 3)", ChainMap({}, inner)) == [1, 2, 3]  # type: ignore[arg-type]
    assert inner == {"xs": [1, 2]}


def test_values_become_plain_json_data() -> None:
    value = {
        "n": Decimal("1.50"),
        "d": date(2024, 9, 30),
        "t": datetime(2024, 9, 30, 8, tzinfo=BUSINESS_ZONE),
        "p": timedelta(days=1),
        "m": YearsMonthsDuration(14),
        "xs": [None, True, "a"],
        "f": feel("function(x) x"),
    }
    assert to_json(value) == {
        "n": Decimal("1.50"),
        "d": "2024-09-30",
        "t": "2024-09-30T08:00:00@Asia/Shanghai",
        "p": "P1D",
        "m": "P1Y2M",
        "xs": [None, True, "a"],
        "f": None,
    }


def test_plain_json_data_become_feel_values() -> None:
    assert from_json({"a": [1, 2.5, "x", None, True]}) == {"a": [Decimal(1), Decimal("2.5"), "x", None, True]}
    assert type(from_json(1)) is Decimal


def test_iso_text_is_read_without_an_expression() -> None:
    assert read_temporal("P3D") == timedelta(days=3)
    assert read_temporal("2024-09-30") == date(2024, 9, 30)
    assert read_temporal("soon") is None


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ([Decimal(1)], Type("number"), Decimal(1)),
        (Decimal(1), Type("list", (Type("number"),)), [Decimal(1)]),
        ("a", Type("number"), None),
        ([Decimal(1), "a"], Type("list", (Type("number"),)), None),
        (None, Type("number"), None),
    ],
)
def test_values_are_fitted_to_a_type(value: object, kind: Type, expected: object) -> None:
    assert coerce(value, kind) == expected


def test_a_date_is_its_utc_midnight_where_a_date_and_time_is_asked_for() -> None:
    at = coerce(date(2024, 9, 30), Type("date and time"))
    assert to_json(at) == "2024-09-30T00:00:00Z"
