"""Rules of document numbers: their form, one number for one document, and the registers' own series."""

import re
from contextlib import suppress
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.programme.documents.errors import DocumentNumberMalformed, DocumentNumberTaken
from engine.programme.documents.models import Document, NumberSeries

DEPARTMENT = "370000"
DEPARTMENT_NUMBER = re.compile(r"鲁工信[\u4e00-\u9fa5]{0,4}〔20[0-9]{2}〕[1-9][0-9]{0,3}号")
OTHER_NUMBER = re.compile(r"[\u4e00-\u9fa5]{2,16}〔20[0-9]{2}〕[1-9][0-9]{0,3}号")


def check_number(number: str, issuer: str = DEPARTMENT) -> str:
    """The number, if it has the issuer's form (GB/T 9704-2012). Raises DocumentNumberMalformed."""
    form = DEPARTMENT_NUMBER if issuer == DEPARTMENT else OTHER_NUMBER
    if not form.fullmatch(number):
        raise DocumentNumberMalformed(number=number)
    return number


def by_number(session: Session, number: str) -> Document | None:
    """The document that has this number, or None."""
    return session.scalar(select(Document).where(Document.number == number))


def require_free(session: Session, number: str, issuer: str = DEPARTMENT) -> None:
    """One number, one document. Raises DocumentNumberMalformed, DocumentNumberTaken."""
    check_number(number, issuer)
    if taken := by_number(session, number):
        raise DocumentNumberTaken(number=number, title=taken.title, subject=taken.subject)


def register(
    session: Session,
    *,
    number: str,
    kind: str,
    title: str,
    issued_on: date,
    subject: str,
    actor: str,
    at: datetime,
    issuer: str = DEPARTMENT,
) -> Document:
    """Enter an issued document. Raises DocumentNumberMalformed, DocumentNumberTaken."""
    require_free(session, number, issuer)
    document = Document(
        number=number,
        kind=kind,
        title=title,
        issuer=issuer,
        issued_on=issued_on,
        subject=subject,
        registered_by=actor,
        registered_at=at,
    )
    session.add(document)
    session.flush()
    return document


def register_or_join(
    session: Session,
    *,
    number: str,
    kind: str,
    title: str,
    issued_on: date,
    subject: str,
    actor: str,
    at: datetime,
) -> Document:
    """Enter a document, or join the batch that it already lists: same kind, same date (e.g. a list of
    renamings).

    Raises DocumentNumberMalformed, DocumentNumberTaken.
    """
    known = by_number(session, number)
    if known is not None and is_batch(session, number, kind, issued_on):
        return known
    return register(
        session,
        number=number,
        kind=kind,
        title=title,
        issued_on=issued_on,
        subject=subject,
        actor=actor,
        at=at,
    )


def is_batch(session: Session, number: str, kind: str, issued_on: date) -> bool:
    """Whether this number is a document of that kind and date, which may list one more case."""
    known = by_number(session, number)
    return known is not None and known.kind == kind and known.issued_on == issued_on


def next_number(session: Session, series: str) -> int:
    """The next number of one of the registers' own series, from 1.

    The row lock keeps two from getting the same.
    """
    if session.get(NumberSeries, series) is None:
        _begin_series(session, series)
    row = session.get_one(NumberSeries, series, with_for_update=True)
    row.last += 1
    session.flush()
    return row.last


def _begin_series(session: Session, series: str) -> None:
    """Enter the series; when another one enters it at the same instant, theirs stands."""
    with suppress(IntegrityError), session.begin_nested():
        session.add(NumberSeries(name=series, last=0))
        session.flush()
