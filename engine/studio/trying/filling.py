"""The form of a task that is tried: the real one, with stand-ins for files and for what registers would know.

What a return opens, and the answers that it keeps, are those that were sent earlier in the same trial. Facts that
the programme would fill in beforehand (`luzhi:prefill`) and guards belong to registers: they are left out here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from engine import feel
from engine.bpmn.waits import UserTaskWait
from engine.errors import NotFound, Refusal
from engine.form_context import BASE, BEFORE, FIELDS_OF, OPEN_FIELDS, Limits, form_context
from engine.runtime import Runtime
from engine.studio.trying.trial import Sent, Trial
from forms import FieldView, Form, FormView
from forms.errors import FieldError
from forms.expressions import Evaluator
from forms.files import FileFacts, taken
from forms.openable import openable
from forms.paths import parse_name

STAND_IN = re.compile(r"standin-([a-z0-9]+)-(\d+)")
TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "mp4": "video/mp4",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
OTHER_PERSON = "luzhi:differentFrom"


class SameDoer(Refusal):
    """A step that wants another person was given to the one who did the step before."""

    zh = "这一环节必须由另一人办理：“{by}”已办理过“{step}”。"
    en = "This step needs another person: {by} has done {step}."
    remedy_zh = "请换一名办理人。"
    remedy_en = "Choose another person."
    status = 422


class StandIns:
    """Files that nobody uploaded: any stand-in is known, and is of the type that its id says."""

    def facts(self, ids: Iterable[str]) -> Mapping[str, FileFacts]:
        """The facts by id; anything else than a stand-in is unknown."""
        found = ((id, STAND_IN.fullmatch(id)) for id in ids)
        return {id: self._facts(id, match[1], match[2]) for id, match in found if match}

    def _facts(self, id: str, extension: str, number: str) -> FileFacts:
        media = TYPES.get(extension, "application/octet-stream")
        return FileFacts(id, f"示例文件{number}.{extension}", 100_000, media, pages=1)


@dataclass(frozen=True, slots=True)
class Filling:
    """One open task of a trial with its form; `form` is None for a task without one."""

    task: UserTaskWait
    form: Form | None
    context: Mapping[str, Any]
    limits: Limits

    def begins_with(self) -> dict[str, Any]:
        """The answers that the page shows at first."""
        return dict(self.limits.base or {})

    def view(
        self, rt: Runtime, data: Mapping[str, Any], errors: Iterable[FieldError] = (), language: Any = "zh"
    ) -> FormView | None:
        """The form with these answers, as a task page shows it."""
        if self.form is None:
            return None
        return self.form.view(
            data,
            self.context,
            rt.clock,
            tuple(errors),
            language=language,
            functions=rt.functions,
            files=StandIns(),
            only=self.limits.only,
            base=self.limits.base,
            before=self.limits.before,
        )

    def with_files(self, rt: Runtime, data: Mapping[str, Any]) -> dict[str, Any]:
        """The answers with as many stand-ins as every visible file field asks for."""
        filled = deepcopy(dict(data))
        for _ in range(2):  # rows that stand for files come with their files
            view = self.view(rt, filled)
            for field in _pickers(view) if view is not None else ():
                _put(filled, field.path, _stand_ins(field))
        return filled

    def answers(self, rt: Runtime, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answers as the form accepts them. Raises InvalidForm."""
        if self.form is None:
            return {}
        return self.form.validate(
            self.with_files(rt, body),
            self.context,
            rt.clock,
            functions=rt.functions,
            files=StandIns(),
            only=self.limits.only,
            base=self.limits.base if self.limits.only is not None else None,
        )


def filling(rt: Runtime, trial: Trial, key: str) -> Filling:
    """The open task of that key with its form. Raises NotFound."""
    task = next((task for task in trial.tasks() if task.key == key), None)
    if task is None:
        raise NotFound(what_zh="这个在办任务", what_en="This open task")
    form = trial.given.rules.forms.get(task.form_id or "")
    variables = dict(trial.case.scope_view(key))
    context = form_context(rt, variables)
    if FIELDS_OF in task.properties:
        context["application_fields"] = _fields_of(rt, trial, task.properties[FIELDS_OF], context)
    return Filling(task, form, context, _limits(rt, trial, task.properties, variables))


def require_other(trial: Trial, task: UserTaskWait, by: str) -> None:
    """Two steps by two people, where the diagram says so (`luzhi:differentFrom`). Raises SameDoer."""
    listed = {part.strip() for part in str(task.properties.get(OTHER_PERSON, "")).split(",")}
    for sent in trial.submissions:
        if by and sent.element_id in listed and sent.by == by:
            raise SameDoer(by=by, step=sent.element_id)


def _limits(rt: Runtime, trial: Trial, properties: Mapping[str, str], variables: Mapping[str, Any]) -> Limits:
    """What is open, as `engine.form_context.limits` has it, over what was sent in this trial."""
    base = _sent(rt, trial, properties.get(BASE), variables)
    before = _sent(rt, trial, properties.get(BEFORE), variables) or base
    kept = dict(base.answers) if base is not None else None
    if not properties.get(OPEN_FIELDS):
        return Limits(None, kept)
    found = _value(rt, trial, properties[OPEN_FIELDS], variables)
    rows = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
    only = {str(row["field"]): str(row.get("reason") or "") for row in rows if row.get("field")}
    return Limits(only, kept, dict(before.answers) if before is not None else None)


def _fields_of(
    rt: Runtime, trial: Trial, expression: str, context: Mapping[str, Any]
) -> list[dict[str, str]]:
    sent = _sent(rt, trial, expression, context)
    form = trial.given.rules.forms.get(sent.form_id or "") if sent is not None else None
    if sent is None or form is None:
        return []
    return openable(form.definition, sent.answers, context, Evaluator(rt.clock, rt.functions))


def _sent(rt: Runtime, trial: Trial, expression: str | None, variables: Mapping[str, Any]) -> Sent | None:
    """What was sent in this trial under the number that an expression gives; None for any other."""
    number = _value(rt, trial, expression, variables) if expression else None
    if isinstance(number, bool) or number is None or not str(number).isdigit():
        return None
    place = int(number) - 1
    return trial.submissions[place] if 0 <= place < len(trial.submissions) else None


def _value(rt: Runtime, trial: Trial, expression: str, variables: Mapping[str, Any]) -> Any:
    text = expression.removeprefix("=")
    return feel.evaluate(text, variables, clock=trial.given.clock, functions=rt.functions)


def _pickers(view: FormView) -> Iterator[FieldView]:
    """The file fields without a file that want one."""
    for section in view.sections:
        yield from _among(section.fields)


def _among(fields: Iterable[FieldView]) -> Iterator[FieldView]:
    for field in fields:
        if field.kind == "filepicker" and not (field.hidden or field.readonly or field.files):
            yield field
        yield from _among(field.fields)
        for row in field.rows:
            yield from _among(row.fields)


def _stand_ins(field: FieldView) -> list[str]:
    """As many as it asks for, one where it asks for none: what is optional is shown filled, too."""
    kinds = taken(field.accept)
    extension = next((kind for kind in ("pdf", "jpg") if kind in kinds), next(iter(kinds), "pdf"))
    return [f"standin-{extension}-{number}" for number in range(1, max(field.min_files, 1) + 1)]


def _put(data: dict[str, Any], name: str, value: list[str]) -> None:
    path = parse_name(name) or ()
    here: Any = data
    for step in path[:-1]:
        if isinstance(step, int):
            here = here[step] if isinstance(here, list) and step < len(here) else None
        elif isinstance(here, dict):
            here = here.setdefault(step, {})
    if isinstance(here, dict) and path:
        here[str(path[-1])] = value
