"""The parts of the operations desk, as the tabs of its pages; each for whoever may see it."""

from collections.abc import Callable
from typing import Any

from flask import url_for

from engine import policy
from engine.operating import words
from webapp.access import actor
from webapp.i18n import gettext as _
from webapp.i18n import language, pick
from webapp.inspector.blueprint import blueprint
from webapp.shared import runtime


def tabs() -> list[tuple[str, str, str]]:
    """Key, label and address of every part that the person may see."""
    known: tuple[tuple[str, str, str], ...] = (
        ("overview", _("概况"), "instance.read"),
        ("instances", _("流程实例"), "instance.read"),
        ("incidents", _("故障"), "incident.read"),
        ("outbox", _("外发"), "operation.read"),
        ("timers", _("各项期限"), "operation.read"),
        ("jobs", _("后台工作"), "operation.read"),
        ("batches", _("批量办理"), "batch.operate"),
    )
    who = actor()
    return [
        (key, label, url_for(f"inspector.{key}")) for key, label, right in known if policy.ever(who, right)
    ]


def plain(code: str) -> str:
    """A code of the machinery (a type of incident, a kind of effect, a verb) in the page's language."""
    verb = runtime().verbs.get(code)
    return pick(verb.zh, verb.en) if verb is not None else words.said(code, language())


@blueprint.context_processor
def _for_templates() -> dict[str, Callable[..., Any]]:
    return {"operations_tabs": tabs, "in_plain_words": plain}
