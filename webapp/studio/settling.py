"""A save that came second, beside what was saved first: what each changed, and the choice which of them stays."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from engine.store.studio import OPEN
from engine.studio.drafts import drafting, settling
from webapp import access
from webapp.access import actor, rule
from webapp.i18n import gettext as _
from webapp.names import people_names
from webapp.shared import reading, runtime
from webapp.studio.blueprint import blueprint
from webapp.studio.differing import between
from webapp.studio.editing import RevisionMissing, one_change

ACTION = drafting.ACTION


@blueprint.get("/changes/<int:change>/refused/<int:kept>/beside")
@rule(ACTION)
def two_saves(change: int, kept: int) -> str:
    """Mine against what is saved now, and both against what both began from. Raises NotFound, NotInChange."""
    access.require(ACTION)
    with reading() as session:
        row, mine = one_change(session, change), settling.kept_apart(session, change, kept)
        saved = drafting.draft(session, change, mine.file)
        base = settling.content_of(session, change, mine.file, mine.revision)
        apart = base is not None and mine.revision != saved.revision
        return render_template(
            "studio/two_saves.html",
            change=row,
            mine=mine,
            saved=saved,
            same=mine.content == saved.content,
            both=between(mine.file, saved.content, mine.content),
            theirs=between(mine.file, base, saved.content) if apart else None,
            ours=between(mine.file, base, mine.content) if apart else None,
            may=row.state in OPEN and mine.by == actor().login,
            people=people_names(session, [mine.by, saved.by]),
        )


@blueprint.post("/changes/<int:change>/refused/<int:kept>/beside")
@rule(ACTION)
def keep_mine(change: int, kept: int) -> Any:
    """Put the later save on top, as a new one. Raises what settling.keep_mine raises, and RevisionMissing."""
    access.require(ACTION)
    seen = request.form.get("seen", "")
    if not (seen.isascii() and seen.isdigit()):
        raise RevisionMissing()
    file = settling.keep_mine(runtime(), actor(), change, kept, int(seen))
    flash(_("已用您的内容存为新的一次保存；对方的内容仍在保存记录中。"))
    return redirect(url_for("studio.edit", change=change, file=file))
