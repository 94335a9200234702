"""A factory's whole application, as the benches fill it in: what its task knows, and every answer of it."""

import random
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from engine.policy import Actor
from engine.programme.rehearsal import samples
from engine.programme.rehearsal.answers.applicants import LISTS
from engine.programme.rehearsal.answers.application import body
from engine.programme.rehearsal.population import Enterprise, uscc
from engine.runtime import Runtime

YEAR = 2024
EDITIONS = {"scenes": "2021"}
FACTORY = Enterprise(
    uscc("370102", 1), "基准企业", "370100", "370102", "C34", "张三", "李四", "13900000000", date(2012, 3, 1),
    "FACTORY", "一号工厂", 0.9, False, "plain",
)  # fmt: skip


def variables() -> dict[str, Any]:
    """What the case of an application knows when it is filled in."""
    return {
        "type": FACTORY.type,
        "cycle_year": YEAR,
        "uscc": FACTORY.uscc,
        "enterprise": FACTORY.name,
        "county": FACTORY.county,
        "city": FACTORY.city,
        "industry": FACTORY.industry,
        "object_name": FACTORY.object_name,
        "catalogue_editions": EDITIONS,
        "rules": {"cmmm_min": 2, "branch_allowed": False},
        "answers": {"founded_on": FACTORY.founded.isoformat(), "completed_on": f"{YEAR - 1}-10-01"},
        "organisation": {"name": FACTORY.name},
        "last_year": {},
        "register": {"titles": []},
    }


def answers(runtime: Runtime, actor: Actor, task: int) -> Mapping[str, Any]:
    """Every answer, with attachments that this person has uploaded for the task."""
    lists = {name: runtime.catalogue_lists(EDITIONS).get(name, []) for name in LISTS}
    files = samples.attach(runtime, actor, f"task:{task}", city_title=False)
    today = runtime.clock.now().date()
    whole = body(FACTORY, YEAR, today, random.Random(7), lists, files)  # noqa: S311 - invented data
    return {key: _exact(value) for key, value in whole.items()}


def _exact(value: Any) -> Any:
    """The same without floats: numbers are exact in a form."""
    return Decimal(str(value)) if isinstance(value, float) else value
