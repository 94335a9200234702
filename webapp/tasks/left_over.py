"""What was typed into an older version of a form and has no field in the present one: kept, and shown to its writer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from engine.store.definitions import FORM
from forms import Form
from webapp.i18n import language
from webapp.shared import reading, runtime


@dataclass(frozen=True, slots=True)
class LeftOver:
    """One answer: what was asked, and what was typed."""

    label: str
    text: str


def left_over(form: Form, draft: Mapping[str, Any]) -> Sequence[LeftOver]:
    """The answers of a draft that the form does not ask any more, in the words of the newest version that did."""
    keys = [
        key for key, value in draft.items() if key not in form.keys and value not in (None, "", False, [], {})
    ]
    if not keys:
        return []
    with reading() as session:
        return [_one(_asking(session, form.id, key), key, draft) for key in keys]


def _asking(session: Session, form_id: str, key: str) -> Form | None:
    definitions = runtime().definitions
    definitions.refresh(session)
    for version in reversed(definitions.versions(FORM, form_id)):
        form = definitions.form(session, version)
        if key in form.keys:
            return form
    return None


def _one(form: Form | None, key: str, draft: Mapping[str, Any]) -> LeftOver:
    said = ""
    if form is not None:
        texts = form.row({key: draft[key]}, {}, runtime().clock, language(), functions=runtime().functions)
        said = next(
            (text for column, text in zip(form.columns(), texts, strict=True) if column.name == key), ""
        )
    return LeftOver(form.label(key, language()) if form else key, said or _plain(draft[key]))


def _plain(value: Any) -> str:
    """A value without a cell of its own: a list line by line, a group by its parts."""
    if isinstance(value, Mapping):
        return "；".join(_plain(each) for each in value.values())
    if isinstance(value, list):
        return "\n".join(_plain(each) for each in value)
    return str(value)
