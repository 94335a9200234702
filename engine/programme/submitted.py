"""What a person submitted, for verbs.

Texts stay in the submission, only small facts travel in the process.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from engine.programme.values import as_int
from engine.store.tasks import Submission


def submitted(session: Session, submission_id: Any) -> Mapping[str, Any]:
    """The accepted data of a submission. Raises LookupError when there is none with this id."""
    row = session.get(Submission, as_int(submission_id))
    if row is None:
        raise LookupError(f"submission {submission_id} does not exist")
    return row.data
