"""The addresses of filling in: one section, autosave, the answers to check, the print.

Every save goes through `keeping.keep`: it replaces only what this page showed, and what two tabs have both changed
is told instead of overwritten.
"""

from collections.abc import Mapping
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for

from engine.clock import BUSINESS_ZONE
from engine.errors import Refusal
from webapp import access, files, shell
from webapp.access import rule
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.tasks import changes, keeping, pages, reading, rows
from webapp.tasks.blueprint import blueprint
from webapp.tasks.keeping import Kept, Memory
from webapp.tasks.opened import Opened, opened
from webapp.tasks.refused import refused

Answer = Any
BACK, SAVE, CONTINUE = "back", "save", "continue"
CHOICE = "_choose:"


@blueprint.get("/<int:id>/sections/<slug>")
@rule("task.read")
def section(id: int, slug: str) -> Answer:
    """One section of a long form. Raises NotFound; a task that one does not hold shows its own page instead."""
    page = reading.load(id, with_file=False)
    if not page.mine or page.opened.expired:
        return redirect(url_for("tasks.show", id=id))
    return pages.section(page, slug, page.kept())


@blueprint.post("/<int:id>/sections/<slug>")
@rule("task.draft")
@files.takes_files()
def save_section(id: int, slug: str) -> Answer:
    """Keep a section, then go on: to the next one, back, to the list, or to the conflict that it met."""
    task = opened(id)
    access.by_command("task.draft")
    body = decoded(task, chosen=True)
    action = request.form.get("_action", CONTINUE)
    if action.startswith(rows.ACTIONS):
        changed, errors = rows.apply(task, body, request.form)
        data = {**task.kept(), **changed}
        return pages.section(reading.load(id, with_file=False), slug, data, errors, memory=keeping.carried())
    try:
        kept = keeping.keep(task, body, slug)
    except Refusal as refusal:
        return refused(id, body, refusal)
    if kept.conflicts:
        return pages.conflict(task, slug, kept, pairs()), 409
    return _onward(task, slug, action, kept)


@blueprint.post("/<int:id>/draft")
@rule("task.draft")
def draft(id: int) -> Answer:
    """Keep what was typed so far, and answer what of the form changes by it. For scripts; nothing depends on it."""
    task = opened(id)
    access.by_command("task.draft")
    slug = request.form.get("_section") or None
    try:
        kept = keeping.keep(task, decoded(task), slug)
    except Refusal as refusal:
        return _fragment("tasks/not_kept.html", refusal.status, message=refusal.message(language()))
    data, before = {**(task.limits.base or {}), **kept.shown}, request.form.get(changes.SHOWN, "")
    stamp, saved = changes.stamp(task, data), kept.saved.at.astimezone(BUSINESS_ZONE)
    if changes.unmoved(before, stamp) and not kept.conflicts:
        return _fragment("tasks/kept_only.html", 200, saved=saved, memory=kept.memory)
    files.page(task.purpose)  # a field of files may appear by an answer
    view = task.view(data, section=slug)
    parts, fields = changes.to_redraw(view, before) if view else ([], [])
    return _fragment(
        "tasks/kept.html",
        409 if kept.conflicts else 200,
        saved=saved,
        sections=parts,
        fields=fields,
        shown=changes.shown(view, stamp) if view else "",
        memory=kept.memory,
        differing=pages.differing(task, kept) if kept.conflicts else [],
    )


@blueprint.get("/<int:id>/check")
@rule("task.read")
def check(id: int) -> Answer:
    """All answers to read before they are sent. Raises NotFound."""
    page = reading.load(id, with_file=False)
    if not page.mine or not page.opened.sectioned or page.opened.expired:
        return redirect(url_for("tasks.show", id=id))
    return pages.check(page, page.kept())


@blueprint.get("/<int:id>/print")
@rule("task.read")
def print_view(id: int) -> Answer:
    """The form with what is kept or was sent, to print; with `?blank=1` empty. Raises NotFound."""
    return pages.printed(reading.load(id, with_file=False), blank=bool(request.args.get("blank")))


def decoded(task: Opened, *, chosen: bool = False) -> dict[str, Any]:
    """The answers that the page sent; after a conflict without those for which the other side was chosen."""
    if task.form is None:
        return {}
    given = files.take(task.purpose)
    theirs = {
        name.removeprefix(CHOICE) for name, value in given if name.startswith(CHOICE) and value == "theirs"
    }
    body = task.form.decode((name, value) for name, value in given if not name.startswith(CHOICE))
    return {key: value for key, value in body.items() if not (chosen and key in theirs)}


def _onward(task: Opened, slug: str, action: str, kept: Kept) -> Answer:
    id, data = task.task.id, {**(task.limits.base or {}), **kept.saved.data}
    if action == SAVE and not files.problems():
        flash(_("已保存。提交之前不算完成。"))
        return redirect(url_for("tasks.show", id=id))
    found = task.survey(data)
    order = pages.wanted(task, found)
    place = order.index(slug) if slug in order else 0
    if action == BACK and not files.problems():
        return redirect(_page(id, order[place - 1]) if place else url_for("tasks.show", id=id))
    errors = [*files.problems(), *found.of(slug)]
    if errors:
        memory = Memory(kept.memory.page, kept.memory.base, kept.memory.serial + 1)
        page = reading.load(id, with_file=False)
        return pages.section(page, slug, data, errors, memory=memory), 422
    if request.form.get("_back") == "check" or place + 1 >= len(order):
        return redirect(url_for("tasks.check", id=id))
    return redirect(_page(id, order[place + 1]))


def _page(id: int, slug: str) -> str:
    return url_for("tasks.section", id=id, slug=slug)


def pairs() -> list[tuple[str, str]]:
    """What the page sent, to be sent again with the choice: all but the page's own values."""
    own = {"csrf_token", changes.SHOWN, keeping.PAGE, keeping.BASE, keeping.SERIAL}
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in own and not name.startswith(CHOICE)
    ]


def _fragment(template: str, status: int, **facts: Mapping[str, Any] | Any) -> Answer:
    """A piece of a page for scripts; the header tells it from any other answer, such as the sign-in page."""
    shell.leave_out()
    answer = make_response(render_template(template, **facts), status)
    answer.headers["Luzhi-Draft"] = "refused" if template == "tasks/not_kept.html" else "kept"
    return answer
