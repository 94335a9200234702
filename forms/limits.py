"""Which answers are open when only some may be changed: a supplement keeps all others as they were submitted."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from forms.paths import Path, get_in, name_of

_ABSENT = object()


class Limits:
    """`only` names what is open (`intro`, `finance`, `finance[2].revenue`), each with its reason.

    None opens everything. Closed answers keep what `base` has; an answer that `base` lacks was not asked for then,
    and is open when the opened ones bring it up.
    """

    def __init__(self, only: Mapping[str, str] | None, base: Mapping[str, Any] | None) -> None:
        self.only, self.base = only, base

    def opens(self, path: Path) -> bool:
        """Whether the answer at a path may be given, itself or as a part of what is open."""
        if self.only is None:
            return True
        return any(name_of(path[:length]) in self.only for length in range(1, len(path) + 1))

    def reaches_into(self, path: Path) -> bool:
        """Whether something inside is open, and it is not open as a whole."""
        name = name_of(path)
        return (
            self.only is not None
            and not self.opens(path)
            and any(opened.startswith((f"{name}[", f"{name}.")) for opened in self.only)
        )

    def closes(self, path: Path) -> bool:
        """Whether the answer at a path is kept as it was."""
        if self.opens(path):
            return False
        return self.base is None or self.kept(path, _ABSENT) is not _ABSENT

    def kept(self, path: Path, default: Any = None) -> Any:
        """What the base has at a path."""
        return get_in(self.base or {}, path, default)

    def reason(self, path: Path) -> str:
        """Why the answer was opened again."""
        return (self.only or {}).get(name_of(path), "")


def exact(base: Any) -> Any:
    """Answers out of a register with their whole numbers as decimals, as the form computes with them."""
    if isinstance(base, Mapping):
        return {key: exact(value) for key, value in base.items()}
    if isinstance(base, list):
        return [exact(value) for value in base]
    return Decimal(base) if isinstance(base, int) and not isinstance(base, bool) else base
