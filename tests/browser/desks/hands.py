"""The hands of an official at a form: the answers of a rehearsal, typed into whatever page shows the form.

A page may be the plain form or a desk; the boxes have the names of the form's answers on both. A desk may show the
rows of a list in another order: a row is found by its application number.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from playwright.sync_api import Locator, expect

from engine.programme.rehearsal import samples
from forms import Form
from forms.decode import Index, encode, index, names
from forms.definition import Component
from forms.paths import parse_name
from tests.browser.journey.person import PATIENCE, Person

ROW = re.compile(r"^(?P<list>[\w.]+)\[(?P<number>\d+)\]\.(?P<field>.+)$")
LOOK = """boxes => boxes.map(box => ({
    type: box.type, value: box.value, checked: !!box.checked, readonly: box.hasAttribute("readonly"),
    visible: box.getClientRects().length > 0,
}))"""
BY = ("application_no", "row_key")
"""The answers by which a row is told from the others."""


def fill_in(person: Person, form: Form, body: Mapping[str, Any]) -> None:
    """Type every answer into its box; what the page has already, or computes, stays."""
    known = index(form.definition.components)
    rows = _rows(person, body)
    answers = _grouped(encode(known, body))
    for name, texts in answers:
        if not _is_files(known, name):
            _answer(person, _renamed(name, rows), texts)
    for name, texts in answers:  # what is attached may be asked for by an answer only
        if _is_files(known, name):
            person.fill({_renamed(name, rows): _samples(known, name, texts)})


def _component(known: Index, name: str) -> Component | None:
    return known.get(names(parse_name(name) or ()))


def _is_files(known: Index, name: str) -> bool:
    component = _component(known, name)
    return component is not None and component.type == "filepicker"


def _samples(known: Index, name: str, ids: list[str]) -> list[tuple[str, bytes]]:
    """As many files as the rehearsal would have attached: pictures where only pictures are taken."""
    component = _component(known, name)
    pictures = component is not None and "pdf" not in str(component.get("accept") or "pdf")
    number = len([id for id in ids if id])
    if pictures:
        return [(f"照片{n}.jpg", samples.photograph(n)) for n in range(1, number + 1)]
    return [(f"扫描件{n}.pdf", samples.paper("Sealed scan")) for n in range(1, number + 1)]


def _grouped(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    return [(name, [text for _, text in group]) for name, group in groupby(pairs, key=lambda pair: pair[0])]


def _rows(person: Person, body: Mapping[str, Any]) -> dict[tuple[str, int], int]:
    """Where the page shows the rows of the body's lists, when it shows them already."""
    found: dict[tuple[str, int], int] = {}
    for key, value in body.items():
        for by in BY:
            if isinstance(value, list) and value and isinstance(value[0], dict) and by in value[0]:
                shown = _shown(person, key, by)
                found |= {(key, n): shown[row[by]] for n, row in enumerate(value) if row[by] in shown}
    return found


def _shown(person: Person, key: str, by: str) -> dict[str, int]:
    boxes = person.page.locator(f"#task-form [name^='{key}['][name$='.{by}']")
    values = boxes.evaluate_all("boxes => boxes.map(box => [box.name, box.value])")
    return {value: int(name[len(key) + 1 : name.index("]")]) for name, value in values}


def _renamed(name: str, rows: Mapping[tuple[str, int], int]) -> str:
    row = ROW.match(name)
    if row is None:
        return name
    number = int(row["number"])
    return f"{row['list']}[{rows.get((row['list'], number), number)}].{row['field']}"


def _answer(person: Person, name: str, texts: list[str]) -> None:
    boxes = person.page.locator(f"#task-form [name='{name}']")
    shown = _looked_at(boxes)
    if texts == [""] and shown:
        return  # nothing to say, or the mark of a list
    if not shown:
        row = ROW.match(name)
        if row is not None:
            person.page.locator(f"button[name=_action][value='add:{row['list']}']").click()
        expect(boxes.first).to_be_attached(timeout=PATIENCE)
        shown = _looked_at(boxes)
    _set(boxes, shown, name, texts)


def _looked_at(boxes: Locator) -> list[dict[str, Any]]:
    """The boxes as they stand, in one look: asking for each of their traits goes to and fro a dozen times."""
    found: list[dict[str, Any]] = boxes.evaluate_all(LOOK)
    return found


def _set(boxes: Locator, shown: list[dict[str, Any]], name: str, texts: list[str]) -> None:
    if {box["type"] for box in shown} & {"radio", "checkbox"}:
        for number, box in enumerate(shown):
            wanted = box["value"] in texts
            settable = box["type"] == "checkbox" or (box["type"] == "radio" and wanted)
            if settable and box["checked"] != wanted:
                boxes.nth(number).set_checked(wanted)
        return
    number = next((number for number, box in enumerate(shown) if box["visible"]), 0)
    box, kind = boxes.nth(number), shown[number]["type"]
    if kind == "hidden" or shown[number]["readonly"]:
        there = shown[number]["value"]
        assert there == texts[0], f"{name} is {there}, not {texts[0]}"
    elif kind == "select-multiple":
        box.select_option(texts)
    elif kind.startswith("select"):
        box.select_option(texts[0])
    else:  # the clock of a page is local, to the minute
        box.fill(texts[0][:16] if kind == "datetime-local" else texts[0])
