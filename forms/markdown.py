"""The markdown subset of text components as safe HTML: no raw HTML, no images, links only where they may lead."""

import re

from markdown_it import MarkdownIt
from markupsafe import Markup

_LINK = re.compile(r"(?:https?://|mailto:|/(?!/)|#)[^\s]*", re.IGNORECASE)
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def _renderer() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")
    markdown.disable(["image", "html_block", "html_inline", "reference", "code"])
    markdown.validateLink = lambda url: _LINK.fullmatch(url) is not None  # type: ignore[method-assign]
    return markdown


_MARKDOWN = _renderer()


def to_html(text: str) -> Markup:
    """Markdown as HTML that may stand in a page as it is."""
    return Markup(_MARKDOWN.render(text.replace("\x00", "")).strip())  # noqa: S704 - raw HTML is switched off


def literal(text: str) -> str:
    """Text that markdown shows exactly as it is: what people typed is never formatting."""
    return "\n".join(_PUNCTUATION.sub(r"\\\1", line.strip()) for line in text.splitlines())
