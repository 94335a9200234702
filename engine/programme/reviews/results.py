"""What came of a round of scoring: kept as the decision table gave it, with the table's version."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.reviews.models import ReviewResult
from engine.programme.reviews.sheets import present_round
from engine.store.definitions import DECISION, Definition
from engine.store.instances import Instance
from engine.store.tasks import Submission

CONCLUSION = "review_conclusion"
FACTS = (
    "totals",
    "kept",
    "count",
    "median",
    "spread",
    "divergent",
    "passed",
    "visit_needed",
    "visit_reasons",
)


def record_result(
    session: Session,
    application_no: str,
    conclusion: Mapping[str, Any],
    rules: Mapping[str, Any],
    *,
    instance_key: int,
    leader_submission: int | None,
    at: datetime,
) -> ReviewResult:
    """Keep the result of the present round (article 8): append-only, with what the leader wrote about it."""
    version = _version(session, instance_key)
    result = ReviewResult(
        application_no=application_no,
        round=present_round(session, application_no),
        **{name: Decimal(conclusion[name]) for name in ("score", "d2", "d3")},
        facts={name: conclusion[name] for name in FACTS if name in conclusion},
        rules=dict(rules),
        decision_version=version.version if version else None,
        decision_sha256=version.sha256 if version else None,
        concluded_at=at,
        **_leader(session, leader_submission),
    )
    session.add(result)
    session.flush()
    return result


def _version(session: Session, instance_key: int) -> Definition | None:
    """The decision table of the deployment to which the case is pinned: the one that was announced."""
    instance = session.get_one(Instance, instance_key)
    return session.scalar(
        select(Definition)
        .where(
            Definition.kind == DECISION,
            Definition.definition_id == CONCLUSION,
            Definition.deployment_id <= instance.deployment_id,
        )
        .order_by(Definition.version.desc())
        .limit(1)
    )


def _leader(session: Session, submission_id: int | None) -> dict[str, Any]:
    sent = session.get(Submission, submission_id) if submission_id is not None else None
    if sent is None:
        return {}
    return {
        "leader": sent.by,
        "group_opinion": sent.data.get("group_opinion") or "",
        "leader_comment": sent.data.get("comment") or "",
        "explanations": [
            {"sheet": row["row_key"], "explanation": row.get("explanation") or ""}
            for row in sent.data.get("explanations") or ()
        ],
        "rescore_proposed": bool(sent.data.get("rescore_proposed")),
    }


def results(session: Session, application_no: str) -> dict[int, ReviewResult]:
    """The results of an application by round."""
    where = ReviewResult.application_no == application_no
    return {row.round: row for row in session.scalars(select(ReviewResult).where(where))}
