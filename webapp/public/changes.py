"""Announcements after recognition: consents to renamings (article 12), decisions of revocation (article 11)."""

from flask import render_template

from engine.programme import public
from engine.programme.revocations.operations import GROUNDS, GROUNDS_EN
from webapp.access import everyone
from webapp.caching import cacheable
from webapp.i18n import pick
from webapp.public.blueprint import OPEN, blueprint
from webapp.shared import public_reading as reading


@blueprint.get("/renamings")
@everyone(OPEN)
@cacheable
def renamings() -> str:
    """Notices of consent to renamings."""
    with reading() as session:
        return render_template("public/renamings.html", rows=public.renamings(session))


@blueprint.get("/renamings/<int:id>")
@everyone(OPEN)
@cacheable
def renaming(id: int) -> str:
    """One notice with its old and new names. Raises NotFound."""
    with reading() as session:
        return render_template("public/renaming.html", renaming=public.renaming(session, id))


@blueprint.get("/revocations")
@everyone(OPEN)
@cacheable
def revocations() -> str:
    """Decisions by which titles ended."""
    with reading() as session:
        return render_template("public/revocations.html", rows=public.revocations(session))


@blueprint.get("/revocations/<int:id>")
@everyone(OPEN)
@cacheable
def revocation(id: int) -> str:
    """One decision: names and the ground of article 11, and nothing of the case. Raises NotFound."""
    with reading() as session:
        found = public.revocation(session, id)
    article, zh = GROUNDS[found.ground] if found.ground else ("", "")
    words = pick(zh, GROUNDS_EN.get(found.ground or 0))
    return render_template("public/revocation.html", revocation=found, article=article, ground=words)
