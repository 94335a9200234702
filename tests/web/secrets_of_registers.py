"""Everything that the database knows and the public must not: taken from the registers, by kind (I19)."""

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.applications.models import Application, ApplicationVersion
from engine.programme.objections.models import Objection, ObjectionIdentity
from engine.programme.reviews.models import Expert, ExpertSheet, SiteVisit
from engine.programme.revocations.models import Revocation
from engine.store.files import StoredFile
from engine.store.people import Account

PERSONAL = re.compile(r"contact|mobile|phone|tel|mail|legal_person|signer|filler|id_card|person_name")
KINDS = (
    "account",
    "login",
    "applicant",
    "mobile",
    "expert",
    "score",
    "opinion",
    "objector",
    "objection",
    "case",
    "file",
)
MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


def secrets_of(session: Session) -> dict[str, set[str]]:
    """Values by kind, every one long enough not to stand in a text by chance."""
    found: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for kind, value in _all(session):
        text = str(value or "").strip()
        if len(text) > 1:
            found[kind].add(text)
    return found


def _all(session: Session) -> Iterator[tuple[str, Any]]:
    for account in session.scalars(select(Account)):
        yield "account", account.name
        yield "login", account.login
        yield "mobile", account.mobile
        yield "account", account.email
    for expert in session.scalars(select(Expert)):
        yield "expert", expert.name
        yield "expert", expert.login
        yield "expert", expert.employer
    yield from _of_applications(session)
    yield from _of_reviews(session)
    yield from _of_objections(session)
    for case in session.scalars(select(Revocation)):
        for value in (case.clue, case.facts, case.legal_opinion, case.statement):
            yield "case", value
    for file in session.scalars(select(StoredFile)):
        yield "file", file.id
        yield "file", file.sha256


def _of_applications(session: Session) -> Iterator[tuple[str, Any]]:
    for version in session.scalars(select(ApplicationVersion)):
        yield "case", version.verification_code
        for key, value in _leaves(version.content):
            if PERSONAL.search(key):
                yield "applicant", value
            for mobile in MOBILE.findall(value):
                yield "mobile", mobile


def _of_reviews(session: Session) -> Iterator[tuple[str, Any]]:
    for sheet in session.scalars(select(ExpertSheet)):
        yield "opinion", sheet.comment
        if sheet.total % 1:
            yield "score", f"{sheet.total.normalize():f}"
    for application in session.scalars(select(Application)):
        yield "opinion", application.reason
        if application.score is not None and application.score % 1:
            yield "score", f"{application.score.normalize():f}"
    for visit in session.scalars(select(SiteVisit)):
        yield "opinion", visit.findings
        for member in visit.members:
            yield "expert", member


def _of_objections(session: Session) -> Iterator[tuple[str, Any]]:
    for identity in session.scalars(select(ObjectionIdentity)):
        yield "objector", identity.name
        yield "objector", identity.contact
    for objection in session.scalars(select(Objection)):
        yield "objection", objection.objection_no
        yield "objection", objection.code_hash
        for value in (
            objection.statement,
            objection.evidence,
            objection.report,
            objection.reasons,
            objection.reply,
        ):
            yield "opinion", value


def _leaves(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """All texts of an answer, each with the name of its field."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, key)
    elif isinstance(value, str):
        yield key, value


def leaks(text: str, secrets: dict[str, set[str]]) -> list[tuple[str, str]]:
    """The secrets that stand in a text: as whole words, so that 90.5 is not found in 190.55."""
    return [
        (kind, value)
        for kind, values in secrets.items()
        for value in values
        if value in text
        and re.search(
            rf"(?<![\w.]){re.escape(value)}(?![\w.])" if value.isascii() else re.escape(value), text
        )
    ]
