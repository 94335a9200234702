"""Settled answers as the view model: what a page, a print or a check-answers list shows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.errors import Language
from forms import fixed
from forms.components import TYPES, Situation
from forms.components.files import file_view
from forms.definition import EMPTY, Component, Definition
from forms.errors import FieldError
from forms.expressions import Evaluator
from forms.files import FileFacts
from forms.hints import Hint
from forms.paths import BLANK_INDEX, Path, get_in, id_of, name_of
from forms.rules import Rules, least_rows, most_rows
from forms.sections import Section
from forms.settle import Place, Settlement, Settler
from forms.templates import render
from forms.totals import totals
from forms.units import named
from forms.viewmodel import ColumnView, ErrorView, FieldView, FormView, RowView, SectionView

MAX_TYPED = 20_000
MAX_COLUMNS = 8  # more do not fit beside each other
_WIDE = frozenset({"filepicker", "dynamiclist", "checklist", "taglist"})


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
        files: Mapping[str, FileFacts] | None = None,
        before: Mapping[str, Any] | None = None,
        hints: Sequence[Hint] = (),
        section_of: Mapping[str, str] = EMPTY,
    ) -> None:
        self._definition, self._settler, self._evaluator, self._typed = definition, settler, evaluator, typed
        self._rules = Rules(evaluator, {})
        self._errors, self._readonly, self._language = errors, readonly, language
        self._files, self._before, self._section_of = files, before, section_of
        self._hints: dict[str, list[str]] = {}
        for hint in hints:
            self._hints.setdefault(hint.path, []).append(hint.message)
        self._error_texts: dict[str, list[str]] = {}
        for error in errors:
            self._error_texts.setdefault(error.path, []).append(error.zh if language == "zh" else error.en)

    def form(self, settlement: Settlement, shown: Sequence[Section]) -> FormView:
        """The form, with these of its sections."""
        places = {place.component.id: place for place in settlement.places}
        return FormView(
            self._definition.id,
            self._definition.title(self._language),
            tuple(self._section(section, places) for section in shown),
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
            key = error.path.partition(".")[0].partition("[")[0]
            section = error.section or self._section_of.get(key, "")
            yield ErrorView(error.path, anchors.get(error.path, ""), label, message, section)

    def _section(self, section: Section, places: Mapping[str, Place]) -> SectionView:
        head = places[section.head.id] if section.head else None
        inside = head.children if head and section.group else [places[c.id] for c in section.components]
        fields = tuple(self.field(place) for place in inside)
        scope = head.scope if head else {}
        return SectionView(
            section.id,
            render(section.title(self._language), scope, self._evaluator, self._language),
            self._help(head) if head and section.group else "",
            all(field.hidden for field in fields),
            fields,
            sum(_error_count(field) for field in fields),
        )

    def field(self, place: Place, row: str = "", reason: str = "") -> FieldView:
        """One component; `row` names the row in which it stands, `reason` why all of that row was opened."""
        component, html_id = place.component, id_of(place.path)
        at = Situation(component, place.scope, self._evaluator, html_id, self._language, self._files)
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
            "article": component.properties.get("article", ""),
            "must_be_true": promised,
            "computed": component.computed is not None,
            "width": _width(component),
            "closed": place.closed,
            "reason": self._settler.limits.reason(place.path) or reason,
            "hint": "；".join(self._hints.get(name, ())),
            "before": self._earlier(place, at),
            "prefilled": self._prefilled(place),
            "row": row,
        }
        attributes.update(TYPES[component.type].view(at, place.value, self._typed.get(place.path)))
        if component.type == "group":
            attributes["fields"] = tuple(self.field(child, row) for child in place.children)
        elif component.type == "dynamiclist":
            attributes.update(self._list(place))
        attributes["described_by"] = _described_by(html_id, attributes)
        return FieldView(component.type, html_id, name, name, self._label(place), **attributes)

    def _earlier(self, place: Place, at: Situation) -> str:
        """What stood there before, where it differs; the word for nothing when it was empty."""
        if self._before is None or not TYPES[place.component.type].keyed or place.hidden:
            return ""
        kind, value = TYPES[place.component.type], get_in(self._before, place.path)
        if place.component.type == "dynamiclist":
            count = len(value) if isinstance(value, list) else 0
            rows = {"zh": f"{count} 行", "en": f"{count} row(s)"}[self._language]
            return rows if count != len(place.value) else ""
        if value == place.value or (kind.is_empty(value) and kind.is_empty(place.value)):
            return ""
        text = "" if value is None else str(kind.view(at, value, None).get("text", ""))
        return text or {"zh": "（未填写）", "en": "(empty)"}[self._language]

    def _prefilled(self, place: Place) -> str:
        """Where a value came from that nobody has changed yet."""
        source = place.component.properties.get("prefill_source", "")
        if (
            not source
            or place.readonly
            or self._readonly
            or TYPES[place.component.type].is_empty(place.value)
        ):
            return ""
        return source if self._settler.first(place) == place.value else ""

    def _list(self, place: Place) -> dict[str, Any]:
        rows = tuple(self._row(place, number, row) for number, row in enumerate(place.row_places))
        blank = self._row(place, BLANK_INDEX, self._settler.blank_row(place))
        columns = tuple(
            ColumnView(f.name.rpartition("].")[2], f.label, f.suffix, f.required)
            for f in _columns(blank.fields)
        )
        keeps = self._settler.limits.reaches_into(place.path)
        open_ = not (self._readonly or place.readonly or keeps)
        allowed = place.component.get("allowAddRemove", True) is not False and place.elements is None
        changeable, most = open_ and allowed, most_rows(place.component)
        return {
            "columns": columns,
            "rows": rows,
            "blank": blank if changeable and BLANK_INDEX not in place.path else None,
            "can_add": changeable and (most is None or len(rows) < most),
            "can_remove": changeable and len(rows) > least_rows(place.component),
            "can_move": changeable and len(rows) > 1,
            "keeps_rows": keeps,
            "pick": place.component.properties.get("pick", "") if changeable else "",
            "row_heading": self._row_heading(place),
            "blocks": len(columns) > MAX_COLUMNS or any(f.kind in _WIDE for f in _columns(blank.fields)),
            "totals": totals(place, columns, self._language),
            "value": [],
        }

    def _row(self, place: Place, index: int | str, places: list[Place]) -> RowView:
        if place.component.properties.get("pick") and places and places[0].blank and index != BLANK_INDEX:
            return RowView(
                index, name_of((*place.path, index)), (), ()
            )  # not ticked: only its number is needed
        element = place.elements[index] if place.elements and isinstance(index, int) else None
        label, key = (element.label(self._language), element.key) if element else ("", "")
        file = file_view(self._files, key) if element and fixed.of_files(place.component) else None
        label = file.name if file else label
        number = index + 1 if isinstance(index, int) else 0
        named = label or {"zh": f"第 {number} 行", "en": f"Row {number}"}[self._language]
        reason = self._settler.limits.reason((*place.path, index))
        first = next((child for child in places if reason and not (child.hidden or child.readonly)), None)
        fields = tuple(self.field(child, named, reason if child is first else "") for child in places)
        cells = tuple(_columns(fields))
        texts = tuple("" if field.hidden else _without_unit(field) for field in cells)
        return RowView(index, name_of((*place.path, index)), fields, texts, label, key, cells, file)

    def _row_heading(self, place: Place) -> str:
        """The heading of the column that tells what fixed rows stand for."""
        if place.elements is None:
            return ""
        word = {"zh": "项目", "en": "Item"}[self._language]
        return place.component.text("row_label", self._language) or word

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
        if not isinstance(text, str):
            return ""
        return named(render(text, place.scope, self._evaluator, self._language), self._language)


def _without_unit(field: FieldView) -> str:
    """The text of a cell: its unit stands in the head of the column."""
    return field.text.removesuffix(field.suffix).rstrip() if field.suffix else field.text


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


def _described_by(html_id: str, attributes: Mapping[str, Any]) -> str:
    """The ids of what is told about an input beside it, in the order in which it is told."""
    of = attributes.get
    parts = {
        "help": of("help") or (of("article") and not of("row")),
        "note": of("reason") or of("before") or of("hint") or of("prefilled"),
        "error": of("error"),
        "count": of("counts") and not of("row"),
    }
    return " ".join(f"{html_id}-{part}" for part, told in parts.items() if told)


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


def _width(component: Component) -> int:
    layout = component.get("layout")
    columns = layout.get("columns") if isinstance(layout, Mapping) else None
    return columns if isinstance(columns, int) and 1 <= columns <= 16 else 0
