"""The desk of county and city checks: every condition beside what the enterprise said and evaluated itself."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forms.viewmodel import FieldView, FormView
from webapp.evaluation.explained import of_task
from webapp.shared import runtime
from webapp.tasks import desks
from webapp.tasks.reading import TaskPage

CATALOGUE = "review_conditions"
FORM = "application_form"


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside one condition: lines of the self-evaluation, answers of the application."""

    article: str
    lines: tuple[Mapping[str, Any], ...]
    answers: tuple[FieldView, ...]

    @property
    def state(self) -> str:
        """The worst of its lines: UNMET, ADVICE, MET, or nothing when there are none."""
        states = {str(line.get("state")) for line in self.lines}
        return next((state for state in ("UNMET", "ADVICE", "MET") if state in states), "")


def facts(page: TaskPage, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """By condition what the enterprise said, as far as this person may read it."""
    answers = _answers(_application(page))
    evaluated = of_task(page.task)
    lines = evaluated.result.lines if evaluated is not None else ()
    return {
        "beside": {
            item.value: Beside(
                str(item.facts.get("article", "")),
                tuple(line for line in lines if line.get("id") in item.facts.get("lines", ())),
                tuple(_of(answers, item.facts.get("answers", ()))),
            )
            for item in runtime().catalogues.get(CATALOGUE).lists[CATALOGUE]
        }
    }


def _application(page: TaskPage) -> FormView | None:
    """The application as it counts now: the newest of what was handed in."""
    handed_in = [material for material in page.materials if material.task.form_id == FORM]
    return max(handed_in, key=lambda material: material.at).view if handed_in else None


def _answers(view: FormView | None) -> dict[str, FieldView]:
    fields = _fields(field for section in view.sections for field in section.fields) if view else ()
    return {field.path: field for field in fields if not field.hidden}


def _fields(fields: Iterable[FieldView]) -> Iterator[FieldView]:
    for field in fields:
        yield from _fields(field.fields) if field.kind == "group" else (field,)


def _of(answers: Mapping[str, FieldView], keys: Sequence[str]) -> Iterator[FieldView]:
    for key in keys:
        field = answers.get(key)
        if field is not None and (field.text or field.rows or field.files or field.value is True):
            yield field


desks.register("checking", template="recommending/checking.html", facts=facts)
