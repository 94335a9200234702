"""Lists with a name: saved, opened first, renamed, dropped; and which columns a person sees in which order."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import commands
from engine.commands.views import own_view
from engine.errors import Refusal
from engine.inbox.models import OPERATIONS, InboxPreference, InboxView
from engine.store.people import Account
from webapp import access
from webapp.access import actor, rule
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.inbox import columns, filters, words
from webapp.inbox.asked import known
from webapp.inbox.blueprint import blueprint
from webapp.names import process_names, step_names
from webapp.shared import reading, runtime

_OWN = (
    select(InboxView, InboxPreference)
    .select_from(Account)
    .outerjoin(InboxView, (InboxView.login == Account.login) & (InboxView.tab != OPERATIONS))
    .outerjoin(InboxPreference, InboxPreference.login == Account.login)
    .where(Account.login == bindparam("login"))
    .order_by(InboxView.name)
)


def mine(session: Session) -> list[InboxView]:
    """The person's views by name."""
    return of_person(session)[0]


def preference(session: Session) -> InboxPreference:
    """How the person likes lists; what is usual where nothing was chosen."""
    return of_person(session)[1]


def of_person(session: Session) -> tuple[list[InboxView], InboxPreference]:
    """Both in one statement."""
    rows = session.execute(_OWN, {"login": actor().login}).all()
    likes = rows[0][1] if rows else None
    usual = InboxPreference(login=actor().login, columns=[], next_task=False)
    return [view for view, _likes in rows if view is not None], likes or usual


def address(view: InboxView) -> str:
    """The list that a view stands for; what it filters by stands in the address, so that it can be passed on."""
    wished = filters.read({name: str(value) for name, value in view.arguments.items()})
    return url_for("inbox.listing", tab=view.tab, **wished.arguments(view=view.id))


@blueprint.post("/inbox/<tab>/views")
@rule("inbox.own")
def save_view(tab: str) -> Any:
    """Keep the list as it is now: under a new name, or as the new content of the view that it began with."""
    tab = known(tab)
    wished = filters.read(request.form)
    access.by_command("inbox.own")
    back = url_for("inbox.listing", tab=tab, **wished.arguments())
    try:
        handle = _keep(tab, wished)
    except Refusal as refusal:
        flash(refusal.message(language()))
        return redirect(back)
    flash(_("视图已保存。"))
    return redirect(url_for("inbox.listing", tab=tab, **wished.arguments(view=handle)))


def _keep(tab: str, wished: filters.Filters) -> str:
    with reading() as session:
        own = {view.id: view for view in mine(session)}
    before = own.get(wished.view)
    wide = before.columns if before else []
    if request.form.get("replace") == "1" and before is not None:
        commands.change_view(runtime(), actor(), before.id, content=(tab, wished.kept(), wide))
        return before.id
    return commands.save_view(
        runtime(),
        actor(),
        request.form.get("name", ""),
        tab,
        wished.kept(),
        wide,
        default=request.form.get("default") == "1",
    )


@blueprint.get("/inbox/views")
@rule("inbox.own")
def views() -> str:
    """All views of the person, to rename, to open first, to drop."""
    return _views()


@blueprint.post("/inbox/views/<handle>")
@rule("inbox.own")
def change_view(handle: str) -> Any:
    """Rename a view, let it open first or no longer, or drop it. Raises NotFound for another's."""
    access.by_command("inbox.own")
    action = request.form.get("action", "")
    try:
        if action == "delete":
            commands.delete_view(runtime(), actor(), handle)
            flash(_("视图已删除。"))
        elif action == "rename":
            commands.change_view(runtime(), actor(), handle, name=request.form.get("name", ""))
            flash(_("视图已改名。"))
        elif action in ("default", "not_default"):
            commands.change_view(runtime(), actor(), handle, default=action == "default")
            flash(
                _("打开待办时将先显示这个视图。") if action == "default" else _("打开待办时将显示全部待办。")
            )
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _views(refusal.message(language())), refusal.status
    return redirect(url_for("inbox.views"))


def _views(refusal: str = "") -> str:
    access.require("inbox.own", {"login": actor().login})
    with reading() as session:
        found = mine(session)
        read = {view.id: filters.read({k: str(v) for k, v in view.arguments.items()}) for view in found}
        processes = process_names(session, {wished.process for wished in read.values()} - {""})
        steps = step_names(session)
    return render_template(
        "inbox/views.html",
        views=[
            (view, words.tab_name(view.tab), words.in_words(read[view.id], processes, steps), address(view))
            for view in found
        ],
        refusal=refusal,
        has_errors=bool(refusal),
    )


@blueprint.get("/inbox/columns")
@rule("inbox.own")
def choose_columns() -> str:
    """Which columns are shown in which order: everywhere, or with `?view=` in that view. Raises NotFound."""
    access.require("inbox.own", {"login": actor().login})
    with reading() as session:
        view = _asked(session)
        likes = preference(session)
    now_shown = columns.shown(view.columns if view else [], likes.columns)
    rest = [name for name in columns.COLUMNS if name not in now_shown]
    return render_template(
        "inbox/columns.html",
        view=view,
        listed=[
            (n, name, columns.label(name), name in now_shown) for n, name in enumerate((*now_shown, *rest), 1)
        ],
        fixed=columns.STEP,
        next_task=likes.next_task,
        back=address(view) if view else url_for("inbox.listing"),
    )


@blueprint.post("/inbox/columns")
@rule("inbox.own")
def keep_columns() -> Any:
    """Keep the columns of a view or of the person, or go back to the usual ones. Raises NotFound."""
    access.by_command("inbox.own")
    wanted = [] if request.form.get("action") == "usual" else columns.chosen(request.form)
    with reading() as session:
        view = _asked(session)
    if view is not None:
        content = (view.tab, view.arguments, wanted)
        commands.change_view(runtime(), actor(), view.id, content=content)
        return redirect(address(view))
    commands.prefer(runtime(), actor(), columns=wanted)
    flash(_("列设置已保存。"))
    return redirect(url_for("inbox.listing"))


def _asked(session: Session) -> InboxView | None:
    handle = request.values.get("view", "")
    return own_view(session, actor(), handle) if handle else None


@blueprint.post("/inbox/next")
@rule("inbox.own")
def prefer_next() -> Any:
    """Let the next task open by itself after a submission, or no longer; then back to where one was."""
    access.by_command("inbox.own")
    on = request.form.get("on") == "1"
    commands.prefer(runtime(), actor(), next_task=on)
    flash(_("提交后将自动打开下一项。") if on else _("提交后不再自动打开下一项。"))
    done = request.form.get("done", "")
    if done.isascii() and done.isdigit() and len(done) < 16:
        return redirect(url_for("tasks.done", id=int(done), list=request.form.get("list") or None))
    return redirect(url_for("inbox.choose_columns"))
