"""The page about forms names what there is: every component type, property and kind, and its example is sound."""

from pathlib import Path

import forms
from forms.components import TYPES
from forms.kinds import KINDS
from forms.lint import PROPERTIES

PAGE = (Path(forms.__file__).parents[1] / "docs" / "forms.md").read_text(encoding="utf-8")


def test_every_type_property_and_kind_is_described() -> None:
    for name in (*TYPES, *PROPERTIES, *KINDS, "valuesKey", "valuesExpression", "patternErrorMessage"):
        assert f"`{name}`" in PAGE, name


def test_the_example_has_no_findings() -> None:
    example = PAGE.partition("## A small example\n")[2].partition("\n\nEvery component")[0]
    assert forms.lint("example.form", example) == []
