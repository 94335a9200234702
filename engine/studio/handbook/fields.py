"""The fields of a form as a list to read: what is asked, of which kind, whether it must be answered, and its help."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.errors import Language
from engine.studio.comparing.words import type_name
from engine.studio.handbook.articles import articles
from engine.studio.handbook.words import label, say
from forms import Form
from forms.definition import Component

SILENT = frozenset(["separator", "spacer", "button", "image", "text", "documentPreview"])
HOLDERS = frozenset(["group", "dynamiclist"])
OPTIONS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Field:
    """One line of the list; `depth` counts the groups and lists around it, `head` marks those themselves."""

    depth: int
    head: bool
    label: str
    kind: str
    required: str
    hint: str


@dataclass(frozen=True, slots=True)
class FormPart:
    """A form with its fields; `steps` names where it is filled in."""

    id: str
    title: str
    fields: tuple[Field, ...]
    steps: tuple[str, ...] = ()


def form_part(form: Form, language: Language, steps: tuple[str, ...] = ()) -> FormPart:
    """A form as a list of its fields."""
    found = tuple(each for c in form.definition.components for each in _lines(c, language, 0))
    return FormPart(form.id, form.definition.title(language), found, steps)


def _lines(component: Component, language: Language, depth: int) -> Iterator[Field]:
    if component.type in SILENT:
        return
    head = component.type in HOLDERS
    if component.label(language) or not head:
        yield Field(
            depth,
            head,
            component.label(language),
            say(type_name(component.type), language),
            "" if component.type == "group" else _required(component, language),
            _hint(component, language),
        )
        depth += head
    for child in component.children:
        yield from _lines(child, language, depth)


def _required(component: Component, language: Language) -> str:
    if component.computed:
        return label("computed", language)
    if component.validate.get("required") is True or component.properties.get("must_be_true") == "true":
        return label("yes", language)
    if component.properties.get("required") or int(component.properties.get("min_rows") or 0):
        return label("sometimes" if component.properties.get("required") else "yes", language)
    return label("no", language)


def _hint(component: Component, language: Language) -> str:
    said = [component.text("description", language)]
    options = component.get("values")
    if isinstance(options, list) and 0 < len(options) <= OPTIONS_SHOWN:
        words = [_option(each, language) for each in options]
        said.append(label("options", language, options=("、" if language == "zh" else ", ").join(words)))
    if component.hide:
        said.append(label("shown_when", language))
    if article := component.properties.get("article"):
        said.append(
            f"{label('article', language)}{'：' if language == 'zh' else ': '}{articles(article, language)}"
        )
    return "\n".join(part for part in said if part)


def _option(option: object, language: Language) -> str:
    if not isinstance(option, dict):
        return str(option)
    english = option.get("label_en") if language == "en" else None
    return str(english or option.get("label") or option.get("value") or "")
