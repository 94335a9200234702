"""What a person sent with a form, read back by a verb.

Process variables carry its number, never its content.
"""

from typing import Any

from sqlalchemy.orm import Session

from engine.programme.values import as_int
from engine.store.tasks import Submission


def content(session: Session, submission_id: Any) -> dict[str, Any]:
    """The data of a submission. Raises LookupError when there is none: a defect of the diagram."""
    submission = session.get(Submission, as_int(submission_id))
    if submission is None:
        raise LookupError(f"submission {submission_id} does not exist")
    return dict(submission.data)
