"""The annual notice as the form gives it, and as the register keeps it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.programme.cycles.operations import DEADLINES
from engine.programme.cycles.parameters import DEFAULTS
from engine.programme.recommendations.quotas import entered

PARAMETER_FIELDS = {name.replace(".", "_"): name for name in DEFAULTS}
"""Form field -> parameter: the form's keys have no dots."""


def facts(data: Mapping[str, Any]) -> dict[str, Any]:
    """What `operations.publish` wants, out of the notice form (forms/definitions/notice_draft.form)."""
    return {
        "title": data["title"],
        "body": data.get("body") or "",
        "cities": list(data.get("cities") or []),
        **{name: data[name] for name in DEADLINES},
        "quotas": entered(data.get("quotas") or []),
        "direct_filing": [row["county"] for row in data.get("direct_filing") or []],
        "catalogues": {
            "SCENE": data.get("catalogue_scene") or "",
            "WORKSHOP": data.get("catalogue_workshop") or "",
            "FACTORY": data.get("catalogue_factory") or "",
        },
        "pinned": [dict(row) for row in data.get("pinned") or []],
        "parameters": {
            name: _plain(data[field])
            for field, name in PARAMETER_FIELDS.items()
            if data.get(field) is not None
        },
    }


def _plain(value: Any) -> Any:
    whole = isinstance(value, Decimal) and value == value.to_integral_value()
    return int(value) if whole else value
