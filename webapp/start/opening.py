"""Starting a process with its start form: what pages and the programming interface share."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine import commands
from engine.commands import Started
from engine.errors import NotFound
from engine.form_context import form_context
from engine.programme.openings import OPENINGS, Opening
from engine.store.definitions import FORM, PROCESS
from forms import Form
from forms.files import FileFacts
from webapp import access, files
from webapp.access import actor
from webapp.shared import now, reading, runtime


def find(process_id: str) -> Opening:
    """What may be begun under this id. Raises NotAllowed, NotFound."""
    access.require("instance.start", {"process_id": process_id})
    opening = next((o for o in OPENINGS if o.process_id == process_id), None)
    if opening is None or process_id not in deployed():
        raise NotFound(what_zh="这项业务", what_en="This matter")
    return opening


def begin(opening: Opening, body: Mapping[str, Any]) -> Started:
    """Check the start form's data and start. Raises InvalidForm and what `commands.start` raises."""
    form = form_for(opening)
    data, named = dict(body), Named(purpose(opening))
    if form is not None:
        data = form.validate(
            body, context(opening), runtime().clock, functions=runtime().functions, files=named
        )
    elif body:
        raise NotFound(what_zh="这项业务的表单", what_en="A form of this matter")
    key = opening.key(data)
    return commands.start(runtime(), actor(), opening.process_id, data, key, files=named.found)


def purpose(opening: Opening) -> str:
    """What the files of its start form are uploaded for."""
    return f"start:{opening.process_id}"


class Named:
    """Looks up the files that a start form names; `found` are those that this person may send with it."""

    def __init__(self, purpose: str) -> None:
        self._files, self.found = files.usable(purpose), dict[str, None]()

    def facts(self, ids: Iterable[str]) -> Mapping[str, FileFacts]:
        """The facts by id."""
        known = self._files.facts(ids)
        self.found.update(dict.fromkeys(known))
        return known


def deployed() -> frozenset[str]:
    """The processes that are deployed."""
    with reading() as session:
        runtime().definitions.refresh(session)
    return runtime().definitions.ids(PROCESS)


def form_for(opening: Opening) -> Form | None:
    """The start form, where there is one. Raises NotDeployed."""
    return form_of(opening.form_id) if opening.form_id else None


def form_of(form_id: str) -> Form:
    """The newest version of a form. Raises NotDeployed."""
    with reading() as session:
        runtime().definitions.refresh(session)
        return runtime().definitions.form(session, runtime().definitions.find(FORM, form_id))


def context(opening: Opening) -> dict[str, Any]:
    """What the start form may choose from and what is known already."""
    with reading() as session:
        return form_context(runtime(), opening.facts(session, actor(), now()))
