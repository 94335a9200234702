"""The conditions that the policy table uses: each answers for one object and as a WHERE clause, alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Text, and_, false, or_, select, true, type_coerce

from engine.store.people import RoleGrant
from engine.store.tasks import CREATED, UserTask, UserTaskCandidate

PROVINCE = "370000"
PERSONAL = "*personal"
AREA_COLUMNS = ("county", "city", "uscc", "organisation")


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held in an organisation; or lent, while `of` (a login) is away."""

    role: str
    organisation: str
    of: str = ""

    def __str__(self) -> str:
        return f"{self.role}@{self.organisation}"


class Asker(Protocol):
    """What a condition needs to know of an actor."""

    @property
    def login(self) -> str: ...

    @property
    def groups(self) -> frozenset[str]: ...


class Condition(Protocol):
    """A test on an object, for an actor who holds a grant."""

    def holds(self, actor: Asker, grant: Grant, resource: Any) -> bool: ...

    def where(self, actor: Asker, grant: Grant, entity: Any) -> ColumnElement[bool]: ...


class _Anything:
    """Every object, and no object in particular."""

    def holds(self, actor: Asker, grant: Grant, resource: Any) -> bool:
        return True

    def where(self, actor: Asker, grant: Grant, entity: Any) -> ColumnElement[bool]:
        return true()


class _Area:
    """The object lies in the organisation's area: the province, the city, the county or zone, the enterprise."""

    def holds(self, actor: Asker, grant: Grant, resource: Any) -> bool:
        if resource is None:
            return False
        return grant.organisation == PROVINCE or grant.organisation in {
            _attribute(resource, name) for name in AREA_COLUMNS
        }

    def where(self, actor: Asker, grant: Grant, entity: Any) -> ColumnElement[bool]:
        if grant.organisation == PROVINCE:
            return true()
        columns = [getattr(entity, name) for name in AREA_COLUMNS if hasattr(entity, name)]
        return or_(false(), *(column == grant.organisation for column in columns))


class _Offered:
    """The task is mine, or was offered to me or to a group of mine.

    An ended one stays readable to them, so that a late click is told who was first; lists find the offers of
    open tasks only.
    """

    def holds(self, actor: Asker, grant: Grant, resource: Any) -> bool:
        return resource is not None and (
            _attribute(resource, "assignee") == actor.login
            or actor.login in _many(resource, "candidate_users")
            or not actor.groups.isdisjoint(_many(resource, "candidate_groups"))
        )

    def where(self, actor: Asker, grant: Grant, entity: Any) -> ColumnElement[bool]:
        _only_tasks(entity)
        candidates = sorted({*actor.groups, f"user:{actor.login}"})
        offered = select(UserTaskCandidate.task_id).where(UserTaskCandidate.candidate.in_(candidates))
        return or_(entity.assignee == actor.login, entity.id.in_(offered))


@dataclass(frozen=True)
class _Mine:
    """A column of the object holds my login."""

    column: str

    def holds(self, actor: Asker, grant: Grant, resource: Any) -> bool:
        return resource is not None and _attribute(resource, self.column) == actor.login

    def where(self, actor: Asker, grant: Grant, entity: Any) -> ColumnElement[bool]:
        column: ColumnElement[Any] = getattr(entity, self.column)
        return and_(column.is_not(None), column == actor.login)


class _Office:
    """The task lies in the very organisation in which the role is held."""

    def holds(self, actor: Asker, grant: Grant, resource: Any) -> bool:
        return resource is not None and _attribute(resource, "organisation") == grant.organisation

    def where(self, actor: Asker, grant: Grant, entity: Any) -> ColumnElement[bool]:
        column: ColumnElement[Any] = entity.organisation
        return and_(column.is_not(None), column == grant.organisation)


class _Entrusted:
    """The object is entrusted to the very organisation in which the role is held."""

    def holds(self, actor: Asker, grant: Grant, resource: Any) -> bool:
        return resource is not None and _attribute(resource, "agency") == grant.organisation

    def where(self, actor: Asker, grant: Grant, entity: Any) -> ColumnElement[bool]:
        column: ColumnElement[Any] = entity.agency
        return and_(column.is_not(None), column == grant.organisation)


class _StandsIn:
    """The open task is held by whoever lent the grant, and was offered to the very role that is lent.

    What was given to a person by name, an expert's sheet for example, is nobody else's.
    """

    def holds(self, actor: Asker, grant: Grant, resource: Any) -> bool:
        return (
            resource is not None
            and grant.of != ""
            and _attribute(resource, "assignee") == grant.of
            and _attribute(resource, "state") in (None, CREATED)
            and not {grant.role, str(grant)}.isdisjoint(_many(resource, "candidate_groups"))
        )

    def where(self, actor: Asker, grant: Grant, entity: Any) -> ColumnElement[bool]:
        _only_tasks(entity)
        groups = (grant.role, str(grant))
        offered = select(UserTaskCandidate.task_id).where(UserTaskCandidate.candidate.in_(groups))
        return and_(entity.assignee == grant.of, entity.state == CREATED, entity.id.in_(offered))


@dataclass(frozen=True)
class _Process:
    """The object belongs to one of these processes."""

    ids: tuple[str, ...]

    def holds(self, actor: Asker, grant: Grant, resource: Any) -> bool:
        return resource is not None and _attribute(resource, "process_id") in self.ids

    def where(self, actor: Asker, grant: Grant, entity: Any) -> ColumnElement[bool]:
        column: ColumnElement[Any] = entity.process_id
        return column.in_(self.ids)


@dataclass(frozen=True)
class _OfferedTo:
    """The task was offered to one of these roles; PERSONAL stands for a task given to one person by name."""

    roles: tuple[str, ...]

    def holds(self, actor: Asker, grant: Grant, resource: Any) -> bool:
        if resource is None:
            return False
        groups = list(_many(resource, "candidate_groups"))
        held = {group.partition("@")[0] for group in groups} or {PERSONAL}
        return not held.isdisjoint(self.roles)

    def where(self, actor: Asker, grant: Grant, entity: Any) -> ColumnElement[bool]:
        groups = type_coerce(entity.candidate_groups, Text)
        named = [groups.like(f'%"{role}@%') | groups.like(f'%"{role}"%') for role in self.roles]
        return or_(false(), *named, *([groups == "[]"] if PERSONAL in self.roles else []))


@dataclass(frozen=True)
class _OfKind:
    """A document of one of these kinds that meets another condition as well."""

    kinds: frozenset[str]
    within: Condition

    def holds(self, actor: Asker, grant: Grant, resource: Any) -> bool:
        return _attribute(resource, "kind") in self.kinds and self.within.holds(actor, grant, resource)

    def where(self, actor: Asker, grant: Grant, entity: Any) -> ColumnElement[bool]:
        column: ColumnElement[Any] = entity.kind
        return and_(column.in_(sorted(self.kinds)), self.within.where(actor, grant, entity))


class _SameRole:
    """A link of the trail by somebody who holds, or once held, the very role; the object tells `actor_roles`."""

    def holds(self, actor: Asker, grant: Grant, resource: Any) -> bool:
        return resource is not None and grant.role in _many(resource, "actor_roles")

    def where(self, actor: Asker, grant: Grant, entity: Any) -> ColumnElement[bool]:
        colleagues = select(RoleGrant.login).where(RoleGrant.role == grant.role)
        column: ColumnElement[Any] = entity.actor
        return column.in_(colleagues)


@dataclass(frozen=True)
class _Both:
    """Two conditions at once."""

    first: Condition
    second: Condition

    def holds(self, actor: Asker, grant: Grant, resource: Any) -> bool:
        return self.first.holds(actor, grant, resource) and self.second.holds(actor, grant, resource)

    def where(self, actor: Asker, grant: Grant, entity: Any) -> ColumnElement[bool]:
        return and_(self.first.where(actor, grant, entity), self.second.where(actor, grant, entity))


@dataclass(frozen=True)
class _Said:
    """Something that an office of one of these levels said."""

    levels: tuple[str, ...]

    def holds(self, actor: Asker, grant: Grant, resource: Any) -> bool:
        return _attribute(resource, "level") in self.levels

    def where(self, actor: Asker, grant: Grant, entity: Any) -> ColumnElement[bool]:
        column: ColumnElement[Any] = entity.level
        return column.in_(self.levels)


def both(first: Condition, second: Condition) -> Condition:
    """Two conditions at once."""
    return _Both(first, second)


def said_at(*levels: str) -> Condition:
    """Something that an office of one of these levels said."""
    return _Said(levels)


def of_kind(kinds: Iterable[str], within: Condition) -> Condition:
    """A document of one of these kinds that meets another condition as well."""
    return _OfKind(frozenset(kinds), within)


def offered_to(*roles: str) -> Condition:
    """The task was offered to one of these roles."""
    return _OfferedTo(roles)


def process(*ids: str) -> Condition:
    """The object belongs to one of these processes."""
    return _Process(ids)


ANYTHING: Condition = _Anything()
AREA: Condition = _Area()
OFFERED: Condition = _Offered()
OFFICE: Condition = _Office()
ENTRUSTED: Condition = _Entrusted()
HELD: Condition = _Mine("assignee")
DONE: Condition = _Mine("ended_by")
DONE_FOR: Condition = _Mine("ended_for")
STANDS_IN: Condition = _StandsIn()
STARTED: Condition = _Mine("started_by")
UPLOADED: Condition = _Mine("by")
OWN: Condition = _Mine("login")
SAME_ROLE: Condition = _SameRole()


def _attribute(resource: Any, name: str) -> Any:
    if isinstance(resource, Mapping):
        return resource.get(name)
    return getattr(resource, name, None)


def _many(resource: Any, name: str) -> Iterable[str]:
    return _attribute(resource, name) or ()


def _only_tasks(entity: Any) -> None:
    if entity is not UserTask:
        raise TypeError(f"only user tasks are offered, not {entity}")
