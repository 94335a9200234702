"""A form may name a richer page; the site knows every name, and shows a form without one as any other."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.runtime import Runtime
from tests.web import world
from tests.web.conftest import SignIn
from webapp import application
from webapp.tasks import desks

FORMS = Path("forms/definitions")


def test_every_desk_that_a_form_names_is_there() -> None:
    assert application.GROUPS  # loading the pages is what registers their desks
    named = {json.loads(p.read_text())["properties"].get("desk") for p in FORMS.glob("*.form")} - {None}
    assert named <= desks.DESKS.keys()


def test_a_desk_gets_the_page_and_the_answers(
    sign_in: SignIn, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Mapping[str, Any]] = []

    def facts(page: object, data: Mapping[str, Any]) -> Mapping[str, Any]:
        seen.append(data)
        return {}

    world.deploy_review(runtime)
    task = world.start_review(runtime, "2024-370100")
    monkeypatch.setattr("forms.definition.Definition.desk", "here")
    monkeypatch.setitem(desks.DESKS, "here", desks.Desk("tasks/task.html", facts))
    assert sign_in("city").get(f"/tasks/{task}").status_code == 200
    assert seen == [{}]


def test_a_desk_that_is_not_here_is_the_ordinary_page(
    sign_in: SignIn, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.deploy_review(runtime)
    task = world.start_review(runtime, "2024-370100")
    monkeypatch.setattr("forms.definition.Definition.desk", "elsewhere")
    assert "审核材料" in sign_in("city").get(f"/tasks/{task}").get_data(as_text=True)


def test_a_name_is_taken_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(desks.DESKS, "taken", desks.PLAIN)
    with pytest.raises(ValueError, match="taken"):
        desks.register("taken", template="tasks/task.html", facts=lambda page, data: {})
