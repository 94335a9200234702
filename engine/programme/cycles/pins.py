"""Which catalogue editions signed notices mean: what stands in them is frozen (article 14, I20)."""

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.applications.verbs import CATALOGUES
from engine.programme.cycles.models import Cycle


def pinned_editions(session: Session) -> dict[tuple[str, str], tuple[int, ...]]:
    """Catalogue id and edition to the years of the cycles whose published notices mean it, oldest first."""
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    for cycle in session.scalars(select(Cycle).where(Cycle.published_at.is_not(None))):
        named = [(row["id"], row["edition"]) for row in cycle.pinned or []]
        named += [(CATALOGUES[type], edition) for type, edition in (cycle.catalogues or {}).items()]
        for id, edition in named:
            found[id, str(edition)].add(cycle.year)
    return {edition: tuple(sorted(years)) for edition, years in found.items()}
