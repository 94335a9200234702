"""Which answers of a form can be opened again, as options: whole ones, and the rows and cells of lists."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import Language
from forms import fixed
from forms.components import TYPES
from forms.definition import Component, Definition
from forms.expressions import Evaluator
from forms.paths import Path, get_in, name_of

MOST_PARTS = 600
"""So many rows and cells of one list can be named; of a longer list only the rows, then only the list."""
_EXCERPT = 20  # characters of a row's first text, by which people know it
_LANGUAGES: tuple[Language, Language] = ("zh", "en")
Labels = Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class _Part:
    """An answer that may be named: where it stands and what it is called."""

    path: Path
    labels: Labels


def openable(
    definition: Definition, data: Mapping[str, Any], context: Mapping[str, Any], evaluator: Evaluator
) -> list[dict[str, str]]:
    """The answers of a submission that can be opened again: `value`, `label`, `label_en`, `group`, `group_en`.

    Those that `data` has and a person gives; behind a list its rows (`finance[2]`) and cells
    (`finance[2].revenue`). Commitments are not among them: they are given again with every signature.
    """
    scope = {**context, **data}
    return [
        {
            "value": name_of(part.path),
            "label": _within(titles["zh"], part.labels["zh"]),
            "label_en": _within(titles["en"], part.labels["en"]),
            "group": titles["zh"],
            "group_en": titles["en"],
        }
        for titles, component in _answered(definition)
        if component.path[0] in data
        for part in _parts(component, scope, evaluator)
    ]


def _within(section: str, label: str) -> str:
    return f"{section} · {label}" if section and section != label else label


def _answered(definition: Definition) -> Iterator[tuple[Labels, Component]]:
    """What people fill in, each top-level key once, with the title of its section."""
    seen: set[str] = set()
    for section in definition.components:
        titles: Labels = {each: section.label(each) if section.type == "group" else "" for each in _LANGUAGES}
        for component in _given(section):
            if component.path[0] not in seen:
                seen.add(component.path[0])
                yield titles, component


def _given(component: Component) -> Iterator[Component]:
    """The answers at or below a component that a person gives."""
    if component.type == "group" and not component.path:
        for child in component.children:
            yield from _given(child)
    elif component.type == "group" or TYPES[component.type].keyed:
        committed = component.properties.get("must_be_true") == "true"
        if component.computed is None and component.readonly is not True and not committed:
            yield component


def _parts(component: Component, scope: Mapping[str, Any], evaluator: Evaluator) -> Iterator[_Part]:
    """The answer itself; behind a list its rows, each with its cells."""
    labels = {each: component.label(each) for each in _LANGUAGES}
    yield _Part(component.path[:1], labels)
    rows = get_in(scope, component.path)
    if component.type != "dynamiclist" or len(component.path) > 1 or not isinstance(rows, list):
        return
    cells = [cell for child in component.children for cell in _given(child)]
    if len(rows) > MOST_PARTS:
        return
    if len(rows) * (len(cells) + 1) > MOST_PARTS:
        cells = []
    known = {e.key: e for e in fixed.elements(component, scope, evaluator) or ()}
    if fixed.of_files(component):  # the ids of files tell people nothing
        known, rows = {}, [{k: v for k, v in row.items() if k != fixed.KEY} for row in rows]
    for number, row in enumerate(rows):
        named = _row_labels(row, number, known, component)
        at: Path = (*component.path, number)
        yield _Part(at, {each: f"{labels[each]} · {named[each]}" for each in _LANGUAGES})
        for cell in cells:
            own = {each: f"{labels[each]} · {named[each]} · {cell.label(each)}" for each in _LANGUAGES}
            yield _Part((*at, *cell.path), own)


def _row_labels(row: Any, number: int, known: Mapping[str, fixed.Element], listing: Component) -> Labels:
    """What a given row stands for, else its number and the first text in it."""
    key = str(row.get(fixed.KEY) or "") if isinstance(row, Mapping) else ""
    if key in known:
        return {each: known[key].label(each) for each in _LANGUAGES}
    told = key or _first_text(row, listing)
    zh, en = f"第 {number + 1} 行", f"row {number + 1}"
    return {"zh": f"{zh}（{told}）" if told else zh, "en": f"{en} ({told})" if told else en}


def _first_text(row: Any, listing: Component) -> str:
    texts = (get_in(row, c.path) for c in listing.children if c.type in ("textfield", "textarea"))
    found = next((text for text in texts if isinstance(text, str) and text), "")
    return found if len(found) <= _EXCERPT else f"{found[:_EXCERPT]}…"
