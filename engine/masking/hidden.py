"""Who must not be named to whom: the words by which experts and objectors are known."""

import re
from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.objections.models import ObjectionIdentity
from engine.programme.reviews.models import Expert
from engine.store.people import Account, RoleGrant

EXPERT_ROLES = ("expert", "expert_leader")


def expert_logins(session: Session) -> frozenset[str]:
    """Whoever is or was an expert, by role or in the pool."""
    by_role = session.scalars(select(RoleGrant.login).where(RoleGrant.role.in_(EXPERT_ROLES)))
    return frozenset(by_role) | frozenset(session.scalars(select(Expert.login)))


def expert_words(session: Session, logins: frozenset[str]) -> frozenset[str]:
    """Logins, names, addresses and numbers of the experts."""
    found: set[str | None] = {*logins, *session.scalars(select(Expert.name))}
    about = select(Account.name, Account.email, Account.mobile).join(
        RoleGrant, RoleGrant.login == Account.login
    )
    for row in session.execute(about.where(RoleGrant.role.in_(EXPERT_ROLES)).distinct()):
        found.update(row)
    return frozenset(word for word in found if word)


def objector_words(session: Session) -> frozenset[str]:
    """Names and contacts of those who objected, the parts of a contact each for itself."""
    found: set[str] = set()
    for name, contact in session.execute(select(ObjectionIdentity.name, ObjectionIdentity.contact)):
        found.update((name, contact, *re.split(r"[\s,;，；、]+", contact)))
    return frozenset(word for word in found if len(word) > 1)


@lru_cache(maxsize=8)
def pattern(words: frozenset[str]) -> re.Pattern[str] | None:
    """Finds each of these words; a login or number inside a longer one is another. None for no words."""
    if not words:
        return None
    return re.compile("|".join(_alone(word) for word in _longest_first(words)))


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted(words, key=lambda word: (-len(word), word))


def _alone(word: str) -> str:
    edge = "[A-Za-z0-9_]"
    before = f"(?<!{edge})" if re.match(edge, word[0]) else ""
    after = f"(?!{edge})" if re.match(edge, word[-1]) else ""
    return before + re.escape(word) + after
