"""The pages of filling in, rendered: task list, section, answers to check, conflict, print."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for

from engine.commands.drafts import digest
from engine.errors import NotFound, Refusal
from forms.errors import FieldError
from forms.progress import SectionProgress
from forms.sections import keyed
from forms.survey import Outline, Survey
from forms.viewmodel import FieldView, FormView, SectionView
from webapp import files
from webapp.i18n import language
from webapp.tasks import changes, desks, keeping, stages
from webapp.tasks.keeping import Kept, Memory
from webapp.tasks.opened import Opened
from webapp.tasks.reading import TaskPage

DECLARATION = (
    "declaration"  # the property of the section that is filled in on the page that checks the answers
)


_WORD = re.compile(r"[A-Za-z_]\w*")  # names in a condition


def task(
    page: TaskPage,
    data: Mapping[str, Any],
    errors: Sequence[FieldError] = (),
    *,
    refusal: Refusal | None = None,
    memory: Memory | None = None,
) -> str:
    """The page of a task whose form is one page, or that somebody else fills in, or that has ended."""
    files.page(page.opened.purpose)
    view, desk = page.view(data, errors), desks.of(page.opened)
    return render_template(
        desk.template,
        page=page,
        view=view,
        desk=desk.facts(page, data),
        shown=changes.shown(view, changes.stamp(page.opened, data)) if view else "",
        memory=memory or keeping.fresh(page.opened),
        refusal=refusal.message(language()) if refusal else "",
        basis_of_refusal=refusal.as_dict()["basis"] if refusal else "",
        has_errors=bool(errors or refusal),
    )


def overview(page: TaskPage) -> str:
    """The task list of a long form: every section with its state, how many are done, until when."""
    data = page.kept()
    own = declaration(page.opened)
    listed = [s for s in page.opened.survey(data).progress if s.id not in own and _concerns(page.opened, s)]
    asked = [s for s in listed if s.state != "closed"]
    return render_template(
        "tasks/overview.html",
        page=page,
        listed=listed,
        done=sum(s.state == "done" for s in asked),
        total=len(asked),
        returned=returned(page.opened, data),
    )


def section(
    page: TaskPage,
    slug: str,
    data: Mapping[str, Any],
    errors: Sequence[FieldError] = (),
    *,
    memory: Memory | None = None,
) -> str:
    """One section to fill in. Raises NotFound for one that is not asked for."""
    files.page(page.opened.purpose)
    opened = page.opened
    found = opened.outline(data, slug)
    order = wanted(opened, found)
    if slug not in order:
        raise NotFound(what_zh="这一部分", what_en="This section")
    view = opened.view(data, errors, section=slug, hints=found.hints)
    if view is None or not view.sections:
        raise NotFound(what_zh="这一部分", what_en="This section")
    number = order.index(slug)
    return render_template(
        "tasks/section.html",
        page=page,
        view=view,
        part=view.sections[0],
        slug=slug,
        number=number + 1,
        total=len(order),
        back="check" in (request.args.get("back"), request.form.get("_back")),
        shown=changes.shown(view, changes.stamp(opened, data)),
        memory=memory or keeping.fresh(opened),
        has_errors=bool(errors),
    )


@dataclass(frozen=True, slots=True)
class Checked:
    """One section on the page that checks the answers."""

    view: SectionView
    state: str
    changes: tuple[tuple[str, FieldView], ...]
    """With what each is called."""


@dataclass(frozen=True, slots=True)
class Returned:
    """One answer that was sent back to be mended: where, what it is called, why."""

    section: str
    anchor: str
    label: str
    reason: str


def check(
    page: TaskPage,
    data: Mapping[str, Any],
    errors: Sequence[FieldError] | None = None,
    *,
    declared: bool = False,
    refusal: Refusal | None = None,
) -> str:
    """All answers to read before they are sent, what still blocks, what looks odd, and the declaration.

    `errors` are those of a submission that was refused; without them everything but the declaration is checked.
    """
    opened = page.opened
    files.page(opened.purpose)
    found = opened.survey(data)
    own = promised(opened, found)
    open_errors = [e for e in found.errors if e.section not in own]
    view = opened.view(data, open_errors, readonly=True)
    promise = [opened.view(data, errors or (), section=slug) for slug in own]
    return render_template(
        "tasks/check.html",
        page=page,
        stages=stages.moved(page.stages, "check"),
        parts=_checked(view, found.states, own),
        problems=located(opened, view) if view else [],
        promise_views=[part for part in promise if part],
        promise=[part.sections[0] for part in promise if part and part.sections],
        promise_errors=[e for part in promise if part for e in part.errors if e.section in own],
        undeclared=errors is not None and not own and not declared,
        hints=found.hints,
        asked=wanted(opened, found),
        refusal=refusal.message(language()) if refusal else "",
        basis_of_refusal=refusal.as_dict()["basis"] if refusal else "",
        revision=opened.draft.revision if opened.draft else 0,
        has_errors=errors is not None or refusal is not None,
    )


def conflict(opened: Opened, slug: str | None, kept: Kept, pairs: Sequence[tuple[str, str]]) -> str:
    """Two values of the same answer, one beside the other: the person says which one stays."""
    ours = opened.view(kept.shown, readonly=True)
    theirs = opened.view({**(opened.limits.base or {}), **kept.saved.data}, readonly=True)
    keys = {c.key for c in kept.conflicts}
    return render_template(
        "tasks/conflict.html",
        task=opened.task,
        slug=slug,
        rows=_pairwise(ours, theirs, keys),
        pairs=pairs,
        memory=knowing_all(kept),
        saved=kept.saved.at,
        has_errors=True,
    )


def knowing_all(kept: Kept) -> Memory:
    """The memory of a page on which the person has seen both sides of every conflict."""
    base = {c.key: digest(c.kept) for c in kept.conflicts}
    return Memory(kept.memory.page, {**kept.memory.base, **base}, kept.memory.serial + 1)


def differing(opened: Opened, kept: Kept) -> list[tuple[FieldView, FieldView]]:
    """Mine and what another tab has saved, for each answer that both have changed."""
    ours, theirs = opened.view(kept.shown, readonly=True), opened.view(kept.saved.data, readonly=True)
    return _pairwise(ours, theirs, {c.key for c in kept.conflicts})


def printed(page: TaskPage, *, blank: bool) -> str:
    """The whole form to read or, blank, to fill in by hand; without navigation."""
    data: Mapping[str, Any] = {} if blank else page.kept()
    view = page.opened.view(data, readonly=not blank)
    if view is None:
        raise NotFound(what_zh="这项任务的表单", what_en="The form of this task")
    return render_template("tasks/print.html", page=page, view=view, blank=blank)


def declaration(opened: Opened) -> list[str]:
    """The sections that are filled in where the answers are checked."""
    sections = opened.form.sections if opened.form else ()
    return [s.id for s in sections if s.head is not None and s.head.properties.get(DECLARATION) == "true"]


def _concerns(opened: Opened, found: SectionProgress) -> bool:
    """Whether a section may yet be asked for: not one that is for another type of application."""
    form = opened.form
    if form is None or not found.hidden:
        return True
    head = next((s.head for s in form.sections if s.id == found.id), None)
    given = {c.path[-1] for s in form.sections for c in keyed(s.components) if c.readonly is not True}
    return bool(given.intersection(_WORD.findall(str(head.hide)))) if head is not None else True


def promised(opened: Opened, found: Survey) -> list[str]:
    """Those of them that can be given now; without any, the page itself asks for a declaration."""
    return [slug for slug in declaration(opened) if found.states.get(slug) != "closed"]


def wanted(opened: Opened, found: Survey | Outline) -> list[str]:
    """The sections that are asked for now, in their order."""
    own = declaration(opened)
    return [id for id in found.asked if id not in own]


def returned(opened: Opened, data: Mapping[str, Any]) -> list[Returned]:
    """What was sent back to be mended, in page order: answers, and rows and cells of lists."""
    if opened.limits.only is None:
        return []
    view = opened.view(data)
    slugs = _slugs(opened)
    return [
        Returned(slugs.get(f.path.partition("[")[0].partition(".")[0], ""), f.id, label, f.reason)
        for s in (view.sections if view else ())
        for label, f in _cells(s.fields)
        if f.reason
    ]


def located(opened: Opened, view: FormView) -> list[tuple[str, str, str]]:
    """What blocks the submission: label, message with the name of its table, and the address where it is mended."""
    tables = {f.path: f.label for s in view.sections for f in _all(s.fields) if f.kind == "dynamiclist"}
    return [
        (
            error.label,
            tables.get(error.path.partition("[")[0], "") + error.message,
            url_for(
                "tasks.section", id=opened.task.id, slug=error.section, back="check", _anchor=error.anchor
            )
            if error.section
            else "",
        )
        for error in view.errors
    ]


def _checked(view: FormView | None, states: Mapping[str, str], own: Sequence[str]) -> list[Checked]:
    return [
        Checked(part, states.get(part.id, ""), tuple(each for each in _cells(part.fields) if each[1].before))
        for part in (view.sections if view else ())
        if not part.hidden and part.id not in own
    ]


def _pairwise(
    ours: FormView | None, theirs: FormView | None, keys: set[str]
) -> list[tuple[FieldView, FieldView]]:
    by_path = {f.path: f for s in (theirs.sections if theirs else ()) for f in _all(s.fields)}
    return [
        (mine, by_path[mine.path])
        for s in (ours.sections if ours else ())
        for mine in _all(s.fields)
        if mine.path in by_path and mine.path.partition(".")[0] in keys
    ]


def _all(fields: Sequence[FieldView]) -> list[FieldView]:
    """The fields that hold answers, those inside groups included; a list counts as one."""
    return [each for f in fields for each in (_all(f.fields) if f.kind == "group" else [f])]


def _cells(fields: Sequence[FieldView]) -> Iterator[tuple[str, FieldView]]:
    """The same with what each is called, and behind a list the cells of its rows."""
    for field in _all(fields):
        yield field.label, field
        for row in () if field.before else field.rows:  # a list that got or lost rows is told as a whole
            for cell in _all(row.fields):
                yield " · ".join(name for name in (field.label, cell.row, cell.label) if name), cell


def _slugs(opened: Opened) -> dict[str, str]:
    form = opened.form
    return {key: s.id for s in form.sections for key in s.keys()} if form else {}  # noqa: SIM118
