"""The decision requirements graph of one file (DMN 1.5, chapter 6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.dmn.boxed import Box

NAMESPACES = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
    "https://www.omg.org/spec/DMN/20240513/MODEL/": "1.6",
}
FEEL_LANGUAGES = frozenset(
    {
        "feel",
        "http://www.omg.org/spec/feel/20140401",
        "http://www.omg.org/spec/dmn/20180521/feel/",
        "https://www.omg.org/spec/dmn/20191111/feel/",
        "https://www.omg.org/spec/dmn/20211108/feel/",
        "https://www.omg.org/spec/dmn/20230324/feel/",
        "https://www.omg.org/spec/dmn/20240513/feel/",
    }
)


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision: `variable` is the name under which those that require it see its result.

    `name_en` is its `luzhi:name_en` property, "" without one.
    """

    id: str
    name: str
    variable: str
    logic: Box | None
    decisions: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    knowledge: tuple[str, ...] = ()
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A business knowledge model: a function by name."""

    id: str
    name: str
    parameters: tuple[str, ...]
    body: Box | None
    knowledge: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Graph:
    """Everything in one file, by element id."""

    file: str
    name: str
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    knowledge: Mapping[str, Knowledge] = field(default_factory=dict)
