"""Forms for tests: the three example definitions, and small ones made of a few components."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import simplejson

import forms
from engine.clock import BUSINESS_ZONE, VirtualClock

DEFINITIONS = Path(__file__).parent / "definitions"
CLOCK = VirtualClock(datetime(2024, 7, 1, 9, 0, tzinfo=BUSINESS_ZONE))

CATALOGUES: dict[str, Any] = {
    "checks": ["用地", {"label": "环保", "value": "env", "label_en": "Environment"}],
    "cities": [{"label": "济南市", "value": "370100"}, {"label": "青岛市", "value": "370200"}],
    "counties": [
        {"label": "历下区", "value": "370102", "city": "370100"},
        {"label": "市南区", "value": "370202", "city": "370200"},
    ],
}
REVIEW_CONTEXT: dict[str, Any] = {
    "enterprise": "甲<b>公司",
    "object_name": "一*车间*",
    "previous_opinions": [{"by": "张", "opinion": "同意"}],
    "today_text": "2024-07-01",
    "is_late": False,
    "catalogues": CATALOGUES,
}
APPLICATION_CONTEXT: dict[str, Any] = {
    "catalogues": CATALOGUES,
    "industries_offered": ["C34", {"name": "汽车", "code": "C36"}],
    "templates": [{"documentId": "d-1", "fileName": "承诺书.docx"}],
}
APPLICATION: dict[str, Any] = {
    "organisation": {
        "uscc": " ９１１１００００ 600037341l ",
        "contact": {"name": "张三", "mobile": "+86 138-0531-0000", "email": "a@example.com", "phone": None},
    },
    "city_code": "370100",
    "county_code": "370102",
    "industries": ["C36", "C34", "C36"],
    "licence": "ab 1234",
    "filing_no": "鲁工信发 [2024] 第012号",
    "investment": "1,000.50万元",
    "digital_investment": "２００",
    "employees": 120,
    "start_on": "2024年3月2日",
    "end_on": "20240401",
    "meeting_at": "2024-07-01T09:30",
    "opens_at": "9:30",
    "equipment": [
        {"name": "机床", "quantity": "2", "price": "1.10", "domestic": True, "origin": "dropped"},
        {"name": "机器人", "quantity": 1, "price": 3, "domestic": False, "origin": "德国"},
    ],
    "attachments": ["f-1", "f-2"],
    "truth": True,
}


@cache
def example(name: str) -> forms.Form:
    """One of the three example forms."""
    return forms.load(f"{name}.form", text_of(name))


def text_of(name: str) -> str:
    """The text of an example definition."""
    return (DEFINITIONS / f"{name}.form").read_text(encoding="utf-8")


def text(*components: Mapping[str, Any], **form: Any) -> str:
    """The text of a form with these components; ids and labels are added where they are missing."""
    return simplejson.dumps(
        {
            "schemaVersion": 19,
            "type": "default",
            "id": "small",
            "components": _named(components, "c"),
            **form,
        },
        use_decimal=True,
    )


def _named(components: Any, prefix: str) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{prefix}{number}",
            "label": "甲",
            **component,
            **(
                {"components": _named(component["components"], f"{prefix}{number}_")}
                if "components" in component
                else {}
            ),
        }
        for number, component in enumerate(components)
    ]


def small(*components: Mapping[str, Any]) -> forms.Form:
    """A form with these components."""
    return forms.load("small.form", text(*components))


def accept(
    form: forms.Form, body: Mapping[str, Any], context: Mapping[str, Any] | None = None, **more: Any
) -> Any:
    """The canonical data of a body that is accepted."""
    return form.validate(body, context or {}, CLOCK, **more)


def refuse(form: forms.Form, body: Any, context: Mapping[str, Any] | None = None) -> dict[str, str]:
    """The Chinese messages by path of a body that is refused."""
    with pytest.raises(forms.InvalidForm) as caught:
        form.validate(body, context or {}, CLOCK)
    errors = caught.value.errors
    assert all(error.zh and error.en for error in errors)
    found: dict[str, str] = {}
    for error in errors:
        found[error.path] = f"{found[error.path]} {error.zh}" if error.path in found else error.zh
    return found


def one(component: Mapping[str, Any], value: Any, context: Mapping[str, Any] | None = None) -> Any:
    """What one component with the key `x` makes of a value."""
    return accept(small({"key": "x", **component}), {"x": value}, context)["x"]


def wrong(component: Mapping[str, Any], value: Any, context: Mapping[str, Any] | None = None) -> str:
    """Why one component with the key `x` refuses a value."""
    return refuse(small({"key": "x", **component}), {"x": value}, context)["x"]
