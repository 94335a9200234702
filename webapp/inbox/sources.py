"""The tabs of the inbox as rows of narrow columns, each through an index of its own, and who has which tab.

Each tab is one reason for which the policy table lets a person read a task; `query.page` asks the table itself
about every row that is shown.
"""

from typing import Any

from sqlalchemy import Select, case, false, intersect, literal, or_, select

from engine.conditions import STANDS_IN
from engine.inbox.models import CaseFollow, CaseToken
from engine.inbox.words import sought
from engine.policy import HEADS, Actor
from engine.programme.reviews import blind
from engine.store.tasks import CANCELED, COMPLETED, CREATED, NEVER, UserTask, UserTaskCandidate
from webapp import access
from webapp.inbox import filters as f

MINE, OFFERED, DONE, FOLLOWED, ALL = "mine", "offered", "done", "followed", "all"
TABS = (MINE, OFFERED, DONE, FOLLOWED, ALL)
PLAIN = {"process": "process_id", "step": "name", "city": "city", "type": "type", "year": "year"}
"""The columns behind the filters that compare for being equal."""
LAST = "\U0010ffff"


def tabs(actor: Actor) -> tuple[str, ...]:
    """The tabs that a person has: all tasks of an office are for its head, all of the province for supervision."""
    places = offices(actor)
    return TABS if places is None or places else TABS[:-1]


def offices(actor: Actor) -> set[str] | None:
    """The organisations of which the actor sees every task; None for all of them."""
    if any(grant.role == "supervision" for grant in actor.grants):
        return None
    return {grant.organisation for grant in actor.grants if grant.role in HEADS}


def inboxes(actor: Actor) -> list[str]:
    """What offers are addressed to: the actor's groups, and the actor by name."""
    return sorted({*actor.groups, f"user:{actor.login}"})


def columns(tab: str) -> dict[str, Any]:
    """The narrow columns of a tab by name, in the table that it is counted and sorted in."""
    row: Any = UserTaskCandidate if tab == OFFERED else UserTask
    named = {
        "id": row.task_id if tab == OFFERED else row.id,
        "due": row.due_order,
        "received": row.created_at,
    }
    named |= {name: getattr(row, col) for name, col in PLAIN.items()}
    return named | {"key": row.business_key, "priority": row.priority, "company": row.company}


def rows(actor: Actor, tab: str, chosen: list[Any], filters: f.Filters, at: f.Moment) -> Select[Any]:
    """These expressions of every row of a tab that meets the filters; a task offered twice has two equal rows."""
    query: Select[Any] = select(*chosen).where(*wanted(actor, tab, filters, at))
    if tab == OFFERED:
        return query.where(UserTaskCandidate.candidate.in_(inboxes(actor)), UserTaskCandidate.free)
    return query.where(*belongs(actor, tab))


def belongs(actor: Actor, tab: str) -> list[Any]:
    """What makes a task belong to a tab, on the table of tasks."""
    if tab == MINE:
        return [_held(actor), UserTask.state == CREATED]
    if tab == DONE:
        mine = UserTask.ended_by == actor.login, UserTask.ended_for == actor.login
        return [or_(*mine), UserTask.state == COMPLETED]
    if tab == ALL:
        places = offices(actor)
        open_now = [UserTask.state == CREATED]
        return open_now if places is None else [*open_now, UserTask.organisation.in_(sorted(places))]
    keys = select(CaseFollow.key).where(CaseFollow.login == actor.login)
    ours = access.visible("task.read", select(UserTask)).whereclause
    return [UserTask.business_key.in_(keys), UserTask.state != CANCELED, *([] if ours is None else [ours])]


def _held(actor: Actor) -> Any:
    """What I hold, and what people hold for whom I stand in."""
    mine = UserTask.assignee == actor.login
    lent = [STANDS_IN.where(actor, grant, UserTask) for grant in actor.lent]
    return or_(mine, *lent) if lent else mine


def wanted(actor: Actor, tab: str, filters: f.Filters, at: f.Moment) -> list[Any]:
    """The conditions of all filters on a tab's rows."""
    named = columns(tab)
    found = [named[name] == getattr(filters, name) for name in PLAIN if getattr(filters, name)]
    if filters.state:
        found.append(state(tab) == filters.state)
    if tab != DONE:
        found += _due(named["due"], filters.due, at)
    return found + searched(actor, named["key"], filters.q)


def by_company(actor: Actor, tab: str) -> Any:
    """What a list is ordered by company with. Whoever must not know whose application it is has the number instead."""
    named = columns(tab)
    if not blind.sees_no_names(actor):
        return named["company"]
    return case((named["key"].in_(blind.blind_numbers()), named["key"]), else_=named["company"])


def searched(actor: Actor, key: Any, words: str) -> list[Any]:
    """A case is found when each word begins one of its tokens: a range of one index per word.

    Whoever must not know whose application it is finds it by its number alone.
    """
    found = sought(words)
    if words.strip() and not found:
        return [false()]
    # a part of the number from one of its hyphens on: what a name happens to share with it finds nothing
    by_number = or_(CaseToken.key == CaseToken.token, CaseToken.key.like(literal("%-") + CaseToken.token))
    hidden = blind.sees_no_names(actor)
    known = [or_(CaseToken.key.not_in(blind.blind_numbers()), by_number)] if hidden else []
    beginning = [
        select(CaseToken.key).where(CaseToken.token >= word, CaseToken.token < word + LAST, *known)
        for word in found
    ]
    if len(beginning) < 2:
        return [key.in_(one) for one in beginning]
    # one set of cases that all words share: a database that thinks few cases begin with a word would otherwise look
    # every single row up in the index of each word
    return [key.in_(intersect(*beginning))]


def bucket(tab: str, at: f.Moment) -> Any:
    """The due group of a row, in SQL; as `Moment.bucket`."""
    due = columns(tab)["due"]
    ends = ((f.OVERDUE, at.now), (f.TODAY, at.today), (f.WEEK, at.week))
    named = [(due <= end, literal(name)) for name, end in ends]
    return case(*named, (due < NEVER, literal(f.LATER)), else_=literal(f.NEVER))


def state(tab: str) -> Any:
    """The state of a row, in SQL."""
    if tab in (MINE, OFFERED, DONE):
        return literal({MINE: f.HELD, OFFERED: f.FREE, DONE: f.DONE}[tab])
    ended = [] if tab == ALL else [(UserTask.state == COMPLETED, literal(f.DONE))]
    return case(*ended, (UserTask.assignee.is_(None), literal(f.FREE)), else_=literal(f.HELD))


def _due(due: Any, wished: str, at: f.Moment) -> list[Any]:
    if wished == f.OVERDUE:
        return [due <= at.now]
    if wished in (f.TODAY, f.WEEK):
        return [due > at.now, due <= (at.today if wished == f.TODAY else at.week)]
    if wished == f.LATER:
        return [due > at.week, due < NEVER]
    return [due >= NEVER] if wished == f.NEVER else []
