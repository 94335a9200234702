"""Two languages. Chinese is the language of the sources, so the English catalogue is the only one there is.

The catalogue is read from its .po file when it is first needed; there is no compiled copy to forget.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from flask import Flask, current_app, has_request_context, request
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from engine.errors import Language

TRANSLATIONS = Path(__file__).parent / "translations"
LANGUAGE_COOKIE = "luzhi_language"
_KNOWN = "luzhi.language"
LANGUAGES: dict[Language, str] = {"zh": "zh-CN", "en": "en"}


@cache
def _english() -> Mapping[str, str]:
    """What each Chinese text is in English; a text without English is not among them."""
    with (TRANSLATIONS / "en.po").open("rb") as file:
        return {
            str(entry.id): str(entry.string)
            for entry in read_po(file)
            if entry.id and entry.string and not entry.fuzzy
        }


def gettext(text: str, /, **values: Any) -> str:
    """A text of our own in the language of the request, with these values in the place of their names.

    Modules import it as `_`: by that name the extractor finds what is to be translated.
    """
    said = _english().get(text, text) if language() == "en" else text
    return said % values if values else said


def language() -> Language:
    """The language of this request: what the visitor chose, else Chinese."""
    if not has_request_context():
        return "zh"
    environ = request.environ
    known: Language | None = environ.get(_KNOWN)  # a page of a list asks hundreds of times
    if known is None:
        known = "en" if request.cookies.get(bound(LANGUAGE_COOKIE)) == "en" else "zh"
        environ[_KNOWN] = known
    return known


def bound(cookie: str) -> str:
    """The name of a cookie: over HTTPS no other host and no plain connection can set it (`__Host-`)."""
    return f"__Host-{cookie}" if current_app.config["HTTPS"] else cookie


def pick(zh: str | None, en: str | None) -> str:
    """Of a text that is stored in both languages, the one of this request; Chinese where English is missing."""
    return (en if language() == "en" and en else zh) or ""


def init_app(app: Flask) -> None:
    """Tell templates the language and the texts."""
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"] = _said
    app.context_processor(_for_templates)


@pass_context
def _said(context: Context, text: str, /, **values: Any) -> str:
    """`_` of the templates, whose texts and values become HTML."""
    said = _english().get(text, text) if (context.get("language") or language()) == "en" else text
    if context.eval_ctx.autoescape:
        said = Markup(said)  # noqa: S704 – a text of our own templates or catalogue; its values are escaped below
    return said % values if values or "%" in said else said


def _for_templates() -> dict[str, Any]:
    return {"language": language(), "html_lang": LANGUAGES[language()], "pick": pick}
