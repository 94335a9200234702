"""Two values side by side: where inside them something was added, removed or changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

MOST = 500
"""Differences that are told; two values that differ in more places are to be read, not compared."""

NOTHING: Any = object()
"""Stands where one of the values has nothing."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place inside two values, as a path (`a.b[3]`, empty for the whole), with what stands there in each."""

    path: str
    before: Any
    after: Any

    @property
    def kind(self) -> str:
        """added, removed or changed."""
        if self.before is NOTHING:
            return "added"
        return "removed" if self.after is NOTHING else "changed"


def differences(before: Any, after: Any, most: int = MOST) -> list[Difference]:
    """Where two JSON values differ, outermost first; 1 and 1.0 are the same number, true is none."""
    return list(islice(_walk("", before, after), most))


def _walk(path: str, before: Any, after: Any) -> Iterator[Difference]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in [*before, *(name for name in after if name not in before)]:
            place = f"{path}.{name}" if path else str(name)
            yield from _walk(place, before.get(name, NOTHING), after.get(name, NOTHING))
    elif _is_list(before) and _is_list(after):
        for at in range(max(len(before), len(after))):
            pair = (each[at] if at < len(each) else NOTHING for each in (before, after))
            yield from _walk(f"{path}[{at + 1}]", *pair)
    elif isinstance(before, bool) != isinstance(after, bool) or before != after:
        yield Difference(path, before, after)


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
