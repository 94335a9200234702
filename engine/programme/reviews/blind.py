"""Where the cycle says so, experts do not see whose application it is: names, codes, addresses, contacts and files.

Whoever reads applications by an office, or goes to see this one on site, knows it anyway.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Text, select, type_coerce
from sqlalchemy.orm import Session

from engine import policy
from engine.policy import Actor
from engine.programme.applications.models import Application
from engine.programme.applications.operations import latest_version
from engine.programme.cycles.models import Cycle
from engine.programme.cycles.parameters import DEFAULTS
from engine.programme.lookup import by_key
from engine.programme.subjects import Subject
from engine.store.tasks import CANCELED, UserTask
from forms.identifying import Identifying

JUDGES = ("expert", "expert_leader")
VISITS = ("site_visit", "visit_sign")
COVER = "＊＊＊"
_BLIND = '%"experts.blind":true%'
EARLIER = Identifying(
    tuple(
        (key,)
        for key in (
            "enterprise",
            "uscc",
            "legal_person_name",
            "reg_addr",
            "prod_addr",
            "fac_addr",
            "contact",
            "mobile",
            "email",
        )
    ),
    frozenset({"cover", "enterprise", "attachments", "commitment", "finance", "honours"}),
)
"""What tells who applies in the application forms of earlier releases, which mark nothing (`identifying`)."""
_LEAST = 2
_LEGAL_FORM = re.compile(r"(集团)?(股份)?(有限)?(责任)?公司$")
_PLACE = re.compile(r"^(山东省?)?([\u4e00-\u9fff]{2}市)?")
_CONTACTS = re.compile(
    r"(?<!\d)1[3-9]\d{9}(?!\d)|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![0-9A-Z])9[0-9A-Z]{17}(?![0-9A-Z])"
)


def judges(actor: Actor) -> bool:
    """Whether a person scores, or leads a group of experts."""
    return any(grant.role in JUDGES for grant in actor.grants)


def is_blind(session: Session, year: str | int) -> bool:
    """Whether the cycle of a year hides the applicants from the experts."""
    cycle = by_key(session, Cycle, Cycle.year, int(year)) if str(year).isdigit() else None
    return bool({**DEFAULTS, **(cycle.parameters if cycle else {})}["experts.blind"])


def hides(session: Session, actor: Actor, number: str | None) -> bool:
    """Whether this person must not learn whose application this is."""
    if not number or not judges(actor):
        return False
    application = by_key(session, Application, Application.application_no, number)
    if application is None or not is_blind(session, application.cycle_year):
        return False
    return not policy.may(actor, "application.read", application) and not _visits(session, actor, number)


def sees_no_names(actor: Actor) -> bool:
    """Whether lists of this person must not be found or ordered by the applicants of blind cycles.

    Asked of the person alone, so that one statement serves a list: who judges and reads applications by an office,
    too, finds those of blind cycles by their number.
    """
    return judges(actor)


def blind_numbers() -> Any:
    """The numbers of all applications whose cycle is blind, as a subquery."""
    return (
        select(Application.application_no)
        .join(Cycle, Cycle.year == Application.cycle_year)
        .where(type_coerce(Cycle.parameters, Text).like(_BLIND))
    )


def words(session: Session, number: str | None, told: Identifying = EARLIER) -> tuple[str, ...]:
    """The words that tell who applies with this number, longest first; `told` is what the form marks."""
    if not number:
        return ()
    application = by_key(session, Application, Application.application_no, number)
    version = latest_version(session, number)
    content = version.content if version is not None else {}
    facts = {"enterprise": application.enterprise, "uscc": application.uscc} if application else {}
    return tuple(sorted({*identity(facts), *identity(content, told)}, key=len, reverse=True))


def identity(content: Mapping[str, Any], told: Identifying = EARLIER) -> tuple[str, ...]:
    """The words of an application that tell who applies, longest first; of a company the name without its form, too."""
    found = {text.strip() for text in told.texts(content)}
    company = _LEGAL_FORM.sub("", str(content.get("enterprise") or "").strip())
    found |= {word for word in (company, _PLACE.sub("", company)) if len(word) > _LEAST}
    return tuple(sorted((word for word in found if len(word) >= _LEAST), key=len, reverse=True))


def covered(text: str, words: tuple[str, ...]) -> str:
    """A text with these words covered, and every number to call, address to write to and credit code."""
    for word in words:
        text = text.replace(word, COVER)
    return _CONTACTS.sub(COVER, text)


def covered_value(value: Any, words: tuple[str, ...], without: frozenset[str] = frozenset()) -> Any:
    """Answers with every text covered, and without the entries of lists that are named (files)."""
    if isinstance(value, str):
        return covered(value, words)
    if isinstance(value, Mapping):
        return {key: covered_value(inner, words, without) for key, inner in value.items()}
    if isinstance(value, list):
        return [covered_value(inner, words, without) for inner in value if not _named(inner, without)]
    return value


def covered_subject(subject: Subject, words: tuple[str, ...]) -> Subject:
    """What lists say about a case, without whose it is."""
    return replace(subject, name=covered(subject.name, words), holder=COVER, uscc="")


def _named(value: Any, names: frozenset[str]) -> bool:
    return isinstance(value, str) and value in names


def _visits(session: Session, actor: Actor, number: str) -> bool:
    """Whether this person was sent to see it."""
    sent = select(UserTask.id).where(
        UserTask.business_key == number,
        UserTask.element_id.in_(VISITS),
        UserTask.assignee == actor.login,
        UserTask.state != CANCELED,
    )
    return session.scalar(sent.limit(1)) is not None
