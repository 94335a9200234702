"""The checklist of the formal review: 19 checks, and each names only answers that the application has."""

from collections.abc import Iterator

from engine.catalogues import Catalogues
from engine.settings import project_root
from forms.definition import Component
from forms.lint import load

ROOT = project_root()
CHECKS = Catalogues.load(ROOT / "processes" / "catalogues").get("formal_review").lists["formal_checks"]


def _keys(components: tuple[Component, ...]) -> Iterator[str]:
    for component in components:
        if component.path:
            yield component.path[0]
        else:
            yield from _keys(component.children)


def _answers(name: str) -> set[str]:
    path = ROOT / "forms" / "definitions" / f"{name}.form"
    return set(_keys(load(path.name, path.read_text("utf-8")).definition.components))


def test_every_answer_beside_a_check_is_one_of_the_application() -> None:
    named = {answer for check in CHECKS for answer in check.facts.get("answers", ())}
    assert named
    assert named <= _answers("application_form")


def test_every_check_has_something_beside_it() -> None:
    assert all(check.facts.get("answers") or check.facts.get("register") for check in CHECKS)


def test_every_check_has_a_result_and_a_remark_in_the_form() -> None:
    numbers = [f"{n:02d}" for n in range(1, len(CHECKS) + 1)]
    assert {f"k{n}" for n in numbers} | {f"r{n}" for n in numbers} <= _answers("formal_check")


def test_the_form_says_what_the_checklist_says() -> None:
    path = ROOT / "forms" / "definitions" / "formal_check.form"
    group = load(path.name, path.read_text("utf-8")).definition.components[0]
    asked = [c.label("zh") for c in group.children if c.path and c.path[0].startswith("k")]
    assert asked == [f"{n}. {check.label}" for n, check in enumerate(CHECKS, start=1)]
