"""What a form sees besides its answers: the variables at its element, and the programme's catalogues.

Pages that show a form and the command that validates it build the context and the limits here, so that they
never differ.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from engine import feel
from engine.runtime import Runtime
from engine.store.tasks import Submission
from forms import Form
from forms.components import TYPES
from forms.definition import Component

OPEN_FIELDS, FIELDS_OF = "luzhi:openFields", "luzhi:fieldsOf"
PREFILL = "luzhi:prefill"
"""The facts that the programme knows before anybody types: their names (`Runtime.prefills`), separated by commas."""
BASE, BEFORE = "luzhi:baseSubmission", "luzhi:beforeSubmission"


def form_context(
    rt: Runtime,
    variables: Mapping[str, Any],
    session: Session | None = None,
    properties: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The variables with `catalogues` beside them: list name to items, in the editions that the case pinned.

    A process says which by its variable `catalogue_editions` (catalogue id to edition); others are the default
    ones. An element whose property `luzhi:fieldsOf` names a submission gets `application_fields`: the answers of
    that submission that may be opened again, as options; `luzhi:prefill` names facts about the enterprise. Raises
    NotFound for an edition that does not exist, KeyError for a fact that nobody knows.
    """
    editions = variables.get("catalogue_editions")
    context = {**variables, "catalogues": rt.catalogue_lists(editions if isinstance(editions, dict) else {})}
    if session is not None and FIELDS_OF in (properties or {}):
        context["application_fields"] = _fields_of(rt, session, properties or {}, variables)
    if session is not None and PREFILL in (properties or {}):
        names = [name.strip() for name in (properties or {})[PREFILL].split(",") if name.strip()]
        context |= {name: rt.prefills[name](session, variables) for name in names}
    return context


@dataclass(frozen=True, slots=True)
class Limits:
    """What of a form is open: `only` these answers, each with its reason (None = all); `base` holds the others.

    Without `only`, `base` is what the page begins with. `before` is what new answers are shown beside.
    """

    only: dict[str, str] | None = None
    base: dict[str, Any] | None = None
    before: dict[str, Any] | None = None


def limits(
    rt: Runtime, session: Session, properties: Mapping[str, str], variables: Mapping[str, Any]
) -> Limits:
    """What a task's properties say, FEEL over its variables: the open fields, and the submissions they stand in.

    `luzhi:openFields` gives a list of {field, reason}; anything else opens nothing at all. `luzhi:baseSubmission`
    and `luzhi:beforeSubmission` give ids; the second is the first unless it is said. Raises LookupError when there is
    no such submission.
    """
    base = _data(rt, session, properties.get(BASE), variables)
    listed = properties.get(OPEN_FIELDS)
    if not listed:
        return Limits(None, base)
    before = _data(rt, session, properties.get(BEFORE), variables) or base
    found = _value(rt, listed, variables)
    rows = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
    only = {str(row["field"]): str(row.get("reason") or "") for row in rows if row.get("field")}
    return Limits(only, base, before)


def openable(form: Form, data: Mapping[str, Any]) -> list[dict[str, str]]:
    """The answers of a form that can be opened again, as options: those that `data` has and a person gives.

    Commitments are not among them: they are given again with every signature.
    """
    return [
        {
            "value": key,
            "label": _named(title, component, "zh"),
            "label_en": _named(title_en, component, "en"),
            "group": title,
            "group_en": title_en,
        }
        for (title, title_en), component in _answered(form)
        if (key := component.path[0]) in data
    ]


def _named(section: str, component: Component, language: Any) -> str:
    label = component.label(language)
    return f"{section} · {label}" if section and section != label else label


def _answered(form: Form) -> Iterator[tuple[tuple[str, str], Component]]:
    """What people fill in, each top-level key once, with the title of its section."""
    seen: set[str] = set()
    for section in form.definition.components:
        titles = (section.label("zh"), section.label("en")) if section.type == "group" else ("", "")
        for component in _open_to_people(section):
            if component.path[0] not in seen:
                seen.add(component.path[0])
                yield titles, component


def _open_to_people(component: Component) -> Iterator[Component]:
    if component.type == "group" and not component.path:
        for child in component.children:
            yield from _open_to_people(child)
    elif component.type == "group" or TYPES[component.type].keyed:
        committed = component.properties.get("must_be_true") == "true"
        if component.computed is None and component.readonly is not True and not committed:
            yield component


def _fields_of(
    rt: Runtime, session: Session, properties: Mapping[str, str], variables: Mapping[str, Any]
) -> list[dict[str, str]]:
    sent = _submission(rt, session, properties[FIELDS_OF], variables)
    if sent is None or sent.form_definition_id is None:
        return []
    definition = rt.definitions.by_key(session, sent.form_definition_id)
    return openable(rt.definitions.form(session, definition), sent.data)


def _data(
    rt: Runtime, session: Session, expression: str | None, variables: Mapping[str, Any]
) -> dict[str, Any] | None:
    sent = _submission(rt, session, expression, variables)
    return dict(sent.data) if sent is not None else None


def _submission(
    rt: Runtime, session: Session, expression: str | None, variables: Mapping[str, Any]
) -> Submission | None:
    """The submission that an expression names; None where there is none yet. Raises LookupError."""
    id = _value(rt, expression, variables) if expression else None
    if id is None:
        return None
    sent = session.get(Submission, int(id))
    if sent is None:
        raise LookupError(f"submission {id} does not exist")
    return sent


def _value(rt: Runtime, expression: str, variables: Mapping[str, Any]) -> Any:
    text = expression.removeprefix("=")
    return feel.evaluate(text, variables, clock=rt.clock, functions=rt.functions)
