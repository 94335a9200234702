"""Changes of the rules: the list, and one change with its files, its checks, whom it concerns and what was done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Refusal
from engine.problems import Problem, errors
from engine.store.studio import OPEN, RuleChange, RuleDraftRefused
from engine.store.trail import Audit
from engine.studio.drafts import discussing, drafting
from engine.studio.drafts.approving import hands
from engine.studio.drafts.concerned import Concerned, concerned, processes, running
from engine.studio.drafts.readiness import Readiness, look
from engine.studio.drafts.refusals import NoComment
from engine.tables import is_table
from webapp import access
from webapp.access import actor, rule
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.names import people_names, process_names
from webapp.shared import now, reading, runtime
from webapp.studio.blueprint import blueprint
from webapp.studio.editing import one_change
from webapp.studio.file_names import deployed_names, grouped, names_in

ACTION = drafting.ACTION
LISTED = 200


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of a change: what is in it, who has it open, what is wrong, whether its base moved or it differs."""

    file: str
    names: Sequence[str]
    draft: drafting.Draft
    others: Sequence[str]
    problems: Sequence[Problem]
    moved: bool
    differs: bool

    @property
    def errors(self) -> int:
        """How many findings stop a deployment."""
        return len(errors(list(self.problems)))


@blueprint.get("/changes")
@rule(ACTION)
def changes() -> str:
    """The changes that are open, and those that were closed, newest first; `?file=` says what to take in."""
    access.require(ACTION)
    return _list("", request.args)


def _list(refusal: str, typed: Mapping[str, str]) -> str:
    with reading() as session:
        rows = list(session.scalars(select(RuleChange).order_by(RuleChange.id.desc()).limit(LISTED)))
        files = {row.id: drafting.draft_names(session, row.id) for row in rows}
        return render_template(
            "studio/changes.html",
            open=[row for row in rows if row.state in OPEN],
            closed=[row for row in rows if row.state not in OPEN],
            files=files,
            named=_named(session, files),
            people=people_names(session, {row.begun_by for row in rows}),
            refusal=refusal,
            typed=typed,
        )


def _named(session: Session, files: Mapping[int, Sequence[str]]) -> dict[tuple[int, str], Sequence[str]]:
    """What is in the files of changes, by change and file: as deployed; of one that is not, as it is drafted."""
    deployed = deployed_names(session)
    return {
        (change, file): deployed[file]
        if file in deployed
        else names_in(file, drafting.draft(session, change, file).content)
        for change, names in files.items()
        for file in names
    }


@blueprint.post("/changes")
@rule(ACTION)
def begin() -> Any:
    """Begin a change; with `file`, take that file in at once and open it."""
    access.require(ACTION)
    title, reason, file = (request.form.get(name, "") for name in ("title", "reason", "file"))
    try:
        number = drafting.begin(runtime(), actor(), title=title, reason=reason)
        if file:
            drafting.take_in(runtime(), actor(), number, file)
    except Refusal as refusal:
        return _list(refusal.message(language()), request.form), refusal.status
    if file:
        return redirect(url_for("studio.edit", change=number, file=file))
    return redirect(url_for("studio.change", change=number))


@blueprint.get("/changes/<int:change>")
@rule(ACTION)
def change(change: int) -> str:
    """One change. Raises NotFound."""
    access.require(ACTION)
    return page(change)


def page(change: int, refusal: str = "", comment: str = "") -> str:
    """The page of a change, with a refusal on top if there is one. Raises NotFound."""
    with reading() as session:
        row = one_change(session, change)
        ready = look(runtime(), session, change)
        drafts, deployed = drafting.drafts(session, change), deployed_names(session)
        apart = _refused_saves(session, change)
        steps, involved = _steps(session, row), hands(session, row)
        said = discussing.comments(session, change)
        logins = {
            *(row.submitted_by, row.approved_by, row.closed_by),
            *involved,
            *(step.actor for step in steps),
            *(each.by for each in apart),
            *(login for each in said for login in (each.by, *each.mentions)),
        }
        return render_template(
            "studio/change.html",
            change=row,
            open=row.state in OPEN,
            ready=ready,
            files=_files(session, change, drafts, ready, deployed),
            drafts=drafts,
            apart=apart,
            others=grouped(set(deployed) - set(drafts)),
            tables=grouped(file for file in {*deployed, *drafts} if is_table(file)),
            named=deployed,
            involved=involved,
            mine=actor().login in involved,
            steps=steps,
            said=said,
            comment=comment,
            tools=_tools(change),
            people=people_names(session, logins),
            refusal=refusal,
            **(_concerned(session, change, ready) if row.state in OPEN else {"touched": {}}),
        )


def _refused_saves(session: Session, change: int) -> Sequence[RuleDraftRefused]:
    """Saves that would have overwritten somebody else's, the newest first."""
    rows = select(RuleDraftRefused).where(RuleDraftRefused.change_id == change)
    return session.scalars(rows.order_by(RuleDraftRefused.id.desc())).all()


def _files(
    session: Session,
    change: int,
    drafts: Mapping[str, drafting.Draft],
    ready: Readiness,
    deployed: Mapping[str, Sequence[str]],
) -> list[FileRow]:
    moved = {each.file for each in ready.moved}
    return [
        FileRow(
            file,
            names_in(file, draft.content) or deployed.get(file, ()),
            draft,
            drafting.present(session, change, file, actor(), now()),
            [problem for problem in ready.problems if problem.file == file],
            file in moved,
            file in ready.differing,
        )
        for file, draft in drafts.items()
    ]


def _concerned(session: Session, change: int, ready: Readiness) -> dict[str, Any]:
    files = drafting.drafted_files(session, change)
    touched = processes(files, ready.differing)
    cases: list[Concerned] = concerned(session, files, sorted(touched)) if touched else []
    return {
        "touched": touched,
        "process_names": process_names(session, touched),
        "cases": cases,
        "running": running(session, sorted(touched)) if touched else 0,
    }


def _steps(session: Session, change: RuleChange) -> Sequence[Audit]:
    """What was done with a change, oldest first, and with the scenarios that it is measured by meanwhile."""
    about = (Audit.object_type == "rule_change") & (Audit.object_key == str(change.id))
    scenarios = (Audit.object_type == "recorded_scenario") & (Audit.at >= change.begun_at)
    if change.closed_at is not None:
        scenarios &= Audit.at <= change.closed_at
    return session.scalars(select(Audit).where(about | scenarios).order_by(Audit.sequence)).all()


def _tools(change: int) -> list[tuple[str, str]]:
    """What can be done with the drafts before they are deployed, on pages of their own."""
    known = (
        ("studio.try_change", _("试运行")),
        ("studio.change_scenarios", _("场景和覆盖")),
        ("studio.replay_change", _("用办结的案件重放")),
    )
    return [
        (label, url_for(endpoint, change=change))
        for endpoint, label in known
        if endpoint in current_app.view_functions
    ]


@blueprint.post("/changes/<int:change>/files")
@rule(ACTION)
def enter(change: int) -> Any:
    """Take a deployed file in (`file`), or an uploaded one (`upload`)."""
    access.require(ACTION)
    upload, file = request.files.get("upload"), request.form.get("file", "")
    try:
        if upload and upload.filename:
            file = upload.filename.replace("\\", "/").rpartition("/")[2]
            drafting.add(runtime(), actor(), change, file, upload.read())
        else:
            drafting.take_in(runtime(), actor(), change, file)
    except Refusal as refusal:
        return page(change, refusal.message(language())), refusal.status
    flash(_("已加入文件 %(file)s。", file=file))
    return redirect(url_for("studio.change", change=change))


@blueprint.post("/changes/<int:change>/comments")
@rule(ACTION)
def comment(change: int) -> Any:
    """Say something about a change. Raises NotFound."""
    access.require(ACTION)
    text = request.form.get("comment", "")
    try:
        discussing.comment(runtime(), actor(), change, text)
    except NoComment as refusal:
        return page(change, refusal.message(language()), text), refusal.status
    return redirect(url_for("studio.change", change=change, _anchor="comments"))
