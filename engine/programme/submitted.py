"""What a person submitted, for verbs.

Texts stay in the submission, only small facts travel in the process.
"""

from typing import Any

from sqlalchemy.orm import Session

from engine.programme.values import as_int
from engine.store.tasks import Submission


def accepted(session: Session, submission_id: Any) -> Submission:
    """The submission with this id: its data, who sent it and when. Raises LookupError when there is none."""
    row = session.get(Submission, as_int(submission_id))
    if row is None:
        raise LookupError(f"submission {submission_id} does not exist")
    return row
