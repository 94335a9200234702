"""The letter of commitment of an application: its enterprise's data and promises, to be signed and sealed by hand.

Promises are those that the application's own form asks for (`must_be_true`), so that paper and screen never differ.
It may be printed before anything is submitted.
"""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Language
from engine.printing import words as w
from engine.printing.blocks import row
from engine.printing.documents import compile_sheet, type_name
from engine.programme.applications.models import Application
from engine.runtime import Runtime
from engine.store.people import Account, RoleGrant
from forms.definition import Component

FORM = "application_form"


def commitment_print(
    rt: Runtime, session: Session, application: Application, *, language: Language = "zh"
) -> bytes:
    """One sheet as PDF. Raises FontsMissing, NotDeployed."""
    labels = w.words(w.COMMITMENT, language)
    county = rt.catalogues.get("regions").find(application.county)
    place = (county.label if language == "zh" else county.label_en) if county else application.county
    number = f"{w.words(w.APPLICATION, language)['application_no']} {application.application_no}"
    names = w.words(w.APPLICATION, language)
    data = {
        "title": f"{labels['heading']} {application.application_no}",
        "head_right": number,
        "foot": number,
        "hash": "",
        "always_header": True,
        "labels": labels,
        "lang": language,
        "programme": w.PROGRAMME[language],
        "head_left": w.PROGRAMME[language],
        "author": w.PROGRAMME[language],
        "cover": [
            row(names["enterprise"], application.enterprise),
            row(names["uscc"], application.uscc),
            row(names["place"], place),
            row(names["object"], application.object_name),
            row(names["type"], type_name(application.type, language)),
            row(names["year"], str(application.cycle_year)),
        ],
        "promises": list(_promises(rt, session, language)),
        "legal": _legal_representative(session, application.uscc),
    }
    return compile_sheet("commitment", data, application.opened_at)


def _promises(rt: Runtime, session: Session, language: Language) -> Iterator[str]:
    form = rt.definitions.form(session, rt.definitions.find("form", FORM))
    for component in form.definition.components:
        yield from _within(component, language)


def _within(component: Component, language: Language) -> Iterator[str]:
    if component.properties.get("must_be_true") == "true":
        yield component.label(language)
    for child in component.children:
        yield from _within(child, language)


def _legal_representative(session: Session, uscc: str) -> str:
    """The name of the one who may sign; empty, a line to write on, where there is none or more than one."""
    held = (RoleGrant.role == "legal_representative", RoleGrant.organisation == uscc)
    query = select(Account.name).join(RoleGrant, RoleGrant.login == Account.login)
    names = session.scalars(query.where(*held, RoleGrant.revoked_at.is_(None), Account.active)).all()
    return names[0] if len(names) == 1 else ""
