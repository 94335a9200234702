"""One link: everything it says, whether it holds, its neighbours; and the same without masks, for a reason."""

from typing import Any

from flask import render_template, request
from sqlalchemy.orm import Session

from engine import audit, masking
from engine.audit import checking
from engine.audit.finding import one, roles_of
from engine.errors import NotFound, Refusal
from engine.store.trail import Audit
from webapp import access
from webapp.access import actor, rule
from webapp.auditing.blueprint import blueprint
from webapp.auditing.listing import told
from webapp.i18n import language
from webapp.masks import eyes
from webapp.shared import reading, runtime


@blueprint.get("/<int:sequence>")
@rule("audit.read")
def link(sequence: int) -> str:
    """One link. Raises NotFound for what is not there, and for what somebody else's kind did."""
    with reading() as session:
        return _page(session, _found(session, sequence), eyes(session))


@blueprint.post("/<int:sequence>/unmask")
@rule("person.unmask")
def unmask(sequence: int) -> Any:
    """The same without masks; the look is a link itself."""
    access.by_command("person.unmask")
    with reading() as session:
        _found(session, sequence)
    try:
        seen_by = masking.unmask(
            runtime(), actor(), "audit", sequence, request.form.get("reason", ""), language()
        )
    except Refusal as refused:
        with reading() as session:
            page = _page(session, _found(session, sequence), eyes(session), refused.message(language()))
        return page, refused.status
    with reading() as session:
        return _page(session, _found(session, sequence), seen_by)


def _found(session: Session, sequence: int) -> Audit:
    found = one(session, actor(), sequence) if sequence < 2**62 else None
    if found is None:
        raise NotFound(what_zh="审计记录", what_en="The entry of the audit trail")
    access.require("audit.read", {"actor_roles": roles_of(session, found.actor)})
    return found


def _page(session: Session, found: Audit, seen_by: masking.Reader, error: str = "") -> str:
    [line] = told(session, seen_by, [found])
    [row] = list(checking.links(session, found.sequence - 1, found.sequence))
    before = session.get(Audit, found.sequence - 1)
    length, _hash = audit.head(session)
    whole = access.may("audit.export")
    return render_template(
        "auditing/link.html",
        line=line,
        row=found,
        fits=checking.digest(row) == found.hash,
        follows=found.previous == (before.hash if before else audit.GENESIS),
        unmasked=seen_by.unmasked,
        may_unmask=access.may("person.unmask"),
        error=error,
        older=found.sequence - 1 if whole and found.sequence > 1 else None,
        newer=found.sequence + 1 if whole and found.sequence < length else None,
    )
