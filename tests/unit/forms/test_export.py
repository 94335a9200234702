"""What other programs get of a form: columns and sheets for spreadsheets, a JSON schema for the interface."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import simplejson

import forms
from tests.unit.forms.helpers import APPLICATION, APPLICATION_CONTEXT, CLOCK, accept, example, small

DEFINITIONS = sorted(Path(forms.__file__).parent.glob("definitions/*.form"))


def test_columns_carry_labels_with_units_and_rows_their_texts() -> None:
    form = example("application")
    data = accept(form, APPLICATION, APPLICATION_CONTEXT)
    columns = form.columns()
    row = dict(zip((c.name for c in columns), form.row(data, APPLICATION_CONTEXT, CLOCK), strict=True))
    units = {c.name: (c.label, c.unit, c.numeric) for c in columns}
    assert units["investment"][1:] == ("万元", True)
    assert units["investment"][0].endswith("（万元）")
    assert row["investment"] == "1000.50"
    assert row["industries"] == "汽车、C34"
    assert row["organisation.contact.name"] == "张三"
    assert not any(name.startswith("equipment") for name in row)


def test_every_list_is_a_sheet_of_its_own() -> None:
    form = example("application")
    data = accept(form, APPLICATION, APPLICATION_CONTEXT)
    (sheet,) = form.tables(data, APPLICATION_CONTEXT, CLOCK)
    assert [c.name for c in sheet.columns][:4] == ["row", "name", "quantity", "price"]
    assert [row[:4] for row in sheet.rows] == [("1", "机床", "2", "1.10"), ("2", "机器人", "1", "3")]
    assert form.tables()[0].rows == ()
    english = form.tables(data, APPLICATION_CONTEXT, CLOCK, "en")[0]
    assert english.columns[0].label == "Row"


def test_hidden_answers_are_empty_cells() -> None:
    form = small(
        {"type": "checkbox", "key": "on"},
        {"type": "textfield", "key": "x", "conditional": {"hide": "=not(on)"}},
    )
    assert form.row({"on": False, "x": "kept"}, {}, CLOCK) == ("否", "")
    assert form.row({"on": True, "x": "kept"}, {}, CLOCK, "en") == ("Yes", "kept")


def test_the_schema_has_titles_in_both_languages_limits_options_and_conditions() -> None:
    schema = small(
        {"type": "radio", "key": "kind", "label": "类型", "validate": {"required": True},
         "properties": {"label_en": "Kind"},
         "values": [{"value": "A", "label": "甲", "label_en": "First"}, {"value": "B", "label": "乙"}]},
        {"type": "number", "key": "cost", "decimalDigits": 2, "appearance": {"suffixAdorner": "万元"},
         "validate": {"min": 0, "max": 10}, "conditional": {"hide": "=kind = \"B\""}},
        {"type": "textfield", "key": "code", "validate": {"pattern": "^[A-Z]{2}$", "maxLength": 2}},
        {"type": "checkbox", "key": "truth", "properties": {"must_be_true": "true"}},
        {"type": "dynamiclist", "path": "rows", "properties": {"rows": "=[1, 2]"}, "components": [
            {"type": "textfield", "key": "x"}]},
    ).json_schema()  # fmt: skip
    properties = schema["properties"]
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert (schema["required"], schema["additionalProperties"]) == (["kind", "truth"], False)
    assert (properties["kind"]["title"], properties["kind"]["x-title-en"]) == ("类型", "Kind")
    assert properties["kind"]["oneOf"] == [{"const": "A", "title": "甲"}, {"const": "B", "title": "乙"}]
    assert (properties["cost"]["minimum"], properties["cost"]["multipleOf"]) == (0, Decimal("0.01"))
    assert '满足条件时不填：=kind = "B"' in properties["cost"]["description"]
    assert properties["code"]["pattern"] == "^[A-Z]{2}$"
    assert properties["truth"]["const"] is True
    assert set(properties["rows"]["items"]["properties"]) == {"x", "row_key"}


def test_canonical_data_fit_the_schema_and_other_bodies_do_not() -> None:
    form = example("application")
    data = accept(form, APPLICATION, APPLICATION_CONTEXT)
    schema = form.json_schema()
    assert problems(schema, data) == []
    assert problems(schema, {**data, "employees": "many"})
    assert problems(schema, {**data, "equipment": [{"nonsense": 1}]})


@pytest.mark.parametrize("file", DEFINITIONS, ids=lambda file: file.stem)
def test_every_form_of_the_programme_has_a_schema_and_columns(file: Path) -> None:
    form = forms.load(file.name, file.read_text(encoding="utf-8"))
    schema = form.json_schema("en")
    assert simplejson.loads(simplejson.dumps(schema, use_decimal=True))["type"] == "object"
    assert set(schema["properties"]) == set(form.keys)
    assert len({c.name for c in form.columns()}) == len(form.columns())
    assert problems(schema, {"nonsense": 1}) != []


TYPES = {
    "string": str,
    "number": int | Decimal,
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}


def problems(schema: dict[str, Any], value: Any, path: str = "") -> list[str]:
    """What of a value does not fit a schema: the keywords that ours use."""
    found = []
    wanted = schema.get("type")
    if wanted and not any(
        isinstance(value, TYPES[t]) for t in ([wanted] if isinstance(wanted, str) else wanted)
    ):
        return [f"{path}: {value!r} is no {wanted}"]
    if "const" in schema and value != schema["const"]:
        found.append(f"{path}: {value!r} is not {schema['const']!r}")
    if "oneOf" in schema and sum(not problems(each, value) for each in schema["oneOf"]) != 1:
        found.append(f"{path}: {value!r} is none of the options")
    if isinstance(value, str):
        if "pattern" in schema and not re.search(schema["pattern"], value):
            found.append(f"{path}: {value!r} does not match")
        if len(value) > schema.get("maxLength", len(value)):
            found.append(f"{path}: too long")
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        if value < schema.get("minimum", value) or value > schema.get("maximum", value):
            found.append(f"{path}: out of bounds")
        if "multipleOf" in schema and value % schema["multipleOf"]:
            found.append(f"{path}: too precise")
    if isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            found.append(f"{path}: number of items")
        found += [
            p for n, e in enumerate(value) for p in problems(schema.get("items", {}), e, f"{path}[{n}]")
        ]
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        found += [f"{path}: lacks {key}" for key in schema.get("required", ()) if key not in value]
        for key, entry in value.items():
            if key not in properties and schema.get("additionalProperties") is False:
                found.append(f"{path}: unknown {key}")
            found += problems(properties.get(key, {}), entry, f"{path}.{key}")
    return found
