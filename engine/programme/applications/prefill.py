"""What the forms of an application know before anybody types: the enterprise, its last application, its titles.

All of it belongs to the enterprise whose case it is; nothing here is found by anything but its code (USCC).
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application
from engine.programme.applications.operations import find, latest_version
from engine.programme.cycles.models import Cycle
from engine.programme.titles.models import STATUS_NAMES, TYPE_NAMES, TYPE_NAMES_EN, Title
from engine.programme.values import as_int
from engine.store.people import Organisation


def organisation(session: Session, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The enterprise as its account has it: name, code, county and city, address and telephone."""
    row = session.get(Organisation, str(variables.get("uscc")))
    if row is None or row.kind != "enterprise":
        return {}
    county = row.parent or ""
    return {
        "name": row.name,
        "uscc": row.code,
        "county": county,
        "city": f"{county[:4]}00" if county else None,
        "address": row.address,
        "phone": row.phone,
    }


def last_year(session: Session, variables: Mapping[str, Any]) -> dict[str, Any]:
    """What the same enterprise submitted last in an earlier cycle, of the same type if there is one; else nothing."""
    earlier = latest_earlier(
        session, str(variables.get("uscc")), as_int(variables["cycle_year"]), str(variables.get("type"))
    )
    version = latest_version(session, earlier.application_no) if earlier is not None else None
    return {} if version is None else {**version.content, "cycle_year": earlier.cycle_year if earlier else 0}


def latest_earlier(session: Session, uscc: str, year: int, type: str) -> Application | None:
    """The newest submitted application of an enterprise before a year; one of the same type comes first."""
    return session.scalar(
        select(Application)
        .where(Application.uscc == uscc, Application.cycle_year < year, Application.version > 0)
        .order_by((Application.type == type).desc(), Application.cycle_year.desc(), Application.id.desc())
        .limit(1)
    )


def register(session: Session, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The titles that the register has under the enterprise's code, newest first (article 5)."""
    rows = session.scalars(
        select(Title)
        .where(Title.uscc == str(variables.get("uscc")))
        .order_by(Title.cycle_year.desc(), Title.id)
    )
    return {
        "titles": [
            {
                "title_no": title.title_no,
                "year": str(title.cycle_year),
                "type": {"zh": TYPE_NAMES[title.type], "en": TYPE_NAMES_EN[title.type]},
                "name": title.name,
                "document_no": title.document_no,
                "status": dict(zip(("zh", "en"), STATUS_NAMES[title.status], strict=True)),
            }
            for title in rows
        ]
    }


def application(session: Session, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Where the application stands: its state, whether the meeting's list is fixed, the deadline of the cycle."""
    row = find(session, str(variables.get("application_no")))
    if row is None:
        return {}
    cycle = session.scalar(select(Cycle).where(Cycle.year == row.cycle_year))
    deadline = cycle.enterprise_deadline if cycle is not None else None
    return {
        "status": row.status,
        "list_fixed": row.status in s.LIST_FIXED,
        "deadline": clock.deadline(deadline) if deadline else None,
    }


FACTS = {
    "organisation": organisation,
    "last_year": last_year,
    "register": register,
    "application": application,
}
