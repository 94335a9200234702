"""What a diagram may refer to: the ids of the forms, decisions, processes and verbs that there are."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Known:
    """Ids that exist. A collection of None is not checked."""

    forms: Collection[str] | None = None
    """A mapping of ids to the keys of the form's data lets lint check outputs, too; keys of None are not known."""
    decisions: Collection[str] | None = None
    processes: Collection[str] | None = None
    verbs: Collection[str] | None = None
    """A mapping of types to `Verb` lets lint check what is mapped in and out of them, too."""
    functions: Collection[str] | None = None
    """Names of the FEEL functions that the programme adds."""
