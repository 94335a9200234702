"""Desks: richer pages for the forms of certain tasks, over the same answers.

A form names its desk in its own property `desk`. The desk's template extends `tasks/task.html` and fills its blocks;
what it posts are the answers of the form under their names, so drafts, errors, guards and pages without JavaScript
stay those of the task. A form that names no desk, or one that this site does not have, is shown as any other.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from webapp.tasks.opened import Opened
    from webapp.tasks.reading import TaskPage

Facts = Callable[["TaskPage", Mapping[str, Any]], Mapping[str, Any]]
"""From the page and the answers that it shows to what the template calls `desk`."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One desk: its template, and what it shows beside the answers."""

    template: str
    facts: Facts


PLAIN = Desk("tasks/task.html", lambda page, data: {})
DESKS: dict[str, Desk] = {}


def register(name: str, *, template: str, facts: Facts) -> None:
    """Make a desk known to forms by this name. Raises ValueError for a name that is taken."""
    if name in DESKS:
        raise ValueError(f"two desks are called {name}")
    DESKS[name] = Desk(template, facts)


def of(opened: "Opened") -> Desk:
    """The desk of a task's form."""
    return DESKS.get(opened.form.definition.desk, PLAIN) if opened.form is not None else PLAIN
