"""Our forms in the real form-js: the viewer shows the same fields, the editor gives back the same file.

What the files say beyond form-js stands in `properties`, so that Camunda Modeler and the editor keep it.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import simplejson
from playwright.sync_api import Browser, Page

import forms
from forms.components import TYPES
from forms.decode import names
from forms.paths import Path as Place
from forms.paths import name_of
from tests.browser.conftest import _missing
from tests.unit.forms.helpers import CLOCK
from webapp import assets

pytestmark = pytest.mark.browser

FILES = sorted(Path(forms.__file__).parent.glob("definitions/*.form"))
DEFAULTS = {
    "showOutline": True,
    "isRepeating": True,
    "allowAddRemove": True,
    "defaultRepetitions": 1,
    "computeOn": "change",
}
"""What the editor writes out although it is so anyway."""
VARIANTS = 4


@pytest.fixture(scope="module")
def form_js(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page with the viewer and the editor; the test fails when they complained in the console."""
    if not (assets.FRONTEND / "node_modules" / "@bpmn-io" / "form-js-viewer").exists():
        _missing("form-js is not installed: run python -m webapp.assets")
    bundle = tmp_path_factory.mktemp("form-js") / "form-js.js"
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    subprocess.run(
        ["node", "node_modules/esbuild/bin/esbuild", "test/form-js.mjs", "--bundle", f"--outfile={bundle}",
         "--log-level=error"],
        cwd=assets.FRONTEND, env={**os.environ, "PATH": path}, check=True,
    )  # fmt: skip
    complaints: list[str] = []
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None
    )
    page.set_content("<!doctype html><html lang='zh-CN'><title>form-js</title><body></body></html>")
    page.add_script_tag(path=str(bundle))
    yield page
    page.close()
    assert complaints == []


def definition(file: Path) -> Any:
    return simplejson.loads(file.read_text(encoding="utf-8"))


def form_of(file: Path) -> forms.Form:
    return forms.load(file.name, file.read_text(encoding="utf-8"))


def differences(ours: Any, theirs: Any, path: str = "") -> Iterator[str]:
    """Where what the editor saved says something else than our file."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in ours.keys() | theirs.keys():
            if key not in ours:
                if DEFAULTS.get(key, ...) != theirs[key]:
                    yield f"{path}.{key} was added: {theirs[key]!r}"
            elif key not in theirs:
                yield f"{path}.{key} was lost"
            else:
                yield from differences(ours[key], theirs[key], f"{path}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for number, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(mine, other, f"{path}[{number}]")
    elif ours != theirs:
        yield f"{path}: {ours!r} became {theirs!r}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_editor_gives_back_the_same_form(form_js: Page, file: Path) -> None:
    ours = definition(file)
    edited = form_js.evaluate("schema => formJs.edit(schema)", ours)
    assert edited["warnings"] == []
    assert list(differences(ours, edited["saved"])) == []
    assert forms.lint(file.name, simplejson.dumps(edited["saved"])) == forms.lint(
        file.name, file.read_text("utf-8")
    )


def answers(form: forms.Form, variant: int) -> dict[str, Any]:
    """One answer to every question with static options: the n-th one; boxes are ticked in every other variant."""
    found: dict[str, Any] = {}
    for component in form.definition.walk():
        if len(component.path) != 1 or component.computed or component.path[0] not in form.keys:
            continue
        offered = [entry["value"] for entry in component.get("values") or []]
        if component.type in ("radio", "select") and offered:
            found[component.path[0]] = offered[variant % len(offered)]
        elif component.type == "checkbox":
            found[component.path[0]] = variant % 2 == 0
    return found


def fields(view: forms.FormView) -> Iterator[forms.FieldView]:
    """Everything that we show, inside groups and rows, too."""
    waiting = [f for section in view.sections for f in section.fields]
    while waiting:
        field = waiting.pop(0)
        if not field.hidden:
            yield field
            waiting = [*field.fields, *(cell for row in field.rows for cell in row.fields), *waiting]


def ours(form: forms.Form, data: dict[str, Any]) -> set[str]:
    return {f.name for f in fields(form.view(data, {}, CLOCK)) if _is_compared(f.kind)}


def _is_compared(kind: str) -> bool:
    """Fields that hold an answer; form-js keeps hidden expressions as fields, too, and counts rows as it likes."""
    return TYPES[kind].keyed and kind not in ("expression", "dynamiclist")


def theirs(form: forms.Form, paths: list[Place]) -> set[str]:
    kinds = {c.path: c.type for c in form.definition.walk() if c.path}
    rows = {c.path: c.children for c in form.definition.walk() if c.type == "dynamiclist"}
    for prefix, children in rows.items():
        kinds.update(
            {(*prefix, *inner.path): inner.type for c in children for inner in c.walk() if inner.path}
        )
    return {name_of(tuple(p)) for p in paths if _is_compared(kinds.get(names(tuple(p)), "expression"))}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_viewer_shows_the_same_fields(form_js: Page, file: Path) -> None:
    form = form_of(file)
    for variant in range(VARIANTS):
        data = answers(form, variant)
        settled = form.settled(data, {}, CLOCK)
        given = simplejson.loads(simplejson.dumps({**settled, **data}, use_decimal=True))
        shown = form_js.evaluate("([schema, data]) => formJs.view(schema, data)", [definition(file), given])
        assert shown["warnings"] == []
        assert theirs(form, shown["paths"]) == ours(form, {**settled, **data}), (variant, data)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_viewer_says_the_same_words(form_js: Page, file: Path) -> None:
    form = form_of(file)
    data = answers(form, 0)
    settled = form.settled(data, {}, CLOCK)
    given = simplejson.loads(simplejson.dumps({**settled, **data}, use_decimal=True))
    shown = form_js.evaluate("([schema, data]) => formJs.view(schema, data)", [definition(file), given])
    words = {re.sub(r"\s*\*$", "", word.strip()) for word in shown["words"]}
    view = form.view({**settled, **data}, {}, CLOCK)
    answered = [f for f in fields(view) if _is_compared(f.kind) and not f.row]
    assert [f.label for f in answered if f.label not in words] == []
    listed = [o.label for f in answered if f.kind in ("radio", "checklist") for o in f.options]
    assert [label for label in listed if label not in words] == []
