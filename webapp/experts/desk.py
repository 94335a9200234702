"""The desk of the draw: the seed announced, the matrix of experts and applications, exchanges with reasons."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.applications.models import Application
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.cycles.parameters import DEFAULTS
from engine.programme.reviews import draw, draw_input
from engine.programme.reviews.draw import Edit
from engine.programme.reviews.draw_algorithm import Shortage, draw_panels
from engine.programme.reviews.draw_errors import EditNotLawful
from engine.programme.reviews.draw_rules import NEED_NAMES, Candidate, Entry, Rules
from engine.programme.reviews.models import Expert
from engine.programme.reviews.pool_models import PanelDraw
from webapp import access
from webapp.experts import listing
from webapp.i18n import language
from webapp.shared import now, reading
from webapp.tasks import desks
from webapp.tasks.reading import TaskPage

WIDE = 20  # applications of one page of the matrix


@dataclass(frozen=True, slots=True)
class Line:
    """One expert of the matrix: load, conflicts, and a mark for each application of the page."""

    login: str
    name: str
    fields: tuple[str, ...]
    load: int
    barred: int
    marks: tuple[tuple[str, str], ...]  # ("seat" | "edited" | "conflict" | "", what it is)


@dataclass(frozen=True, slots=True)
class Panel:
    """One application of the matrix: its experts by place, and who could come instead."""

    no: str
    name: str
    enterprise: str
    group: str
    places: tuple[tuple[str, str, str], ...]  # need, login, name
    free: tuple[tuple[str, str, int], ...]  # login, name, load
    barred: tuple[tuple[str, str], ...]  # name, kind


@dataclass(frozen=True, slots=True)
class Matrix:
    """What came out, a page of it."""

    lines: tuple[Line, ...]
    panels: tuple[Panel, ...]
    page: int
    pages: int
    groups: tuple[tuple[str, int], ...]
    group: str
    least: int
    most: int
    seats: int
    conflicts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Ready:
    """What a draw would be made from, before the seed is announced."""

    applications: int
    experts: int
    fields: tuple[tuple[str, int], ...]
    accountless: int
    conflicts: tuple[tuple[str, int], ...]
    shortages: tuple[str, ...]
    rules: Rules
    needs: tuple[tuple[str, int], ...]
    source: str


def facts(page: TaskPage, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the desk shows: before the seed what there is to draw from, after it what the seed gives."""
    year = int(page.opened.variables.get("cycle_year") or page.task.business_key or 0)
    may = access.may("draw.read")
    with reading() as session:
        row = draw.current(session, year) if may else None
        if row is None:
            return {"year": year, "row": None, "ready": ready(session, year) if may and page.open else None}
        edits = draw.edits_of(whole(data.get("edits")))
        panels, problems = preview(row, edits)
        return {
            "year": year,
            "row": row,
            "ready": None,
            "matrix": matrix(session, row, panels, {(e.application_no, e.coming) for e in edits}),
            "problems": problems,
            "shortages": shortages(row),
            "may_edit": page.mine and row.confirmed_at is None,
        }


def ready(session: Session, year: int) -> Ready:
    """What there is to draw from today."""
    kept = draw_input.snapshot(session, year, now().date())
    pool, entries, rules = draw_input.read(kept)
    with_account = listing.with_account(session, [c.login for c in pool])
    short = draw_panels(pool, entries, rules, "").shortages  # who can be staffed does not depend on the seed
    parameters = {**DEFAULTS, **require_cycle(session, year).parameters}
    return Ready(
        applications=len(entries),
        experts=len(pool),
        fields=tuple(sorted(Counter(f for c in pool for f in c.fields).items())),
        accountless=len(pool) - len(with_account),
        conflicts=_kinds(entries),
        shortages=tuple(_words(each) for each in short[:20]),
        rules=rules,
        needs=tuple(Counter(rules.needs()).items()),
        source=str(parameters["experts.seed_source"]),
    )


def preview(row: PanelDraw, edits: Sequence[Edit]) -> tuple[dict[str, list[str]], list[str]]:
    """The panels with every exchange that is lawful, and what is wrong with the others."""
    panels = {no: list(logins) for no, logins in draw.drawn(row).panels.items()}
    problems = []
    for edit in edits:
        try:
            panels = draw.edited(row, panels, [edit])
        except EditNotLawful as refusal:
            problems.append(refusal.message(language()))
    return panels, problems


def shortages(row: PanelDraw) -> list[str]:
    """What could not be staffed, in words."""
    return [_words(each) for each in draw.drawn(row).shortages[:20]]


def matrix(
    session: Session, row: PanelDraw, panels: Mapping[str, Sequence[str]], edited: set[tuple[str, str]]
) -> Matrix:
    """One page of experts × applications; which page and group the address says."""
    pool, entries, rules = draw_input.read(row.input)
    known = dict(session.execute(select(Expert.login, Expert.name)).all())
    names = {c.login: str(known.get(c.login, c.login)) for c in pool}
    loads = Counter(login for panel in panels.values() for login in panel)
    group = request.args.get("group", "")
    chosen = [e for e in entries if e.application_no in panels and group in ("", e.panel)]
    pages = max(1, -(-len(chosen) // WIDE))
    page = min(max(1, _number(request.args.get("matrix", "1"))), pages)
    shown = chosen[(page - 1) * WIDE : page * WIDE]
    even = [loads[c.login] for c in pool]
    return Matrix(
        lines=tuple(_line(c, names, loads, entries, shown, panels, edited) for c in _by_field(pool)),
        panels=tuple(_panels(session, shown, pool, names, loads, panels, rules)),
        page=page,
        pages=pages,
        groups=tuple(sorted(Counter(e.panel for e in entries).items())),
        group=group,
        least=min(even, default=0),
        most=max(even, default=0),
        seats=sum(even),
        conflicts=_kinds(entries),
    )


def whole(rows: Any) -> list[dict[str, Any]]:
    """The rows of the form that say who comes and who leaves; others are still being written."""
    wanted = ("application_no", "leaving", "coming")
    return [row for row in rows or () if isinstance(row, Mapping) and all(row.get(name) for name in wanted)]  # type: ignore[misc]


def _line(
    candidate: Candidate,
    names: Mapping[str, str],
    loads: Mapping[str, int],
    entries: Sequence[Entry],
    shown: Sequence[Entry],
    panels: Mapping[str, Sequence[str]],
    edited: set[tuple[str, str]],
) -> Line:
    login = candidate.login
    marks = []
    for entry in shown:
        if login in panels[entry.application_no]:
            marks.append(("edited" if (entry.application_no, login) in edited else "seat", ""))
        else:
            kind = entry.barred.get(login, "")
            marks.append(("conflict" if kind else "", kind))
    barred = sum(login in entry.barred for entry in entries)
    return Line(login, names[login], candidate.fields, loads[login], barred, tuple(marks))


def _panels(
    session: Session,
    shown: Sequence[Entry],
    pool: Sequence[Candidate],
    names: Mapping[str, str],
    loads: Mapping[str, int],
    panels: Mapping[str, Sequence[str]],
    rules: Rules,
) -> list[Panel]:
    numbers = [entry.application_no for entry in shown]
    rows = session.scalars(select(Application).where(Application.application_no.in_(numbers)))
    about = {a.application_no: a for a in rows}
    found = []
    for entry in shown:
        panel = panels[entry.application_no]
        free = [c.login for c in pool if c.login not in panel and c.login not in entry.barred]
        free.sort(key=lambda login: (loads[login], names[login]))
        application = about.get(entry.application_no)
        found.append(
            Panel(
                entry.application_no,
                application.object_name if application else "",
                application.enterprise if application else "",
                entry.panel,
                tuple((n, login, names[login]) for n, login in zip(rules.needs(), panel, strict=True)),
                tuple((login, names[login], loads[login]) for login in free),
                tuple((names[login], kind) for login, kind in entry.barred.items() if login in names),
            )
        )
    return found


def _words(shortage: Shortage) -> str:
    return draw.shortage_refusal(shortage).message(language())


def _kinds(entries: Sequence[Entry]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(kind for e in entries for kind in e.barred.values()).items()))


def _by_field(pool: Sequence[Candidate]) -> list[Candidate]:
    order = list(NEED_NAMES)
    return sorted(
        pool, key=lambda c: (c.fields[:1], order.index(c.fields[0]) if c.fields[0] in order else 0, c.login)
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1


desks.register("draw", template="experts/draw.html", facts=facts)
