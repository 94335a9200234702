"""What a large form costs: 80 fields, three tables of 20 rows, 10 attachments.

In calls; the times of the real form are measured by the benches `section_page` and `submit_application`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import forms
from tests.support.effort import counted
from tests.unit.forms.helpers import CLOCK, small

VALIDATE, SECTION, PROGRESS = 75_000, 100_000, 80_000  # calls, a third more than they are; 12 to 30 ms
TABLES, ROWS = 3, 20


class Files:
    """Ten attachments that are there."""

    def facts(self, ids: Iterable[str]) -> Mapping[str, forms.FileFacts]:
        """Each is a small PDF."""
        return {id: forms.FileFacts(id, f"{id}.pdf", 1000, "application/pdf") for id in ids}


def field(number: int) -> dict[str, Any]:
    """Every fourth is a number with bounds, a condition on another answer, a check, advice."""
    common = {"label": f"第{number}项", "validate": {"required": True}}
    if number % 4 == 0:
        return {
            **common,
            "type": "number",
            "key": f"f{number}",
            "validate": {"required": True, "min": 0, "max": "=1000"},
        }
    if number % 4 == 1:
        return {
            **common,
            "type": "textarea",
            "key": f"f{number}",
            "conditional": {"hide": f"=f{number - 1} > 900"},
        }
    if number % 4 == 2:
        return {
            **common,
            "type": "textfield",
            "key": f"f{number}",
            "properties": {
                "check": "=string length(value) > 1",
                "hint": "=string length(value) > 9",
                "hint_zh": "长",
            },
        }
    options = [{"value": str(n), "label": f"选项{n}"} for n in range(20)]
    return {**common, "type": "select", "key": f"f{number}", "values": options}  # fmt: skip


def table(number: int) -> dict[str, Any]:
    numbers = [{"type": "number", "key": key, "validate": {"min": 0}} for key in ("a", "b", "c")]
    computed = {
        "type": "number",
        "key": "sum",
        "properties": {"computed": "=a + b + c", "check": "=value < 1000"},
    }
    named = {"type": "textfield", "key": "name", "validate": {"required": True, "maxLength": 40}}
    return {"type": "dynamiclist", "path": f"t{number}", "components": [named, *numbers, computed],
            "properties": {"totals": "a,b,sum"}}  # fmt: skip


def large() -> forms.Form:
    """Two sections of 40 fields, one of the tables, one of the attachments."""
    parts = [
        [field(n) for n in range(40)],
        [field(n) for n in range(40, 80)],
        [table(n) for n in range(TABLES)],
    ]
    parts.append([{"type": "filepicker", "key": f"file{n}", "accept": ".pdf"} for n in range(10)])
    return small(*({"type": "group", "id": f"g_{n}", "components": part} for n, part in enumerate(parts)))


def body() -> dict[str, Any]:
    kinds = ("12.5", "很长的一段文字" * 50, "一些文字", "7")
    row = {"name": "设备", "a": "1,000.5", "b": 2, "c": "３"}
    return {
        **{f"f{n}": kinds[n % 4] for n in range(80)},
        **{f"t{n}": [{**row, "a": 5}] * ROWS for n in range(TABLES)},
        **{f"file{n}": [f"id{n}"] for n in range(10)},
    }


def test_a_large_form_is_judged_and_a_section_is_shown_with_bounded_work() -> None:
    form, data = large(), body()
    assert form.check(data, {}, CLOCK, files=Files()) == []  # what is read once is read
    calls, _ = counted(lambda: form.validate(data, {}, CLOCK, files=Files()))
    assert calls < VALIDATE
    hints = form.hints(data, {}, CLOCK)
    for section in form.section_ids():
        calls, _ = counted(
            lambda s=section: form.view(data, {}, CLOCK, section=s, hints=hints, files=Files())  # type: ignore[misc]
        )
        assert calls < SECTION
    calls, _ = counted(lambda: form.progress(data, {}, CLOCK, files=Files()))
    assert calls < PROGRESS
