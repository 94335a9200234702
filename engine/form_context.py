"""What a form sees besides its answers: the variables at its element, and the programme's catalogues.

Pages that show a form and the command that validates it build the context and the limits here, so that they
never differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy.orm import Session

from engine import feel
from engine.runtime import Runtime
from engine.store.tasks import Submission
from forms.expressions import Evaluator
from forms.openable import openable

OPEN_FIELDS, FIELDS_OF = "luzhi:openFields", "luzhi:fieldsOf"
PREFILL = "luzhi:prefill"
"""The facts that the programme knows before anybody types: their names (`Runtime.prefills`), separated by commas."""
BASE, BEFORE = "luzhi:baseSubmission", "luzhi:beforeSubmission"
MOST_KEPT = 16
_kept: WeakKeyDictionary[Runtime, dict[tuple[int, str], list[dict[str, str]]]] = WeakKeyDictionary()
"""The fields of the submissions that were asked for last: hundreds of options are not read for every save."""


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
        context["application_fields"] = _fields_of(rt, session, properties or {}, context)
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


def _fields_of(
    rt: Runtime, session: Session, properties: Mapping[str, str], variables: Mapping[str, Any]
) -> list[dict[str, str]]:
    """The answers of the named submission that may be opened again; kept, for every save of the page asks."""
    sent = _submission(rt, session, properties[FIELDS_OF], variables)
    if sent is None or sent.form_definition_id is None:
        return []
    kept = _kept.setdefault(rt, {})
    key = (sent.id, sent.sha256)
    found = kept.get(key)
    if found is None:
        form = rt.definitions.form(session, rt.definitions.by_key(session, sent.form_definition_id))
        listed = openable(form.definition, sent.data, variables, Evaluator(rt.clock, rt.functions))
        found = kept[key] = feel.prepared(listed, clock=rt.clock)
        for oldest in list(kept)[:-MOST_KEPT]:
            feel.release(kept.pop(oldest, None))
    return found


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
