"""What a new version of an application says otherwise than the one before: for the page, side by side."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Language
from engine.files.reading import Known
from engine.programme.applications.models import ApplicationVersion
from engine.programme.applications.operations import require
from engine.programme.applications.verbs import CATALOGUES
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.returns.models import ApplicationReturn
from engine.programme.submitted import accepted
from forms import FieldView, Form, FormView

if TYPE_CHECKING:
    from engine.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Change:
    """One answer: its key, section and label, its text in both versions, and why it was opened."""

    field: str
    section: str
    label: str
    before: str
    after: str
    reason: str = ""

    @property
    def differs(self) -> bool:
        """Whether the texts differ; an opened answer may have been left as it was."""
        return self.before != self.after


def versions(session: Session, application_no: str) -> list[ApplicationVersion]:
    """All frozen versions, the first one first."""
    where = ApplicationVersion.application_no == application_no
    return list(session.scalars(select(ApplicationVersion).where(where).order_by(ApplicationVersion.version)))


def answered_by(session: Session, application_no: str, version: int) -> ApplicationReturn | None:
    """The return that a version answers, or None for the first version."""
    where = (ApplicationReturn.application_no == application_no, ApplicationReturn.version_after == version)
    return session.scalar(select(ApplicationReturn).where(*where))


def newest(
    rt: "Runtime", session: Session, application_no: str, language: Language = "zh"
) -> FormView | None:
    """An application as it was last submitted; None before that."""
    known = versions(session, application_no)
    return _view(rt, session, _form(rt, session, known[-1]), known[-1], language) if known else None


def changes(
    rt: "Runtime",
    session: Session,
    application_no: str,
    version: int,
    language: Language = "zh",
    *,
    since: int | None = None,
) -> list[Change]:
    """The answers that a version has otherwise than an earlier one, and those that the returns between them opened.

    `since` is by default the version before it. In the order of the form, as texts. A list of which a return named
    rows or cells is told by these. Nothing for version 1. Raises LookupError for a version that does not exist.
    """
    found = {row.version: row for row in versions(session, application_no)}
    if version not in found:
        raise LookupError(f"{application_no} has no version {version}")
    base = version - 1 if since is None else since
    new, old = found[version], found.get(base)
    if old is None:
        return []
    asked = [answered_by(session, application_no, each) for each in range(base + 1, version + 1)]
    reasons = {item["field"]: item["reason"] for row in asked if row is not None for item in row.items}
    form = _form(rt, session, new)
    opened = {name.partition("[")[0] for name in reasons}
    keys = [key for key in form.keys if _value(new, key) != _value(old, key) or key in opened]
    parted = opened - reasons.keys()
    before = _texts(_view(rt, session, form, old, language), keys, parted)
    after = _texts(_view(rt, session, form, new, language), keys, parted)
    return [
        Change(
            name, *_names(before, after, name), _text(before, name), _text(after, name), reasons.get(name, "")
        )
        for name in _told_by(keys, before, after, reasons)
    ]


def _told_by(keys: list[str], before: "_Told", after: "_Told", reasons: Mapping[str, str]) -> Iterator[str]:
    """The names to tell: whole answers; of a list in parts what was opened, and what differs elsewhere in it."""
    known = list(dict.fromkeys([*after, *before]))
    for key in keys:
        if key in known:
            yield key
        for name in known:
            if name.startswith(f"{key}["):
                row = name.partition("]")[0] + "]"
                differs = _text(before, name) != _text(after, name)
                if name in reasons or (name != row and differs and row not in reasons):
                    yield name


_Told = dict[str, tuple[str, str, list[str]]]
"""The name of an answer, a row or a cell to its section, its label and its texts."""


def _texts(view: FormView, keys: list[str], parted: set[str]) -> _Told:
    told: _Told = {}
    for section in view.sections:
        for field in _fields(section.fields):
            key = field.path.replace("[", ".").split(".")[0]
            if key not in keys or field.hidden:
                continue
            if key in parted and field.kind == "dynamiclist":
                told |= _parts(section.title, field)
                continue
            _, label, lines = told.setdefault(key, (section.title, field.label, []))
            lines += lines_of(field, alone=field.label == label)
    return told


def _parts(section: str, field: FieldView) -> _Told:
    """The rows of a list and their cells."""
    told: _Told = {}
    for row in field.rows:
        named = f"{field.label} · {row.label or (row.cells[0].row if row.cells else row.name)}"
        told[row.name] = section, named, [_row(field, "", row.texts)]
        for cell in row.cells:
            told[cell.path] = section, f"{named} · {cell.label}", [cell.text] if cell.text else []
    return told


def _fields(fields: tuple[FieldView, ...]) -> Iterator[FieldView]:
    for field in fields:
        if field.kind == "group":
            yield from _fields(field.fields)
        else:
            yield field


def lines_of(field: FieldView, *, alone: bool) -> list[str]:
    """A field as lines of text, without its label where it stands `alone`: a list has one line a row, files one a file."""
    if field.rows:
        return [_row(field, row.label, row.texts) for row in field.rows]
    text = field.text or ""
    return [text if alone else f"{field.label}：{text}"] if text else []


def _row(field: FieldView, label: str, texts: tuple[str, ...]) -> str:
    cells = [f"{c.label} {text}" for c, text in zip(field.columns, texts, strict=False) if text]
    return "；".join([label, *cells] if label else cells)


def _names(before: _Told, after: _Told, key: str) -> tuple[str, str]:
    section, label, _ = after[key] if key in after else before[key]
    return section, label


def _text(told: _Told, key: str) -> str:
    return "\n".join(told[key][2]) if key in told else ""


def _value(version: ApplicationVersion, key: str) -> Any:
    content: Mapping[str, Any] = version.content
    return content.get(key)


def _form(rt: "Runtime", session: Session, version: ApplicationVersion) -> Form:
    sent = accepted(session, version.submission_id)
    if sent.form_definition_id is None:
        raise LookupError(f"version {version.version} of {version.application_no} was sent without a form")
    return rt.definitions.form(session, rt.definitions.by_key(session, sent.form_definition_id))


def _view(
    rt: "Runtime", session: Session, form: Form, version: ApplicationVersion, language: Language
) -> FormView:
    data = {key: value for key, value in version.content.items() if key in form.keys}
    return form.view(
        data,
        _context(rt, session, version.application_no),
        rt.clock,
        readonly=True,
        language=language,
        functions=rt.functions,
        files=Known(session),
    )


_FACTS = (
    "application_no", "cycle_year", "uscc", "enterprise", "type", "object_name", "county", "city", "industry",
    "catalogue",
)  # fmt: skip


def _context(rt: "Runtime", session: Session, application_no: str) -> dict[str, Any]:
    """What the form saw when it was filled in: the application's own facts and its cycle's catalogues."""
    application = require(session, application_no)
    pinned = require_cycle(session, application.cycle_year).catalogues
    lists = rt.catalogue_lists({id: pinned[type] for type, id in CATALOGUES.items()})
    return {**{name: getattr(application, name) for name in _FACTS}, "catalogues": lists}
