"""What is shown and not filled in: text, table, expression, image, separator, spacer, button; and containers."""

import re
from collections.abc import Mapping
from typing import Any

from engine import feel
from forms import markdown, templates
from forms.components.base import ComponentType, Report, Situation
from forms.definition import Component
from forms.expressions import is_feel
from forms.viewmodel import ColumnView, RowView

MAX_TABLE_ROWS = 1000
_IMAGE = re.compile(r"/(?!/)[^\s\"'<>]*|data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+")


class Silent(ComponentType):
    """separator, spacer, button: nothing but their label."""

    keyed = False


class Group(ComponentType):
    """Keeps components together; its `path` nests their data."""

    keyed = False
    container = True


class DynamicList(ComponentType):
    """A list of rows, each with the same components."""

    container = True

    def empty(self) -> list[Any]:
        """No rows."""
        return []

    def is_empty(self, value: Any) -> bool:
        """No rows were given."""
        return not value


class Text(ComponentType):
    """Markdown with FEEL in it; what the FEEL gives is shown literally, never as formatting."""

    keyed = False

    def view(self, at: Situation, value: Any, raw: Any) -> dict[str, Any]:
        """The HTML, safe to stand in a page."""
        source = at.component.text("text", at.language)
        if is_feel(source):
            filled = markdown.literal(templates.render(source, at.scope, at.evaluator, at.language))
        else:
            filled = templates.render(source, at.scope, at.evaluator, at.language, markdown.literal)
        html = markdown.to_html(filled)
        return {"html": html, "text": html.striptags()}


class Expression(ComponentType):
    """A value computed on the server; what a body says about it is ignored."""

    def convert(self, component: Component, raw: Any) -> None:
        """Nothing: the body has no say."""
        return

    def accepts_computed(self, component: Component, value: Any) -> Any:
        """The FEEL result as JSON."""
        return feel.to_json(value)

    def view(self, at: Situation, value: Any, raw: Any) -> dict[str, Any]:
        """The value in words."""
        return {"text": templates.told(value, at.language), "value": templates.written(value, at.language)}

    def lint(self, component: Component, report: Report) -> None:
        """No expression."""
        if not is_feel(component.get("expression")):
            report("FORM_FEEL", "expression 应为以 = 开头的 FEEL", "expression is FEEL that begins with =")


class Table(ComponentType):
    """A table to read: `dataSource` gives a list of entries, `columns` their keys and labels."""

    keyed = False

    def view(self, at: Situation, value: Any, raw: Any) -> dict[str, Any]:
        """Columns and rows of text."""
        source = at.component.get("dataSource")
        entries = at.setting(source) if is_feel(source) else at.scope.get(source) if source else None
        columns = tuple(_columns(at))
        rows = tuple(
            RowView(
                number,
                "",
                (),
                tuple(templates.told(entry.get(column.key), at.language) for column in columns),
            )
            for number, entry in enumerate((entries if isinstance(entries, list) else [])[:MAX_TABLE_ROWS])
            if isinstance(entry, Mapping)
        )
        return {"columns": columns, "rows": rows}

    def lint(self, component: Component, report: Report) -> None:
        """No data source or no columns."""
        if not component.get("dataSource"):
            report("FORM_VALUES", "表格没有 dataSource", "the table has no dataSource")
        if not component.get("columns") and not is_feel(component.get("columnsExpression")):
            report("FORM_VALUES", "表格没有列", "the table has no columns")


def _columns(at: Situation) -> list[ColumnView]:
    entries = at.setting(at.component.get("columnsExpression")) or at.component.get("columns")
    listed = [entry for entry in (entries if isinstance(entries, list) else []) if isinstance(entry, Mapping)]
    label = "label_en" if at.language == "en" else "label"
    return [
        ColumnView(str(c.get("key", "")), str(c.get(label) or c.get("label") or c.get("key", "")))
        for c in listed
    ]


class Image(ComponentType):
    """A picture from this site or embedded as a data URL; any other source is not shown."""

    keyed = False

    def view(self, at: Situation, value: Any, raw: Any) -> dict[str, Any]:
        """Source and alternative text."""
        source = at.setting(at.component.get("source"))
        alt = templates.render(at.component.text("alt", at.language), at.scope, at.evaluator, at.language)
        return {"source": source if isinstance(source, str) and _IMAGE.fullmatch(source) else "", "alt": alt}

    def lint(self, component: Component, report: Report) -> None:
        """A source outside this site; no alternative text."""
        source = component.get("source")
        if source and not is_feel(source) and not _IMAGE.fullmatch(str(source)):
            report(
                "FORM_IMAGE",
                "图片只能来自本站（以 / 开头）或 data:image",
                "an image comes from this site (begins with /) or is data:image",
            )
        if not component.get("alt"):
            report("FORM_LABEL", "图片没有替代文字 alt", "the image has no alternative text")
