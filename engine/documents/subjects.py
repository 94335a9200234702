"""What a document is about: found in its register, with whose area it lies in and how files name it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.documents import kinds as k
from engine.documents.kinds import Kind
from engine.errors import NotFound
from engine.programme.announcements.models import Notice, Publication, PublicNotice
from engine.programme.applications.models import Application
from engine.programme.cycles.models import Cycle
from engine.programme.monitoring.models import Evaluation, Mandate
from engine.programme.recommendations.models import Recommendation
from engine.programme.renamings.models import Renaming
from engine.programme.revocations.models import Revocation
from engine.programme.titles.models import TYPE_NAMES, Title
from engine.store.people import Organisation


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a document belongs. `parts` are what its file is named by: city, enterprise, type, as there are."""

    subject: str
    year: int | None
    title: str
    parts: tuple[str, ...] = ()
    city: str | None = None
    county: str | None = None
    uscc: str | None = None
    organisation: str | None = None
    kind: str = ""
    """The kind of document, as the policy table asks for it."""


def scope(session: Session, kind: Kind, subject: str) -> Scope:
    """What this subject of a kind is. Raises NotFound for one that no register knows."""
    found = _FINDERS[kind.about](session, subject)
    if found is None:
        raise NotFound(what_zh=f"“{kind.zh}”的对象", what_en=f"What “{kind.en}” is about")
    names = {name: getattr(found, name) for name in Scope.__dataclass_fields__}
    return Scope(**{**names, "kind": kind.id})


def place_name(session: Session, code: str) -> str:
    """The name of a place by its code, or the code."""
    return session.scalar(select(Organisation.name).where(Organisation.code == code)) or code


def _number(subject: str) -> int:
    """The key of a row, 0 for what is none: no row has it."""
    return int(subject) if subject.isdigit() and len(subject) < 10 else 0


def _cycle(session: Session, subject: str) -> Scope | None:
    year, dash, round = subject.partition("-")
    if dash and not _number(round):
        return None
    found = session.scalar(select(Cycle.year).where(Cycle.year == _number(year)))
    title = f"{year}年度" + (f"第{round}次" if dash else "")
    return Scope(subject, found, title, (title,)) if found else None


Issued = TypeVar("Issued", Notice, PublicNotice, Publication)


def in_year(session: Session, model: type[Issued], subject: str) -> Issued | None:
    """What was issued in a year: `2024-1` is the first; `2024` alone the last public notice, else the first.

    A document's number finds it as well.
    """
    return _rank(session, model, subject)[1]


def _rank(session: Session, model: type[Issued], subject: str) -> tuple[int, Issued | None]:
    year, _, place = subject.partition("-")
    if not _number(year):
        return _by_number(session, model, subject)
    rows = session.scalars(select(model).where(model.cycle_year == _number(year)).order_by(model.id)).all()
    wanted = _number(place) if place else (len(rows) if model is PublicNotice else 1)
    return (wanted, rows[wanted - 1]) if 0 < wanted <= len(rows) else (0, None)


def _by_number(session: Session, model: type[Issued], subject: str) -> tuple[int, Issued | None]:
    column = {Notice: Notice.notice_no, Publication: Publication.document_no}.get(model)
    row = session.scalar(select(model).where(column == subject)) if column is not None else None
    if row is None:
        return 0, None
    before = select(func.count(model.id)).where(model.cycle_year == row.cycle_year, model.id <= row.id)
    return session.scalar(before) or 0, row


def issued_as(session: Session, row: Notice | PublicNotice | Publication) -> str:
    """The subject of what was issued: year and its place in that year."""
    model = type(row)
    before = select(func.count(model.id)).where(model.cycle_year == row.cycle_year, model.id <= row.id)
    return f"{row.cycle_year}-{session.scalar(before) or 0}"


def _issued(model: type[Issued]) -> Callable[[Session, str], Scope | None]:
    """A finder whose subject is always year and place, however it was asked for."""

    def find(session: Session, subject: str) -> Scope | None:
        place, row = _rank(session, model, subject)
        if row is None:
            return None
        year = row.cycle_year
        return Scope(f"{year}-{place}", year, row.title, (f"{year}年度", f"第{place}件"))

    return find


def _package(session: Session, subject: str) -> Scope | None:
    year, _, city = subject.partition("-")
    row = session.scalar(
        select(Recommendation).where(Recommendation.cycle_year == _number(year), Recommendation.city == city)
    )
    if row is None:
        return None
    name = place_name(session, city)
    return Scope(subject, row.cycle_year, f"{name} {year}年度", (name, f"{year}年度"), city=city)


def _application(session: Session, subject: str) -> Scope | None:
    row = session.scalar(select(Application).where(Application.application_no == subject))
    return _of_thing(session, subject, row, row.enterprise, row.object_name) if row else None


def _title(session: Session, subject: str) -> Scope | None:
    row = session.scalar(select(Title).where(Title.title_no == subject))
    return _of_thing(session, subject, row, row.holder, row.name) if row else None


def _of_thing(session: Session, subject: str, row: Any, enterprise: str, name: str) -> Scope:
    return Scope(
        subject,
        row.cycle_year,
        f"{enterprise} {name}",
        (place_name(session, row.city), enterprise, TYPE_NAMES.get(row.type, row.type)),
        row.city,
        row.county,
        row.uscc,
    )


def _of_case(session: Session, subject: str, title_no: str, year: int, agency: str | None) -> Scope | None:
    """A case about a title lies where the title does, in the year of the case."""
    held = _title(session, title_no)
    if held is None:
        return None
    return Scope(subject, year, held.title, held.parts, held.city, held.county, held.uscc, agency)


def _renaming(session: Session, subject: str) -> Scope | None:
    row = session.scalar(select(Renaming).where(Renaming.renaming_no == subject))
    return _of_case(session, subject, row.title_no, row.applied_at.year, None) if row else None


def _evaluation(session: Session, subject: str) -> Scope | None:
    row = session.scalar(select(Evaluation).where(Evaluation.evaluation_no == subject))
    return _of_case(session, subject, row.title_no, row.year, row.agency) if row else None


def _revocation(session: Session, subject: str) -> Scope | None:
    row = session.scalar(select(Revocation).where(Revocation.revocation_no == subject))
    return _of_case(session, subject, row.title_no, row.opened_at.year, None) if row else None


def _mandate(session: Session, subject: str) -> Scope | None:
    """`WT-3` is the third mandate; its number holds signs that no address does."""
    prefix, _, number = subject.partition("-")
    row = session.get(Mandate, _number(number)) if prefix == "WT" else None
    if row is None:
        return None
    title = f"{row.agency_name} {row.document_no}"
    return Scope(
        subject, row.starts_on.year, title, (row.agency_name, row.document_no), organisation=row.agency
    )


_FINDERS: dict[str, Callable[[Session, str], Scope | None]] = {
    k.CYCLE: _cycle,
    k.NOTICE: _issued(Notice),
    k.ANNOUNCEMENT: _issued(PublicNotice),
    k.PUBLICATION: _issued(Publication),
    k.PACKAGE: _package,
    k.APPLICATION: _application,
    k.TITLE: _title,
    k.RENAMING: _renaming,
    k.EVALUATION: _evaluation,
    k.REVOCATION: _revocation,
    k.MANDATE: _mandate,
}
