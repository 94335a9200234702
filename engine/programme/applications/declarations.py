"""The legal representative's declaration, frozen with every version that it covers (articles 6(1), 7)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.applications.errors import DeclarationMissing, DeclarationUnsound
from engine.programme.applications.models import ApplicationVersion
from engine.programme.submitted import accepted
from engine.store.tasks import Submission

KEY = "declaration"
"""Where a version keeps it, beside the answers of the form."""
COMMITMENTS = ("commit_true", "commit_secret", "commit_cooperate")


def declaration(session: Session, application_no: str, signature: Any, filled: Any) -> dict[str, Any]:
    """The declaration that the submission `signature` makes about the submission `filled`, under KEY.

    Raises DeclarationMissing without one, DeclarationUnsound when it is not complete or not another person's.
    """
    if signature is None or filled is None:
        raise DeclarationMissing(application_no=application_no)
    signed, form = accepted(session, signature), accepted(session, filled)
    _require_sound(application_no, signed, form)
    return {
        KEY: {
            **dict.fromkeys(COMMITMENTS, True),
            "name": signed.data["signed_name"],
            "by": signed.by,
            "at": signed.at.isoformat(),
            "filled_by": form.by,
            "filled_at": form.at.isoformat(),
            "filled_sha256": form.sha256,
        }
    }


def _require_sound(application_no: str, signed: Submission, form: Submission) -> None:
    complete = signed.data.get("decision") == "SUBMIT" and all(signed.data.get(name) for name in COMMITMENTS)
    if not complete or not signed.data.get("signed_name") or signed.by == form.by or signed.at < form.at:
        raise DeclarationUnsound(application_no=application_no)


def fillers(session: Session, application_no: str) -> set[str]:
    """Who filled in any version of an application: they are applicants, too (I16)."""
    contents = session.scalars(
        select(ApplicationVersion.content).where(ApplicationVersion.application_no == application_no)
    )
    return {str(content[KEY]["filled_by"]) for content in contents if KEY in content}
