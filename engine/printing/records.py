"""The facts of a frozen version, read from the registers, as the prints need them.

Whoever calls has asked the policy table for the application (`application.read`): here nothing is asked.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from engine import bpmn
from engine.clock import VirtualClock
from engine.commands.environment import StoreEnvironment
from engine.errors import Language, NotFound
from engine.files.reading import Known
from engine.form_context import form_context
from engine.printing.documents import application_pdf, receipt_pdf
from engine.printing.facts import ApplicationFacts, Attachment
from engine.programme.applications.models import Application, ApplicationVersion
from engine.runtime import Runtime, Transaction
from engine.store.files import StoredFile
from engine.store.instances import Instance
from engine.store.tasks import Submission
from forms import FormView

FILE_ID = re.compile(r"f[\w-]{20,40}")
"""What the id of a stored file looks like (`engine.files.operations.begin`)."""


def application_print(
    rt: Runtime,
    session: Session,
    application_no: str,
    *,
    version: int | None = None,
    language: Language = "zh",
) -> bytes:
    """The PDF of one version of an application, by default the newest. Raises NotFound before the first one."""
    frozen = find_version(session, application_no, version)
    view = version_view(rt, session, frozen, language)
    return application_pdf(view, version_facts(rt, session, frozen, language))


def receipt_print(
    rt: Runtime,
    session: Session,
    application_no: str,
    *,
    version: int | None = None,
    language: Language = "zh",
) -> bytes:
    """The PDF of the receipt of one version, by default the newest. Raises NotFound before the first one."""
    frozen = find_version(session, application_no, version)
    return receipt_pdf(version_facts(rt, session, frozen, language))


def find_version(session: Session, application_no: str, version: int | None = None) -> ApplicationVersion:
    """One version, or the newest. Raises NotFound."""
    query = select(ApplicationVersion).where(ApplicationVersion.application_no == application_no)
    if version is not None:
        query = query.where(ApplicationVersion.version == version)
    found = session.scalar(query.order_by(ApplicationVersion.version.desc()).limit(1))
    if found is None:
        raise NotFound(what_zh="这份已提交的申报", what_en="This submitted application")
    return found


def version_facts(
    rt: Runtime, session: Session, frozen: ApplicationVersion, language: Language
) -> ApplicationFacts:
    """Whose, what, when, and the address at which the print is verified."""
    application = session.scalars(
        select(Application).where(Application.application_no == frozen.application_no)
    ).one()
    return ApplicationFacts(
        application_no=frozen.application_no,
        version=frozen.version,
        type=application.type,
        object_name=application.object_name,
        enterprise=application.enterprise,
        uscc=application.uscc,
        place=_places(rt, application, language),
        cycle_year=application.cycle_year,
        submitted_at=frozen.submitted_at,
        sha256=frozen.sha256,
        address=verification_address(rt, frozen),
        attachments=attachments(session, frozen),
        language=language,
    )


def attachments(session: Session, frozen: ApplicationVersion) -> tuple[Attachment, ...]:
    """The files that the frozen answers name, in the order of the answers, each once."""
    ids = file_ids(frozen.content)
    rows = session.scalars(select(StoredFile).where(StoredFile.id.in_(ids))) if ids else ()
    known = {row.id: Attachment(row.name, row.size, row.sha256, row.pages) for row in rows}
    return tuple(known[id] for id in ids if id in known)


def file_ids(content: Any) -> list[str]:
    """The files that answers name, in their order, each once."""
    return list(dict.fromkeys(text for text in _texts(content) if FILE_ID.fullmatch(text)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(inner)


def verification_address(rt: Runtime, frozen: ApplicationVersion) -> str:
    """Where anybody may check a print of this version; the page for typing a code for versions without one."""
    return f"{rt.settings.site_url.rstrip('/')}/verify/{frozen.verification_code or ''}"


def version_view(rt: Runtime, session: Session, frozen: ApplicationVersion, language: Language) -> FormView:
    """The frozen answers in the form version in which the first of them were given, to read only."""
    sent = _form_submission(session, frozen)
    rt.definitions.refresh(session)
    form = rt.definitions.form(session, rt.definitions.by_key(session, sent.form_definition_id or 0))
    context = form_context(rt, _variables(rt, session, sent))
    return form.view(
        frozen.content,
        context,
        VirtualClock(frozen.submitted_at),  # what a text says of today is said of that day, in every print
        readonly=True,
        language=language,
        functions=rt.functions,
        files=Known(session),
    )


def _form_submission(session: Session, frozen: ApplicationVersion) -> Submission:
    """The submission whose form is that of the whole application: a supplement is sent with a smaller form."""
    rows: Sequence[Submission] = session.scalars(
        select(Submission)
        .join(ApplicationVersion, ApplicationVersion.submission_id == Submission.id)
        .where(
            ApplicationVersion.application_no == frozen.application_no,
            ApplicationVersion.version <= frozen.version,
            Submission.form_definition_id.is_not(None),
        )
        .order_by(ApplicationVersion.version)
    ).all()
    if not rows:
        raise NotFound(what_zh="这份申报的表单", what_en="The form of this application")
    return [row for row in rows if row.form_id == rows[0].form_id][-1]


def _variables(rt: Runtime, session: Session, sent: Submission) -> Mapping[str, Any]:
    instance = session.get_one(Instance, sent.instance_id, options=[undefer(Instance.state)])
    environment = StoreEnvironment(rt, Transaction(session, rt.clock.now()), "system", instance)
    return bpmn.Case.load(instance.state, environment).variables


def _places(rt: Runtime, application: Application, language: Language) -> str:
    names = list(_names(rt, (application.city, application.county), language))
    return (" " if language == "en" else "").join(names)


def _names(rt: Runtime, codes: Sequence[str], language: Language) -> Iterator[str]:
    for code in codes:
        item = rt.catalogues.get("regions").find(code)
        yield (item.label_en if language == "en" and item.label_en else item.label) if item else code
