"""Settled answers as the view model: what a page, a print or a check-answers list shows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.errors import Language
from forms.components import TYPES, Situation
from forms.definition import Component, Definition
from forms.errors import FieldError
from forms.expressions import Evaluator
from forms.paths import BLANK_INDEX, Path, get_in, id_of, name_of
from forms.rules import Rules, least_rows, most_rows
from forms.settle import Place, Settlement, Settler
from forms.templates import render
from forms.viewmodel import ColumnView, ErrorView, FieldView, FormView, RowView, SectionView

MAX_TYPED = 20_000


class Viewer:
    """Builds the view of one set of answers in one language."""

    def __init__(
        self,
        definition: Definition,
        settler: Settler,
        evaluator: Evaluator,
        typed: Mapping[Path, str],
        errors: Sequence[FieldError],
        *,
        readonly: bool,
        language: Language,
    ) -> None:
        self._definition, self._settler, self._evaluator, self._typed = definition, settler, evaluator, typed
        self._rules = Rules(evaluator, {})
        self._errors, self._readonly, self._language = errors, readonly, language
        self._error_texts: dict[str, list[str]] = {}
        for error in errors:
            self._error_texts.setdefault(error.path, []).append(error.zh if language == "zh" else error.en)

    def form(self, settlement: Settlement) -> FormView:
        """The whole form."""
        parts = self._parts(settlement.places)
        sections = tuple(self._section(*part) for part in parts if _says_something(part[2]))
        return FormView(
            self._definition.id,
            self._definition.title(self._language),
            sections,
            tuple(self._summary(settlement)),
            self._readonly,
        )

    def _summary(self, settlement: Settlement) -> Iterator[ErrorView]:
        anchors = {name_of(place.path): id_of(place.path) for place in settlement.walk()}
        for error in self._errors:
            zh = self._language == "zh"
            label, message = (
                (error.label_zh, error.zh) if zh else (error.label_en or error.label_zh, error.en)
            )
            yield ErrorView(error.path, anchors.get(error.path, ""), label, message)

    def _parts(self, places: list[Place]) -> Iterator[tuple[Place | None, str, list[Place]]]:
        """(heading place, title, places): a top-level group is a section; so is a run with one `section`."""
        run: list[Place] = []
        title, head = "", None
        for place in places:
            named = self._property(place.component, "section")
            if place.component.type == "group":
                yield head, title, run
                yield place, self._label(place), place.children
                run, title, head = [], "", None
            elif named and named != title:
                yield head, title, run
                run, title, head = [place], named, place
            else:
                run.append(place)
                head = head or place
        yield head, title, run

    def _section(self, head: Place | None, title: str, places: list[Place]) -> SectionView:
        fields = tuple(self.field(place) for place in places)
        is_group = head is not None and head.component.type == "group"
        identity = id_of((head.component.id,)).replace("f-", "s-", 1) if head else "s"
        return SectionView(
            identity,
            title,
            self._help(head) if head and is_group else "",
            all(field.hidden for field in fields),
            fields,
            sum(_error_count(field) for field in fields),
        )

    def field(self, place: Place) -> FieldView:
        """One component."""
        component, html_id = place.component, id_of(place.path)
        at = Situation(component, place.scope, self._evaluator, html_id, self._language)
        name = name_of(place.path)
        help_text, error = self._help(place), "；".join(self._error_texts.get(name, ()))
        promised = component.type == "checkbox" and component.properties.get("must_be_true") == "true"
        attributes: dict[str, Any] = {
            "help": help_text,
            "required": TYPES[component.type].keyed and not place.readonly and self._rules.required(place),
            "readonly": self._readonly or place.readonly,
            "hidden": place.hidden or _is_silent(component),
            "error": error,
            "prefix": self._adorner(place, "prefixAdorner"),
            "suffix": self._adorner(place, "suffixAdorner"),
            "described_by": " ".join(
                [
                    *([f"{html_id}-help"] if help_text or component.properties.get("article") else []),
                    *([f"{html_id}-error"] if error else []),
                ]
            ),
            "article": component.properties.get("article", ""),
            "must_be_true": promised,
            "computed": component.computed is not None,
            "width": _width(component),
        }
        attributes.update(TYPES[component.type].view(at, place.value, self._typed.get(place.path)))
        if component.type == "group":
            attributes["fields"] = tuple(self.field(child) for child in place.children)
        elif component.type == "dynamiclist":
            attributes.update(self._list(place))
        return FieldView(component.type, html_id, name, name, self._label(place), **attributes)

    def _list(self, place: Place) -> dict[str, Any]:
        rows = tuple(self._row(place, number, row) for number, row in enumerate(place.row_places))
        blank = self._row(place, BLANK_INDEX, self._settler.blank_row(place))
        most, open_ = most_rows(place.component), not (self._readonly or place.readonly)
        changeable = open_ and place.component.get("allowAddRemove", True) is not False
        return {
            "columns": tuple(
                ColumnView(f.name.rpartition("].")[2], f.label, f.suffix, f.required)
                for f in _columns(blank.fields)
            ),
            "rows": rows,
            "blank": blank if changeable and BLANK_INDEX not in place.path else None,
            "can_add": changeable and (most is None or len(rows) < most),
            "can_remove": changeable and len(rows) > least_rows(place.component),
            "value": [],
        }

    def _row(self, place: Place, index: int | str, places: list[Place]) -> RowView:
        fields = tuple(self.field(child) for child in places)
        texts = tuple("" if field.hidden else field.text for field in _columns(fields))
        return RowView(index, name_of((*place.path, index)), fields, texts)

    def _label(self, place: Place) -> str:
        component = place.component
        named = _is_labelled(component) or (component.path and component.type not in ("expression", "group"))
        label = component.label(self._language) if named else ""
        return render(label, place.scope, self._evaluator, self._language)

    def _help(self, place: Place) -> str:
        return render(
            place.component.text("description", self._language), place.scope, self._evaluator, self._language
        )

    def _adorner(self, place: Place, name: str) -> str:
        text = place.component.appearance.get(name)
        return render(text, place.scope, self._evaluator, self._language) if isinstance(text, str) else ""

    def _property(self, component: Component, name: str) -> str:
        english = component.properties.get(f"{name}_en") if self._language == "en" else None
        return english or component.properties.get(name, "")


def typed_texts(body: Mapping[str, Any], paths: Sequence[Path]) -> dict[Path, str]:
    """What was typed where a value could not be read, so that the page can show it again."""
    found = {}
    for path in paths:
        raw = get_in(body, path)
        if isinstance(raw, str):
            found[path] = raw[:MAX_TYPED]
    return found


def _columns(fields: Sequence[FieldView]) -> Iterator[FieldView]:
    """The fields of a row that make columns, those inside groups included."""
    for field in fields:
        if field.kind == "group":
            yield from _columns(field.fields)
        elif TYPES[field.kind].keyed and (field.label or field.kind != "expression"):
            yield field


def _error_count(field: FieldView) -> int:
    inner = sum(_error_count(f) for f in field.fields) + sum(
        _error_count(f) for r in field.rows for f in r.fields
    )
    return inner + bool(field.error)


def _is_labelled(component: Component) -> bool:
    return bool(component.get(component.label_attribute))


def _is_silent(component: Component) -> bool:
    """An expression without a label is computed and stored, and not shown."""
    return component.type == "expression" and not _is_labelled(component)


def _says_something(places: Sequence[Place]) -> bool:
    return any(place.component.type not in ("separator", "spacer", "button") for place in places)


def _width(component: Component) -> int:
    layout = component.get("layout")
    columns = layout.get("columns") if isinstance(layout, Mapping) else None
    return columns if isinstance(columns, int) and 1 <= columns <= 16 else 0
