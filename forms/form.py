"""A form ready for use: decode, validate, show."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from marshmallow import Schema

from engine.clock import Clock
from engine.errors import Language
from engine.feel import Functions
from forms import decode, export, json_schema, schema
from forms import paste as pasting
from forms.definition import EMPTY, Definition
from forms.errors import FieldError, InvalidForm, Message
from forms.expressions import Evaluator
from forms.files import Files
from forms.hints import Hint, Hints
from forms.identifying import Identifying
from forms.identifying import of as identifying
from forms.judge import Around, Judgement, facts, form_error, judge, located, read
from forms.order import Ahead, ahead, moving
from forms.paths import Path, get_in, name_of
from forms.progress import SectionProgress, progress
from forms.rules import Rules
from forms.sections import Section, split
from forms.settle import Settlement, Settler
from forms.templates import render
from forms.view import Viewer, typed_texts
from forms.viewmodel import FormView

Answers = Mapping[str, Any]


class UnknownSection(KeyError):
    """The form has no section of this id."""


class Form:
    """One form. It holds no answers and may serve any number of them at a time.

    What its methods share. `context`: the variables that FEEL sees. `existing`: where readonly answers come from
    before the context. `files`: looks uploads up; without it only the shape of ids is checked. `only`: the answers
    that may be given, by name (`intro`, `finance`, `finance[2].revenue`) with the reason; all others keep what
    `base` has. `section`: the id of one section.
    """

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.sections: tuple[Section, ...] = split(definition.components)
        self._schema = schema.build(definition.components, "Form")
        self._reader = self._schema()  # it keeps nothing of what it reads
        self._index = decode.index(definition.components)
        self._section_of = {key: section.id for section in self.sections for key in section.keys()}  # noqa: SIM118

    @cached_property
    def _ahead(self) -> Ahead:
        """Found when it is first needed."""
        return ahead(self.definition.components)

    @property
    def id(self) -> str:
        """The id by which user tasks name the form."""
        return self.definition.id

    @property
    def file(self) -> str:
        """The file it was read from."""
        return self.definition.file

    @property
    def title(self) -> str:
        """Its Chinese title."""
        return self.definition.title("zh")

    @property
    def title_en(self) -> str:
        """Its English title."""
        return self.definition.title("en")

    @property
    def keys(self) -> tuple[str, ...]:
        """The top-level keys of its data."""
        return tuple(dict.fromkeys(path[0] for path in self._index))

    def label(self, key: str, language: Language = "zh") -> str:
        """The label of a top-level answer; the key where the form has no words for it."""
        component = self._index.get((key,))
        return (component.label(language) if component is not None else "") or key

    @property
    def layout(self) -> str:
        """`sections`: one section a page, with a task list; `page`: all on one page."""
        return self.definition.layout

    @cached_property
    def moving(self) -> frozenset[str]:
        """The keys on whose answers other parts of a page may depend."""
        return moving(self.definition.components)

    @cached_property
    def identifying(self) -> Identifying:
        """What of it tells who sent it."""
        return identifying(self.definition)

    def section_ids(self) -> tuple[str, ...]:
        """The ids of the sections in page order, hidden ones included."""
        return tuple(section.id for section in self.sections)

    def section_keys(self, section_id: str) -> frozenset[str]:
        """The top-level keys of a section's answers. Raises UnknownSection."""
        return self._section(section_id).keys()

    def schema(self) -> Schema:
        """A fresh marshmallow schema: shape and types of a body, unknown keys refused."""
        return self._schema()

    def decode(self, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
        """The body that an HTML form sent, urlencoded or multipart, as pairs of name and text."""
        return decode.decode(self._index, pairs)

    def encode(self, data: Answers) -> list[tuple[str, str]]:
        """The pairs that a browser would send for this data."""
        return decode.encode(self._index, data)

    def validate(
        self,
        body: Answers,
        context: Answers,
        clock: Clock,
        *,
        existing: Answers | None = None,
        functions: Functions | None = None,
        files: Files | None = None,
        only: Mapping[str, str] | None = None,
        base: Answers | None = None,
    ) -> dict[str, Any]:
        """Canonical data for submission. Raises InvalidForm with every error at once.

        Hidden answers are dropped, computed ones recomputed; those of readonly fields come from `existing`, or
        from the context under the same key. Nothing else than JSON types comes out: str, Decimal, bool, None,
        list, dict.
        """
        judged = self._judged(body, Around(context, clock, existing, functions, files, only, base))
        if judged.errors:
            raise InvalidForm(self._located(judged.errors))
        return judged.settlement.data

    def settled(
        self,
        data: Answers,
        context: Answers,
        clock: Clock,
        *,
        existing: Answers | None = None,
        functions: Functions | None = None,
        only: Mapping[str, str] | None = None,
        base: Answers | None = None,
    ) -> dict[str, Any]:
        """The data as they would be kept, whatever is still wrong: without hidden answers, computed ones computed.

        Raises InvalidForm only for a body that must not be looked into.
        """
        return self._judged(
            data, Around(context, clock, existing, functions, None, only, base)
        ).settlement.data

    def check(
        self,
        data: Answers,
        context: Answers,
        clock: Clock,
        section: str | None = None,
        *,
        existing: Answers | None = None,
        functions: Functions | None = None,
        files: Files | None = None,
        only: Mapping[str, str] | None = None,
        base: Answers | None = None,
    ) -> list[FieldError]:
        """What `validate` would refuse, as a list; with `section` only what stands there. Raises UnknownSection."""
        wanted = self._section(section).id if section is not None else None
        try:
            judged = self._judged(data, Around(context, clock, existing, functions, files, only, base))
        except InvalidForm as refusal:
            return refusal.errors
        return [e for e in self._located(judged.errors) if wanted is None or e.section == wanted]

    def progress(
        self,
        data: Answers,
        context: Answers,
        clock: Clock,
        *,
        existing: Answers | None = None,
        functions: Functions | None = None,
        files: Files | None = None,
        only: Mapping[str, str] | None = None,
        base: Answers | None = None,
        language: Language = "zh",
    ) -> tuple[SectionProgress, ...]:
        """The state of every section with the kept answers, in page order. Raises InvalidForm for no data at all.

        A section is `none` until one of its keys is kept, `done` without errors, else `partial`; `closed` when it
        is hidden or nothing in it is open.
        """
        around = Around(context, clock, existing, functions, files, only, base)
        judged = self._judged(data, around)
        errors = self._located(judged.errors)
        return tuple(
            progress(section, self._titles(section, judged, language), judged.settlement, errors, data)
            for section in self.sections
        )

    def hints(
        self,
        data: Answers,
        context: Answers,
        clock: Clock,
        *,
        existing: Answers | None = None,
        functions: Functions | None = None,
        only: Mapping[str, str] | None = None,
        base: Answers | None = None,
        language: Language = "zh",
    ) -> tuple[Hint, ...]:
        """What looks odd and does not block (properties `hint`, `hint_zh`, `hint_en`), in page order."""
        try:
            judged = self._judged(data, Around(context, clock, existing, functions, None, only, base))
        except InvalidForm:
            return ()
        found = Hints(Rules(judged.evaluator, {}), language).found(judged.settlement, self._section_of)
        return tuple(found)

    def draft(self, body: Answers) -> dict[str, Any]:
        """What of an unfinished body can be kept: canonical where it can be read, as typed elsewhere.

        Nothing is required and no condition is applied. Raises InvalidForm for what the form does not know.
        """
        loaded, unfit = read(self._reader, body)
        typed = typed_texts(body, list(unfit))
        strangers = [path for path in unfit if path not in typed or decode.names(path) not in self._index]
        if strangers:
            raise InvalidForm([form_error(path, message) for path in strangers for message in unfit[path]])
        for path, text in typed.items():
            holder = get_in(loaded, path[:-1])
            if isinstance(holder, dict):
                holder[str(path[-1])] = text
        return loaded

    def paste(
        self,
        body: Answers,
        name: str,
        text: str,
        context: Answers,
        clock: Clock,
        *,
        functions: Functions | None = None,
    ) -> tuple[dict[str, Any], list[FieldError]]:
        """The body with a piece of a spreadsheet pasted into a list, and what is wrong with that, cell by cell.

        `name`: `products` (behind the last row), or the cell to begin with, `products[2].name`.
        """
        at = pasting.target(self._index, name)
        if at is None:
            return dict(body), []
        around = Around(context, clock, functions=functions)
        count = self._element_count(body, at, around)
        data, messages = pasting.pasted(body, at, text, count)
        evaluator = Evaluator(clock, functions)
        for _ in range(3):  # the options of one column may depend on another
            loaded, _messages = schema.load(self._reader, data)
            settler = Settler(self.definition, context, evaluator, [context], ahead=self._ahead)
            if not pasting.worded(data, settler, evaluator, at, loaded):
                break
        label = Message(at.component.label("zh"), at.component.label("en"))
        told = [message.labelled(label) for message in messages]
        errors = [FieldError(name_of(at.path), label.zh, m.zh, m.en, label.en) for m in told]
        found = self.check(data, context, clock, functions=functions)
        return data, [*self._located(errors), *pasting.cell_errors(found, data, at)]

    def _element_count(self, body: Answers, at: pasting.Target, around: Around) -> int | None:
        """How many rows a list with fixed rows has now; None for one whose rows people add."""
        loaded, _ = schema.load(self._reader, body)
        evaluator = Evaluator(around.clock, around.functions)
        settler = Settler(self.definition, around.context, evaluator, [around.context], ahead=self._ahead)
        settlement = settler.settle(loaded)
        place = next((p for p in settlement.walk() if p.path == at.path), None)
        return len(place.elements) if place is not None and place.elements is not None else None

    def view(
        self,
        data: Answers,
        context: Answers,
        clock: Clock,
        errors: Sequence[FieldError] = (),
        readonly: bool = False,
        *,
        language: Language = "zh",
        existing: Answers | None = None,
        functions: Functions | None = None,
        files: Files | None = None,
        only: Mapping[str, str] | None = None,
        base: Answers | None = None,
        section: str | None = None,
        before: Answers | None = None,
        hints: Sequence[Hint] = (),
    ) -> FormView:
        """The form as it is shown with canonical data, a draft, or a body that was refused.

        Answers that `data` does not have get their default or prefilled value, unless the form is read only.
        With `section` only that one is built. Fields tell what `before` had, where it differs. Raises
        UnknownSection.
        """
        shown = self.sections if section is None else (self._section(section),)
        loaded, messages = schema.load(self._reader, data)
        around = Around(context, clock, existing, functions, files, only, base)
        evaluator = Evaluator(clock, functions)
        unreadable = [path for path, _ in schema.messages_by_path(messages)]
        settler = self._showing(data, around, evaluator, unreadable, readonly=readonly)
        settlement = settler.settle(loaded)
        typed = typed_texts(data, unreadable)
        viewer = Viewer(
            self.definition, settler, evaluator, typed, errors, readonly=readonly, language=language,
            files=facts(settlement, files), before=before, hints=hints, section_of=self._section_of,
        )  # fmt: skip
        return viewer.form(settlement, shown)

    def columns(self, language: Language = "zh") -> tuple[export.Column, ...]:
        """The columns of an export: one for each answer that fits into a cell, labelled with its unit."""
        return export.columns(self.definition.components, language)

    def row(
        self,
        data: Answers,
        context: Answers,
        clock: Clock,
        language: Language = "zh",
        *,
        functions: Functions | None = None,
        files: Files | None = None,
    ) -> tuple[str, ...]:
        """One submission as texts for `columns`; empty where an answer is hidden or not given."""
        settlement, writer = self._written(data, Around(context, clock, None, functions, files), language)
        return export.row(settlement, self.definition.components, writer)

    def tables(
        self,
        data: Answers | None = None,
        context: Answers = EMPTY,
        clock: Clock | None = None,
        language: Language = "zh",
        *,
        functions: Functions | None = None,
        files: Files | None = None,
    ) -> tuple[export.Table, ...]:
        """Every list as a sheet of its own, with the rows of a submission when `data` and `clock` are given."""
        lists = export.lists(self.definition.components)
        if data is None or clock is None:
            return tuple(export.table(each, None, None, language) for each in lists)
        settlement, writer = self._written(data, Around(context, clock, None, functions, files), language)
        return tuple(export.table(each, settlement, writer, language) for each in lists)

    def json_schema(self, language: Language = "zh") -> dict[str, Any]:
        """The form's data as JSON Schema 2020-12; labels, limits and options in both languages."""
        return json_schema.schema(self.definition, language)

    def _written(self, data: Answers, around: Around, language: Language) -> tuple[Settlement, export.Writer]:
        """Submitted data settled as they are, and what writes them."""
        loaded, _ = schema.load(self._reader, data)
        evaluator = Evaluator(around.clock, around.functions)
        sources = [data, around.context]
        settler = Settler(self.definition, around.context, evaluator, sources, stored=data, ahead=self._ahead)
        settlement = settler.settle(loaded)
        return settlement, export.Writer(evaluator, language, facts(settlement, around.files))

    def _showing(
        self, data: Answers, around: Around, evaluator: Evaluator, unreadable: list[Path], *, readonly: bool
    ) -> Settler:
        """What settles answers for a page: to read as they are, to fill in with defaults and prefilled values."""
        known = [around.existing or {}, around.context]
        return Settler(
            self.definition,
            around.context,
            evaluator,
            [data, *known] if readonly else [*known, data],
            fill=not readonly,
            stored=data if readonly else {},
            limits=around.limits(self.definition),
            unreadable=unreadable,
            ahead=self._ahead,
        )

    def _judged(self, body: Answers, around: Around) -> Judgement:
        loaded, unfit = read(self._reader, body)
        return judge(self.definition, loaded, unfit, around, self._ahead)

    def _located(self, errors: Iterable[FieldError]) -> list[FieldError]:
        return [located(error, self._section_of) for error in errors]

    def _section(self, section_id: str) -> Section:
        for section in self.sections:
            if section.id == section_id:
                return section
        raise UnknownSection(section_id)

    def _titles(self, section: Section, judged: Judgement, language: Language) -> tuple[str, str, str]:
        scope = judged.settlement.scope_of(section.head.id) if section.head else {}
        zh, en = (render(section.title(each), scope, judged.evaluator, each) for each in ("zh", "en"))
        return (en if language == "en" else zh), zh, en
