"""The marshmallow schema of a form: shape and types. What depends on other answers is in `forms.rules`."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from marshmallow import RAISE, Schema, ValidationError, fields, missing

from forms import fixed
from forms.components import TYPES
from forms.definition import Component, KeyPath
from forms.errors import Message, Unfit
from forms.paths import MAX_ROWS, Path
from forms.rules import most_rows

_NOT_AN_OBJECT = Message("{label}应为一组填写项", "{label} should be an object with fields")
_NOT_A_LIST = Message("{label}应为若干行", "{label} should be a list of rows")
UNKNOWN = Message(
    "表单没有“{label}”这一项，请刷新页面后重新填写", "The form has no field “{label}”; reload the page"
)


class FormSchema(Schema):
    """Refuses what it does not know, by name."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": UNKNOWN, "type": _NOT_AN_OBJECT}  # type: ignore[dict-item]  # noqa: RUF012


class _Reader(fields.Field[Any]):
    """A field that reads null itself: an empty box is False, an empty list is []."""

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        """What `read` makes of a value that was sent. Raises ValidationError."""
        return missing if value is missing else self.read(value)

    def read(self, value: Any) -> Any:
        """The canonical value. Raises ValidationError."""
        raise NotImplementedError


class Answer(_Reader):
    """The value of one component."""

    def __init__(self, component: Component) -> None:
        super().__init__(allow_none=True, metadata={"type": component.type, "label": component.label("zh")})
        self.component = component

    def read(self, value: Any) -> Any:
        """The canonical value. Raises ValidationError with one bilingual message."""
        try:
            return TYPES[self.component.type].convert(self.component, value)
        except Unfit as unfit:
            raise ValidationError([unfit.message]) from None


class Ignored(_Reader):
    """A key that a body may have and that has no say: computed and disabled components."""

    def read(self, value: Any) -> Any:
        """None, whatever was sent."""
        return None


class Rows(_Reader):
    """The rows of a dynamic list; a broken row keeps its place, so that errors name the right one."""

    def __init__(self, row: type[FormSchema], most: int) -> None:
        super().__init__(allow_none=True)
        self.row, self.most = row(), most

    def read(self, value: Any) -> Any:
        """The canonical rows. Raises ValidationError with messages by row number."""
        if value is None or value == "":
            return []
        if not isinstance(value, list | tuple):
            raise ValidationError([_NOT_A_LIST])
        if len(value) > self.most:
            raise ValidationError([_too_many(self.most)])
        rows: list[Any] = []
        errors: dict[int, Any] = {}
        for number, entry in enumerate(value):
            row, messages = load(self.row, entry)
            rows.append(row)
            if messages:
                errors[number] = messages
        if errors:
            raise ValidationError(errors, valid_data=rows)
        return rows


class Part(_Reader):
    """The object that a group's `path` makes."""

    def __init__(self, part: type[FormSchema]) -> None:
        super().__init__(allow_none=True)
        self.part = part()

    def read(self, value: Any) -> Any:
        """The canonical object. Raises ValidationError with messages by key."""
        loaded, messages = load(self.part, {} if value is None else value)
        if messages:
            raise ValidationError(messages, valid_data=loaded)
        return loaded


def load(schema: Schema, body: Any) -> tuple[dict[str, Any], dict[Any, Any]]:
    """What could be converted, and the messages by key for what could not."""
    try:
        return dict(schema.load(body)), {}
    except ValidationError as error:
        valid = error.valid_data
        return dict(valid) if isinstance(valid, Mapping) else {}, dict(error.messages_dict)


def build(components: tuple[Component, ...], name: str) -> type[FormSchema]:
    """The schema class for components that share a data object."""
    tree: dict[str, Any] = {}
    for path, field in _fields(components, name):
        node = tree
        for step in path[:-1]:
            node = node.setdefault(step, {})
        node[path[-1]] = field
    return _schema(tree, name)


def _schema(tree: Mapping[str, Any], name: str) -> type[FormSchema]:
    attributes = {
        key: Part(_schema(node, f"{name}_{key}")) if isinstance(node, dict) else node
        for key, node in tree.items()
    }
    return cast("type[FormSchema]", FormSchema.from_dict(attributes, name=name))


def _fields(components: tuple[Component, ...], name: str) -> Iterator[tuple[KeyPath, Any]]:
    for component in components:
        if component.type == "group":
            yield from _fields(component.children, name)
        elif not TYPES[component.type].keyed:
            continue
        elif component.type == "dynamiclist":
            row = (*component.children, *([fixed.KEY_COMPONENT] if fixed.is_fixed(component) else []))
            most = max(MAX_ROWS, most_rows(component) or 0)
            yield component.path, Rows(build(row, f"{name}_{'_'.join(component.path)}"), most)
        elif component.computed or component.readonly is True:
            yield component.path, Ignored(allow_none=True)
        else:
            yield component.path, Answer(component)


def _too_many(most: int) -> Message:
    return Message(f"{{label}}最多 {most} 行", f"{{label}} takes at most {most} rows")


def messages_by_path(messages: Mapping[Any, Any], prefix: Path = ()) -> Iterator[tuple[Path, Message]]:
    """marshmallow's nested messages as one a path."""
    for key, found in messages.items():
        path = prefix if key == "_schema" else (*prefix, key)
        if isinstance(found, Mapping):
            yield from messages_by_path(found, path)
        else:
            for message in found:
                yield path, message if isinstance(message, Message) else Message(str(message), str(message))
