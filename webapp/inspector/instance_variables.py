"""The variables of an instance: where, of which type, set by whom; and the history of one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import simplejson
from flask import render_template, request

from engine.errors import NotFound
from engine.inspecting.past import Difference, Line, Node, Written, differences
from engine.inspecting.past.differing import NOTHING
from webapp.access import rule
from webapp.inspector import instance_words as words
from webapp.inspector.blueprint import blueprint
from webapp.inspector.instance_shown import Shown, shown
from webapp.shared import reading

SCOPES = 12
"""So many scopes of single steps are listed beside those of the processes; a step that is chosen lists its own."""
SHORT = 60
"""A value of so many characters stands in its cell; a longer one opens."""
LONG = 20_000
"""Characters of a value that a list shows; the page of the variable shows it whole."""
LONGEST = 400_000


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it is shown: its type, its text, and whether the text is cut off."""

    type: str
    text: str
    cut: bool = False

    @property
    def short(self) -> bool:
        """Whether it fits into a cell."""
        return len(self.text) <= SHORT and "\n" not in self.text


@dataclass(frozen=True, slots=True)
class Row:
    """One variable with who wrote it, at which element, when."""

    name: str
    value: Value
    by: str
    element: str
    at: datetime
    event: int


@dataclass(frozen=True, slots=True)
class Scope:
    """The variables of one scope: of a process instance or of a step."""

    node: Node
    name: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Change:
    """One write of a variable; the value is None where it was taken away."""

    step: int
    row: Row | None
    line: Line


def value(found: Any, most: int = LONG, type: str = "") -> Value:
    """How a value is shown, with nothing hidden any more: the caller has asked the reader's eyes."""
    text = found if isinstance(found, str) else pretty(found)
    return Value(type or words.value_type(found), text[:most], len(text) > most)


def seen(page: Shown, name: str, found: Any, most: int = LONG) -> Value:
    """A variable as the reader may see it; of one that is withheld at least of which type it is."""
    return value(page.eyes.variable(name, found), most, words.value_type(found))


def pretty(found: Any) -> str:
    """JSON as people read it: indented, with every digit of its numbers."""
    return simplejson.dumps(found, use_decimal=True, ensure_ascii=False, indent=2)


def scopes(page: Shown, element: str | None, process: str) -> tuple[list[Scope], int]:
    """The scopes with variables, processes first; and how many are left out. Of an element: those of its steps."""
    past = page.past
    alive = [past.nodes[key] for key, found in past.variables.items() if found and key in past.nodes]
    if element is not None:
        alive = [node for node in alive if node.element_id == element and node.process == process]
    ordered = sorted(alive, key=lambda node: (node.type != "process", int(node.key)))
    outer = sum(node.type == "process" for node in ordered)
    chosen = ordered[: outer + SCOPES]
    return [_scope(page, node) for node in chosen], len(ordered) - len(chosen)


def _scope(page: Shown, node: Node) -> Scope:
    found = page.past.variables[node.key]
    return Scope(node, page.name(node.key), [_row(page, name, found[name]) for name in sorted(found)])


def _row(page: Shown, name: str, written: Written, most: int = LONG) -> Row:
    line: Any = written.event
    return Row(
        name=name,
        value=seen(page, name, written.value, most),
        by=page.eyes.login(line.actor),
        element=writer(page, line),
        at=line.at,
        event=line.id,
    )


def writer(page: Shown, line: Line) -> str:
    """At which element a variable was written; empty where somebody did it by hand."""
    if line.event != "variable":  # the result of one of many
        return page.element_of(line)
    at = page.history.writers.get(page.history.position(line.id))
    return "" if at is None else page.element_of(page.history.lines[at])


@blueprint.get("/instances/<int:key>/variables/<scope>/<path:name>")
@rule("instance.read")
def instance_variable(key: int, scope: str, name: str) -> str:
    """The history of one variable, and the difference of two of its values (`?a=`, `?b=`). Raises NotFound."""
    with reading() as session:
        page = shown(session, key)
        written = page.history.writes(scope, name)
        if not written:
            raise NotFound(what_zh="这个变量", what_en="This variable")
        changes = [
            Change(
                page.history.step_of(page.history.lines[at].id) or 0,
                _row(page, name, found, LONGEST) if found is not None else None,
                page.history.lines[at],
            )
            for at, found in written
        ]
        pair = _pair(len(changes))
        return render_template(
            "inspector/instance_variable.html",
            page=page,
            scope=page.history.now.nodes.get(scope),
            name=name,
            changes=changes,
            pair=pair,
            differences=_differences(page, name, [found for _, found in written], pair),
            nothing=NOTHING,
            value=value,
            words=words,
        )


def _pair(count: int) -> tuple[int, int] | None:
    """The two values that are compared, numbered from 0: the asked ones, else the last two."""
    asked = [request.args.get(name, "") for name in ("a", "b")]
    numbers = [int(text) - 1 for text in asked if text.isascii() and text.isdigit() and len(text) < 9]
    if len(numbers) == 2 and all(0 <= number < count for number in numbers):
        return numbers[0], numbers[1]
    return (count - 2, count - 1) if count > 1 else None


def _differences(
    page: Shown, name: str, written: Sequence[Written | None], pair: tuple[int, int] | None
) -> list[Difference]:
    """What the reader may see of two values, compared: what is withheld differs in nothing."""
    if pair is None:
        return []
    before, after = (
        NOTHING if found is None else page.eyes.variable(name, found.value)
        for found in (written[pair[0]], written[pair[1]])
    )
    return differences(before, after)
