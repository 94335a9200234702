"""Two languages. Chinese is the language of the sources, so the English catalogue is the only one there is.

The catalogue is read from its .po file when it is first needed; there is no compiled copy to forget.
"""

from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, has_request_context, request
from flask_babel import Babel, Domain, get_locale
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from engine.errors import Language

TRANSLATIONS = Path(__file__).parent / "translations"
LANGUAGE_COOKIE = "luzhi_language"
_KNOWN = "luzhi.language"
LANGUAGES: dict[Language, str] = {"zh": "zh-CN", "en": "en"}


class Catalogue(Domain):
    """Messages straight from `translations/<language>.po`; a language without a file shows the source text."""

    def get_translations(self) -> NullTranslations:
        """The messages of the request's language."""
        return _read(str(get_locale() or "zh"))


class TwoLanguages(Babel):
    """Flask-Babel with our catalogue."""

    @property
    def domain_instance(self) -> Domain:
        """The one catalogue."""
        return Catalogue()


@lru_cache
def _read(locale: str) -> NullTranslations:
    file = TRANSLATIONS / f"{locale.split('_')[0]}.po"
    if not file.exists():
        return NullTranslations()
    compiled = BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source))
    compiled.seek(0)
    return Translations(compiled)


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
    """Set up Flask-Babel with our catalogue and tell templates the language."""
    TwoLanguages(
        app,
        default_locale="zh_Hans_CN",
        locale_selector=lambda: "en" if language() == "en" else "zh_Hans_CN",
        default_timezone="Asia/Shanghai",
    )
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"] = _said
    app.context_processor(_for_templates)


@pass_context
def _said(context: Context, text: str, /, **values: Any) -> str:
    """`_` of the templates: as Flask-Babel's, without three calls between; a page of a list has hundreds."""
    said = _read("en").gettext(text) if (context.get("language") or language()) == "en" else text
    if context.eval_ctx.autoescape:
        said = Markup(said)  # noqa: S704 – a text of our own templates or catalogue; its values are escaped below
    return said % values if values or "%" in said else said


def _for_templates() -> dict[str, Any]:
    return {"language": language(), "html_lang": LANGUAGES[language()], "pick": pick}
