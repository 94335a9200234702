"""Phrases for opinions: my own, and those of my office, which its head keeps."""

from typing import Any

from flask import flash, redirect, render_template, url_for

from engine import commands
from engine.collaboration.people import office_of
from engine.collaboration.phrases import LONGEST, usable
from engine.errors import NotAllowed, Refusal
from webapp import access
from webapp.access import actor, rule
from webapp.collaboration.blueprint import blueprint
from webapp.collaboration.saying import given
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.shared import reading, runtime


@blueprint.get("/phrases")
@rule("phrase.own")
def phrase_list() -> str:
    """The phrases that I may insert; mine and, for a head, the office's may be changed here."""
    return _page()


@blueprint.post("/phrases")
@rule("phrase.own")
def add_phrase() -> Any:
    """Add one. What was typed survives a refusal."""
    access.by_command("phrase.own")
    try:
        commands.add_phrase(runtime(), actor(), given("text"), given("office") or None)
    except NotAllowed:
        raise
    except Refusal as refusal:
        return _page(given("text"), refusal.message(language())), refusal.status
    flash(_("常用语已保存。"))
    return redirect(url_for("collaboration.phrase_list"))


@blueprint.post("/phrases/<int:id>/remove")
@rule("phrase.own")
def remove_phrase(id: int) -> Any:
    """Remove one. Raises NotFound for another's."""
    access.by_command("phrase.own")
    commands.remove_phrase(runtime(), actor(), id)
    flash(_("常用语已删除。"))
    return redirect(url_for("collaboration.phrase_list"))


def _page(text: str = "", refusal: str = "") -> str:
    access.require("phrase.own", {"login": actor().login})
    with reading() as session:
        rows = usable(session, actor())
    offices = [
        code for code in sorted(office_of(actor())) if access.may("phrase.share", {"organisation": code})
    ]
    return render_template(
        "collaboration/phrases.html",
        mine=[row for row in rows if row.login],
        shared=[(row, access.may("phrase.share", row)) for row in rows if not row.login],
        offices=offices,
        text=text,
        refusal=refusal,
        longest=LONGEST,
        has_errors=bool(refusal),
    )
