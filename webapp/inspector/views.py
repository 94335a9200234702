"""Lists of instances with a name, kept where those of the inbox are; nobody else sees them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.errors import Refusal
from engine.inbox.models import OPERATIONS, InboxView
from engine.inspecting.finding import Wish
from engine.inspecting.finding import wishes as w
from webapp import access
from webapp.access import actor, rule
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.inspector import list_words
from webapp.inspector.blueprint import blueprint
from webapp.names import process_names
from webapp.shared import reading, runtime


def mine(session: Session) -> list[InboxView]:
    """The person's lists of instances by name."""
    own = select(InboxView).where(InboxView.login == actor().login, InboxView.tab == OPERATIONS)
    return list(session.scalars(own.order_by(InboxView.name)))


def around(session: Session, wish: Wish) -> dict[str, Any]:
    """The saved views beside a list, which of them it is, and whether it differs by now."""
    found = mine(session)
    view = next((view for view in found if view.id == wish.view), None)
    return {
        "views": [(view, address(view)) for view in found],
        "view": view,
        "changed": view is not None and dict(view.arguments) != wish.kept(),
    }


def address(view: InboxView) -> str:
    """The list that a view stands for."""
    return url_for("inspector.instances", **_wish(view).arguments(view=view.id))


def _wish(view: InboxView) -> Wish:
    return w.read({name: str(value) for name, value in view.arguments.items()})


@blueprint.post("/views")
@rule("instance.read")
def save_view() -> Any:
    """Keep the list as it is now: under a new name, or as the new content of the view that it began with."""
    access.require("instance.read")
    wish = w.read(request.form)
    try:
        handle = _keep(wish)
    except Refusal as refusal:
        flash(refusal.message(language()))
        return redirect(url_for("inspector.instances", **wish.arguments()))
    flash(_("视图已保存。"))
    return redirect(url_for("inspector.instances", **wish.arguments(view=handle)))


def _keep(wish: Wish) -> str:
    with reading() as session:
        before = next((view for view in mine(session) if view.id == wish.view), None)
    if before is not None and request.form.get("replace") == "1":
        commands.change_view(runtime(), actor(), before.id, content=(OPERATIONS, wish.kept(), []))
        return before.id
    return commands.save_view(runtime(), actor(), request.form.get("name", ""), OPERATIONS, wish.kept())


@blueprint.get("/views")
@rule("instance.read")
def saved_views() -> str:
    """All views of the person, to rename and to drop."""
    return _page()


@blueprint.post("/views/<handle>")
@rule("instance.read")
def change_view(handle: str) -> Any:
    """Rename a view or drop it. Raises NotFound for another's."""
    access.require("instance.read")
    try:
        if request.form.get("action") == "delete":
            commands.delete_view(runtime(), actor(), handle)
            flash(_("视图已删除。"))
        else:
            commands.change_view(runtime(), actor(), handle, name=request.form.get("name", ""))
            flash(_("视图已改名。"))
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _page(refusal.message(language())), refusal.status
    return redirect(url_for("inspector.saved_views"))


def _page(refusal: str = "") -> str:
    access.require("instance.read")
    with reading() as session:
        found = mine(session)
        processes = process_names(session, {_wish(view).process for view in found} - {""})
    return render_template(
        "inspector/views.html",
        views=[(view, list_words.in_words(_wish(view), processes, {}), address(view)) for view in found],
        refusal=refusal,
        has_errors=bool(refusal),
    )
