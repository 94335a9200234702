"""A form ready for use: decode, validate, show."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from marshmallow import Schema

from engine.clock import Clock
from engine.errors import Language
from engine.feel import Functions
from forms import decode, guard, schema
from forms.components import TYPES
from forms.definition import Definition
from forms.errors import FieldError, InvalidForm, Message
from forms.expressions import Evaluator
from forms.paths import Path, get_in, name_of
from forms.rules import Rules
from forms.settle import Settlement, Settler
from forms.view import Viewer, typed_texts
from forms.viewmodel import FormView


class Form:
    """One form. It holds no answers and may serve any number of them at a time."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self._schema = schema.build(definition.components, "Form")
        self._index = decode.index(definition.components)

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

    def schema(self) -> Schema:
        """A fresh marshmallow schema: shape and types of a body, unknown keys refused."""
        return self._schema()

    def decode(self, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
        """The body that an HTML form sent, urlencoded or multipart, as pairs of name and text."""
        return decode.decode(self._index, pairs)

    def encode(self, data: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The pairs that a browser would send for this data."""
        return decode.encode(self._index, data)

    def validate(
        self,
        body: Mapping[str, Any],
        context: Mapping[str, Any],
        clock: Clock,
        *,
        existing: Mapping[str, Any] | None = None,
        functions: Functions | None = None,
    ) -> dict[str, Any]:
        """Canonical data for submission. Raises InvalidForm with every error at once.

        Hidden answers are dropped, computed ones recomputed; those of readonly fields come from `existing`, or
        from the context under the same key. Nothing else than JSON types comes out: str, Decimal, bool, None,
        list, dict.
        """
        loaded, unfit = self._read(body)
        evaluator = Evaluator(clock, functions)
        settlement = Settler(self.definition, context, evaluator, [existing or {}, context]).settle(loaded)
        errors = [*_strangers(settlement, unfit), *Rules(evaluator, unfit).errors(settlement)]
        if evaluator.faults:
            errors.append(_too_costly(evaluator))
        elif not settlement.stable:
            errors.append(_CONTRADICTION)
        if errors:
            raise InvalidForm(errors)
        return settlement.data

    def draft(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """What of an unfinished body can be kept: canonical where it can be read, as typed elsewhere.

        Nothing is required and no condition is applied. Raises InvalidForm for what the form does not know.
        """
        loaded, unfit = self._read(body)
        typed = typed_texts(body, list(unfit))
        strangers = [path for path in unfit if path not in typed or decode.names(path) not in self._index]
        if strangers:
            raise InvalidForm([_form_error(path, message) for path in strangers for message in unfit[path]])
        for path, text in typed.items():
            holder = get_in(loaded, path[:-1])
            if isinstance(holder, dict):
                holder[str(path[-1])] = text
        return loaded

    def view(
        self,
        data: Mapping[str, Any],
        context: Mapping[str, Any],
        clock: Clock,
        errors: Sequence[FieldError] = (),
        readonly: bool = False,
        *,
        language: Language = "zh",
        existing: Mapping[str, Any] | None = None,
        functions: Functions | None = None,
    ) -> FormView:
        """The form as it is shown with canonical data, a draft, or a body that was refused.

        Answers that `data` does not have get their default or prefilled value, unless the form is read only.
        """
        loaded, messages = schema.load(self._schema(), data)
        evaluator = Evaluator(clock, functions)
        known = [existing or {}, context]
        sources = [data, *known] if readonly else [*known, data]
        stored = data if readonly else {}
        settler = Settler(self.definition, context, evaluator, sources, fill=not readonly, stored=stored)
        unfit = [path for path, _ in schema.messages_by_path(messages)]
        typed = typed_texts(data, unfit)
        viewer = Viewer(
            self.definition, settler, evaluator, typed, errors, readonly=readonly, language=language
        )
        return viewer.form(settler.settle(loaded))

    def _read(self, body: Mapping[str, Any]) -> tuple[dict[str, Any], dict[Path, list[Message]]]:
        """What could be read, and the messages by path. Raises InvalidForm for a body that must not be looked into."""
        refused = guard.body_errors(body)
        if refused:
            raise InvalidForm(refused)
        loaded, messages = schema.load(self._schema(), body)
        unfit: dict[Path, list[Message]] = {}
        for path, message in schema.messages_by_path(messages):
            unfit.setdefault(path, []).append(message)
        return loaded, unfit


_CONTRADICTION = FieldError(
    "",
    "表单",
    "这些填写项的显示条件互相矛盾，无法确定哪些应当填写，请联系表单管理人员",
    "The conditions of this form contradict each other for these answers; tell the people who keep the form",
    "Form",
)


def _strangers(settlement: Settlement, unfit: Mapping[Path, list[Message]]) -> list[FieldError]:
    """Errors about keys that no open component stands for; what was sent for a closed one is no error."""
    placed = {place.path: place for place in settlement.walk() if TYPES[place.component.type].keyed}
    closed = {path for path, place in placed.items() if place.hidden or place.readonly}
    return [
        _form_error(path, message)
        for path, messages in unfit.items()
        if path not in placed and not any(path[:length] in closed for length in range(1, len(path)))
        for message in messages
    ]


def _form_error(path: Path, message: Message) -> FieldError:
    name = name_of(path)
    told = message.labelled(Message(name, name))
    return FieldError(name, name, told.zh, told.en, name)


def _too_costly(evaluator: Evaluator) -> FieldError:
    zh, en = evaluator.faults[0].message("zh"), evaluator.faults[0].message("en")
    return FieldError("", "表单", f"有一项不能计算：{zh}", f"Something could not be computed: {en}", "Form")
