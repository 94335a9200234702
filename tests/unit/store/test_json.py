"""The one JSON: exact numbers, and no text that two readers read differently."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.store import json

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=6)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_what_is_written_is_read_again(value: object) -> None:
    assert json.loads(json.dumps(value)) == value
    assert json.canonical(json.loads(json.canonical(value))) == json.canonical(value)


def test_numbers_stay_exact() -> None:
    assert json.loads("[0.10, 1, 1e2]") == [Decimal("0.10"), 1, Decimal("1E+2")]
    assert str(json.loads("0.10")) == "0.10"
    assert json.dumps({"a": Decimal("0.10")}) == '{"a":0.10}'


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("NaN", "NaN"),
        ("[Infinity]", "Infinity"),
        ("-Infinity", "Infinity"),
        ('{"a": 1, "a": 2}', "duplicate key 'a'"),
        ('{"a": {"b": 1, "b": 1}}', "duplicate key 'b'"),
        ("[" * 65 + "]" * 65, "64 levels"),
        ("[" * 100_000, "64 levels|Expecting"),
        ("1e99999999", "decimal128"),
        ("9" * 5000, "digits"),
        ('{"a": ', "Expecting"),
        ("", "Expecting"),
        ("[1] 2", "Extra"),
    ],
)
def test_texts_that_are_refused(text: str, reason: str) -> None:
    with pytest.raises(json.BadJson, match=reason):
        json.loads(text)


def test_bytes_that_are_not_utf8_are_refused() -> None:
    with pytest.raises(json.BadJson):
        json.loads(b"\xff\xfe\x00")


def test_nan_and_objects_are_never_written() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        json.dumps(float("nan"))
    with pytest.raises(TypeError):
        json.dumps({"a": object()})


def test_the_hash_does_not_depend_on_the_order_of_keys() -> None:
    assert json.sha256({"a": 1, "b": [Decimal("0.1")]}) == json.sha256({"b": [Decimal("0.1")], "a": 1})
    assert json.sha256({"a": 1}) != json.sha256({"a": 2})
