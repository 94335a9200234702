"""What a draft changes: element by element and painted on the diagram; and what was deployed since it was begun."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template
from sqlalchemy.orm import Session

from engine import xml
from engine.errors import Refusal
from engine.store.definitions import Resource
from engine.store.studio import OPEN
from engine.studio import Change, changes
from engine.studio.comparing.affected import Effect, effect
from engine.studio.deployed import deployed_files
from engine.studio.drafts import drafting
from engine.studio.handbook import processes
from webapp import access
from webapp.access import rule
from webapp.drawing import Drawing, painted
from webapp.i18n import language
from webapp.names import people_names
from webapp.shared import reading
from webapp.studio.blueprint import blueprint
from webapp.studio.editing import one_change

ACTION = drafting.ACTION


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two contents; `refusal` says why it cannot be told. None for a file that was not there."""

    changes: Sequence[Change] = ()
    drawings: Sequence[Drawing | None] = (None, None)
    refusal: str = ""
    new: bool = False


@blueprint.get("/changes/<int:change>/files/<file>/difference")
@rule(ACTION)
def draft_difference(change: int, file: str) -> str:
    """The draft against what is deployed; when that moved on, also what was deployed since. Raises NotFound."""
    access.require(ACTION)
    with reading() as session:
        row, draft = one_change(session, change), drafting.draft(session, change, file)
        now, base = deployed_files(session).get(file), _base(session, draft)
        seen = "" if now is None else drafting.sha256(now)
        moved = row.state in OPEN and seen != (draft.base or "") and now != draft.content
        return render_template(
            "studio/draft_difference.html",
            change=row,
            file=file,
            draft=draft,
            open=row.state in OPEN,
            ours=between(file, now if row.state in OPEN else base, draft.content),
            theirs=between(file, base, now) if moved and now is not None else None,
            moved=moved,
            gone=now is None,
            seen=seen,
            people=people_names(session, [draft.by]),
            effects=_effects(session, file, draft.content) if row.state in OPEN and now is not None else {},
        )


def between(file: str, old: bytes | None, new: bytes) -> Difference:
    """What differs between two contents, with the pictures of both. Never raises for what they contain."""
    if old is None:
        return Difference(drawings=(None, drawing(file, new, {})), new=True)
    try:
        found = changes(file, old, new)
        states = {change.id: change.kind.value for change in found}
        return Difference(found, (drawing(file, old, states), drawing(file, new, states)))
    except Refusal as refusal:
        return Difference(refusal=refusal.message(language()))


def drawing(file: str, content: bytes, states: Mapping[str, str]) -> Drawing | None:
    """The picture of a diagram with these states; None for other files, and for what cannot be read."""
    try:
        return painted(file, content, states)
    except xml.XmlRefused:
        return None


def _effects(session: Session, file: str, content: bytes) -> dict[str, Effect]:
    """What the draft would mean for running cases, by process; nothing for what cannot be read."""
    return {id: effect(session, id, file, content) for id in processes({file: content})}


def _base(session: Session, draft: drafting.Draft) -> bytes | None:
    return None if draft.base is None else session.get_one(Resource, draft.base).content
