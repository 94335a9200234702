"""Values: complete or named, clean of what no file can hold, the same whatever their order."""

import pytest

from engine.documents import values as v
from engine.documents.errors import ValuesIncomplete
from engine.documents.fields import MEANINGS
from engine.documents.kinds import KINDS, Kind
from engine.documents.samples import sample

RECEIPT = KINDS["receipt"]
ALL = [pytest.param(kind, id=kind.id) for kind in KINDS.values()]


@pytest.mark.parametrize("kind", ALL)
def test_every_name_of_a_kind_is_explained_in_both_languages(kind: Kind) -> None:
    names = kind.names | {column for columns in kind.rows.values() for column in columns}
    assert names <= set(MEANINGS)
    assert all(all(MEANINGS[name]) for name in names)
    assert kind.optional <= kind.names
    assert kind.readers
    assert kind.keep in ("永久", "30年", "10年")


def test_what_is_missing_is_named_in_both_languages() -> None:
    values = sample(RECEIPT) | {"received": "", "signer": "  "}
    with pytest.raises(ValuesIncomplete) as refused:
        v.complete(RECEIPT, values)
    assert "收到时间、落款" in refused.value.message("zh")
    assert "received, signing office" in refused.value.message("en")


def test_what_is_optional_may_be_missing() -> None:
    values = {name: value for name, value in sample(RECEIPT).items() if name != "reason"}
    assert v.complete(RECEIPT, values)["reason"] == ""


def test_a_name_or_column_that_the_kind_does_not_have_is_a_defect() -> None:
    with pytest.raises(ValueError, match="wages"):
        v.complete(RECEIPT, sample(RECEIPT) | {"wages": "1"})
    notice = sample(KINDS["notice"])
    notice["deadlines"] = [{"label": "a", "instant": "b", "wages": "1"}]
    with pytest.raises(ValueError, match="wages"):
        v.complete(KINDS["notice"], notice)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a\x00b\x07c", "abc"),
        ("行一\r\n行二\r行三", "行一\n行二\n行三"),
        ("\u202e倒\u200b着", "倒着"),
        ("\ud800半", "半"),
        (None, ""),
        ("  两端  ", "两端"),
        ("𠮷😀", "𠮷😀"),
        ("e\u0301", "é"),
    ],
)
def test_what_no_file_can_hold_is_left_out(given: str | None, kept: str) -> None:
    assert v.clean(given) == kept


def test_the_same_values_have_the_same_hash_in_any_order() -> None:
    one, other = {"a": "1", "b": [{"c": "2", "d": "3"}]}, {"b": [{"d": "3", "c": "2"}], "a": "1"}
    assert v.digest(one) == v.digest(other) != v.digest({**one, "a": "2"})
