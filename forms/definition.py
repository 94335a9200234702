"""A `.form` file read into components: immutable, every attribute of the type that form-js gives it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from engine.errors import Language

EMPTY: Mapping[str, Any] = MappingProxyType({})
KeyPath = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Component:
    """One component. `path` leads to its value from the form's data, or from the row that holds it."""

    type: str
    id: str
    path: KeyPath
    raw: Mapping[str, Any] = field(repr=False)
    children: tuple["Component", ...] = field(default=(), repr=False)
    validate: Mapping[str, Any] = field(init=False, repr=False, compare=False)
    """The `validate` object."""
    appearance: Mapping[str, Any] = field(init=False, repr=False, compare=False)
    """The `appearance` object (units stand there)."""
    properties: Mapping[str, str] = field(init=False, repr=False, compare=False)
    """Custom properties: form-js and Camunda Modeler keep them as they are."""
    hide: Any = field(init=False, repr=False, compare=False)
    """The FEEL text under which the component is hidden, or None."""
    computed: str | None = field(init=False, repr=False, compare=False)
    """The FEEL text that gives its value on the server, or None."""
    readonly: Any = field(init=False, repr=False, compare=False)
    """True, or the FEEL text under which its value is not taken from the body."""

    def __post_init__(self) -> None:
        """Read once what every pass over a form asks of every component."""
        raw = self.raw
        properties = raw.get("properties") or EMPTY
        computed = raw.get("expression") if self.type == "expression" else properties.get("computed")
        found = {
            "validate": raw.get("validate") or EMPTY,
            "appearance": raw.get("appearance") or EMPTY,
            "properties": properties,
            "hide": (raw.get("conditional") or EMPTY).get("hide"),
            "computed": computed or None,
            "readonly": True if raw.get("disabled") else raw.get("readonly") or False,
        }
        for name, value in found.items():
            object.__setattr__(self, name, value)  # frozen

    def get(self, name: str, default: Any = None) -> Any:
        """An attribute as the file has it."""
        return self.raw.get(name, default)

    def text(self, name: str, language: Language) -> str:
        """An attribute in a language: `properties.<name>_en` beside the Chinese attribute."""
        english = self.properties.get(f"{name}_en") if language == "en" else None
        return english or self.raw.get(name) or self.properties.get(name) or ""

    @property
    def label_attribute(self) -> str:
        """Where its label stands: datetime fields have `dateLabel` or `timeLabel`."""
        if self.type == "datetime":
            choices = ("timeLabel", "label") if self.raw.get("subtype") == "time" else ("dateLabel", "label")
            return next((name for name in choices if self.raw.get(name)), "dateLabel")
        return "label"

    def label(self, language: Language) -> str:
        """The label as written (it may hold FEEL); the key when there is none."""
        english = self.properties.get("label_en") if language == "en" else None
        return english or self.raw.get(self.label_attribute) or ".".join(self.path)

    def walk(self) -> Iterator["Component"]:
        """Itself and everything inside."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Definition:
    """A form: its id, its titles and its components in page order."""

    file: str
    id: str
    components: tuple[Component, ...]
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def properties(self) -> Mapping[str, str]:
        """Custom properties of the form."""
        properties = self.raw.get("properties")
        return properties if isinstance(properties, Mapping) else EMPTY

    @property
    def layout(self) -> str:
        """`sections`, one section a page, or `page`."""
        return "sections" if self.properties.get("layout") == "sections" else "page"

    @property
    def desk(self) -> str:
        """The name of the richer page that a site may show it on; empty for none."""
        return str(self.properties.get("desk") or "")

    def title(self, language: Language) -> str:
        """Its title in a language; the id when none is given."""
        english = self.properties.get("title_en") if language == "en" else None
        return str(english or self.properties.get("title") or self.id)

    def walk(self) -> Iterator[Component]:
        """Every component, depth first."""
        for component in self.components:
            yield from component.walk()
