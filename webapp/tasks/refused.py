"""A refusal keeps the text: in the form while the task is open, else to be copied from the error page."""

from collections.abc import Mapping
from typing import Any

from engine.commands.refusals import DeadlinePassed, TaskCanceled
from engine.errors import NotFound, Refusal
from forms.errors import InvalidForm
from webapp import problems
from webapp.tasks import keeping, pages, reading
from webapp.tasks.reading import TaskPage


def refused(id: int, body: Mapping[str, Any], refusal: Refusal) -> Any:
    """The answer to a save or a submission that was refused. Raises the refusal when the task is not to be seen."""
    try:
        fresh = reading.load(id)
    except NotFound:
        raise refusal from None
    if (fresh.mine or (fresh.open and fresh.claimable)) and not isinstance(
        refusal, DeadlinePassed | TaskCanceled
    ):
        data = {**fresh.kept(), **body}
        if fresh.opened.sectioned and fresh.mine:
            errors = refusal.errors if isinstance(refusal, InvalidForm) else None
            shown = None if errors is not None else refusal
            return pages.check(fresh, data, errors, refusal=shown), refusal.status
        return pages.task(fresh, body, refusal=refusal, memory=keeping.carried()), refusal.status
    return problems.answer(problems.refusal_page(refusal), texts(fresh, body))


def texts(page: TaskPage, body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was typed, by the labels of the fields."""
    view = page.opened.view({**page.kept(), **body}, readonly=True)
    fields = [f for section in view.sections for f in section.fields if f.text] if view else []
    return [(field.label, field.text) for field in fields]
