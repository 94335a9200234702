"""HTML form bodies: names with rows and paths, boxes, many choices; and back again."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.forms.helpers import APPLICATION_CONTEXT, CLOCK, accept, example, refuse

FORM = example("application")


def test_a_body_is_read_by_its_names() -> None:
    pairs = [
        ("csrf_token", "secret"),
        ("_revision", "7"),
        ("organisation.contact.name", "张三"),
        ("industries", ""),
        ("industries", "C34"),
        ("industries", "C36"),
        ("truth", "false"),
        ("truth", "true"),
        ("equipment", ""),
        ("equipment[7].name", "b"),
        ("equipment[2].name", "a"),
        ("equipment[2].domestic", "on"),
        ("equipment[3].name", "  "),
        ("equipment[3].domestic", "false"),
        ("attachments", ""),
    ]
    assert FORM.decode(pairs) == {
        "organisation": {"contact": {"name": "张三"}},
        "industries": ["C34", "C36"],
        "truth": True,
        "equipment": [{"name": "a", "domestic": True}, {"name": "  ", "domestic": False}, {"name": "b"}],
        "attachments": [],
    }


def test_a_list_may_come_empty() -> None:
    assert FORM.decode([("equipment", "")]) == {"equipment": []}


def test_names_that_fit_nowhere_are_refused_by_name() -> None:
    names = [
        "nonsense", "equipment[0]", "equipment[0].x", "equipment.name", "equipment[10000].name", "truth[0]", "truth.x",
        "organisation", "a[", "__class__", "typename", "equipment[0][1].name", "organisation.contact.name.x", "",
    ]  # fmt: skip
    body = FORM.decode([(name, "1") for name in names])
    assert set(body) == set(names)
    refused = refuse(FORM, body, APPLICATION_CONTEXT)
    assert any("保留名称" in zh for zh in refused.values())
    fair = {name: "1" for name in names if "__" not in name and name not in ("typename", "")}
    assert set(fair) <= set(refuse(FORM, fair, APPLICATION_CONTEXT))


def test_a_flood_of_fields_is_refused() -> None:
    assert "too_many_fields" in FORM.decode(
        ("truth", "true") if n < 20_000 else (f"x{n}", "") for n in range(20_002)
    )


def test_the_last_text_counts_and_odd_boxes_are_refused() -> None:
    assert FORM.decode([("licence", "a"), ("licence", "b")]) == {"licence": "b"}
    assert FORM.decode([("truth", "perhaps")]) == {"truth": "perhaps"}


_line = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=8)
_number = st.decimals(0, 1000, places=2)
_row = st.fixed_dictionaries(
    {
        "name": _line,
        "quantity": st.integers(1, 99).map(Decimal),
        "price": _number | st.none(),
        "domestic": st.just(True),
    }
)
_application = st.fixed_dictionaries(
    {
        "organisation": st.fixed_dictionaries(
            {
                "uscc": st.just("91110000600037341L"),
                "contact": st.fixed_dictionaries({"name": st.just("张三")}),
            }
        ),
        "city_code": st.just("370100"),
        "county_code": st.just("370102"),
        "industries": st.lists(st.sampled_from(["C34", "C36"]), unique=True),
        "investment": st.decimals(1000, 2000, places=2),
        "digital_investment": _number | st.none(),
        "start_on": st.sampled_from(["2024-01-02", None]),
        "meeting_at": st.sampled_from(["2024-07-01T09:30+08:00", None]),
        "equipment": st.lists(_row, min_size=1, max_size=3),
        "attachments": st.lists(
            st.from_regex(r"\A[a-z][a-z0-9-]{0,5}\Z"), min_size=1, max_size=3, unique=True
        ),
        "truth": st.just(True),
    }
)


@given(_application)
def test_what_is_encoded_decodes_to_the_same_submission(body: dict[str, Any]) -> None:
    data = accept(FORM, body, APPLICATION_CONTEXT)
    again = FORM.decode(FORM.encode(data))
    assert FORM.validate(again, APPLICATION_CONTEXT, CLOCK) == data


@given(
    st.lists(
        st.tuples(st.text(max_size=20) | st.sampled_from(["equipment[0].name", "truth"]), st.text(max_size=5))
    )
)
def test_decode_takes_any_pairs(pairs: list[tuple[str, str]]) -> None:
    assert isinstance(FORM.decode(pairs), dict)
