"""What would become of a running case, or has: facts with a level, told in both languages, kept in tables as JSON."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self

INSTANTS = frozenset({"old", "new", "at", "day"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: its code, the element and the facts that its text tells; instants as ISO 8601."""

    TEXTS: ClassVar[Mapping[str, tuple[str, str, str]]]
    """By code: level, Chinese, English."""

    code: str
    element: str
    facts: Mapping[str, Any]

    @property
    def level(self) -> str:
        """How much it matters: a word of its kind."""
        return self.TEXTS[self.code][0]

    def told(self, language: str, say: Callable[[Any], str] = str) -> str:
        """In one language; `say` puts an instant or a day into words."""
        zh, en = self.TEXTS[self.code][1:]
        facts = {name: self.fact(name, value, language, say) for name, value in self.facts.items()}
        return (zh if language == "zh" else en).format(**facts)

    def fact(self, name: str, value: Any, language: str, say: Callable[[Any], str]) -> Any:
        """One fact as the text tells it."""
        return say(value) if name in INSTANTS else value

    def as_json(self) -> dict[str, Any]:
        """For the table."""
        return asdict(self)

    @classmethod
    def read(cls, rows: Iterable[Mapping[str, Any]]) -> list[Self]:
        """Findings as they were kept."""
        return [cls(row["code"], row["element"], row["facts"]) for row in rows]


def worst(findings: Iterable[Finding], levels: Sequence[str]) -> str:
    """The first of these levels that one of them has; the last for none."""
    found = {each.level for each in findings}
    return next((level for level in levels if level in found), levels[-1])
