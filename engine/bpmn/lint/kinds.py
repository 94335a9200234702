"""The kinds of findings: each has a code, a severity and its texts in one place, and a row in `docs/lint.md`."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.problems import Problem, Severity

LONGEST = 200
"""Characters of a name or an expression that a finding quotes."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of finding. The texts may hold placeholders, which the finding fills."""

    code: str
    severity: Severity
    zh: str
    en: str


_KINDS: dict[str, Kind] = {}


def error(code: str, zh: str, en: str) -> Kind:
    """Declare what stops a deployment. Raises ValueError for a code declared twice."""
    return _declare(Kind(code, "error", zh, en))


def warning(code: str, zh: str, en: str) -> Kind:
    """Declare what is odd but runs. Raises ValueError for a code declared twice."""
    return _declare(Kind(code, "warning", zh, en))


def kinds() -> Iterator[Kind]:
    """Every kind, by code."""
    return (kind for _, kind in sorted(_KINDS.items()))


def _declare(kind: Kind) -> Kind:
    if kind.code in _KINDS:
        raise ValueError(f"the finding {kind.code} is declared twice")
    _KINDS[kind.code] = kind
    return kind


@dataclass(slots=True)
class Report:
    """The findings of one file."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    _seen: set[Problem] = field(default_factory=set)

    def add(self, kind: Kind, element: str, /, **facts: object) -> None:
        """Note a finding at an element; the facts fill the placeholders of the texts."""
        quoted = {name: _quoted(fact) for name, fact in facts.items()}
        zh, en = kind.zh.format(**quoted), kind.en.format(**quoted)
        problem = Problem(self.file, element, kind.severity, kind.code, zh, en)
        if problem not in self._seen:
            self._seen.add(problem)
            self.problems.append(problem)


def _quoted(fact: object) -> object:
    """A name in a diagram may be of any length; a row of a list is not."""
    return f"{fact[:LONGEST]}…" if isinstance(fact, str) and len(fact) > LONGEST else fact
