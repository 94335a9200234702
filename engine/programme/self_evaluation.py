"""The self-evaluation of an enterprise (article 7): explained by the tables that decide it, kept with the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import feel
from engine.clock import in_business_zone
from engine.programme.submitted import accepted
from engine.store.definitions import DECISION
from engine.store.instances import Instance
from engine.store.tasks import Submission

if TYPE_CHECKING:
    from engine.dmn import Explanation
    from engine.runtime import Runtime

KEY = "self_evaluation"
"""The key of a frozen version's content under which the result stands; also the step's element id and form."""
CHECK, SCORE = "self_check", "indicative_score"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a self-evaluation: the lines (see `self_check.dmn`), the score, who sent it and when."""

    check: Mapping[str, Any]
    score: Mapping[str, Any]
    lines: tuple[Mapping[str, Any], ...]
    by: str
    at: datetime
    explanations: tuple["Explanation", ...] = ()
    """How the decisions came to it, where they were taken anew; empty for a frozen result."""

    @property
    def eligible(self) -> bool:
        """Whether the application may go on."""
        return bool(self.check.get("eligible"))

    def count(self, state: str) -> int:
        """How many lines are MET, UNMET or ADVICE."""
        return sum(line.get("state") == state for line in self.lines)


def attachment(session: Session, submission_id: Any, result: Mapping[str, Any]) -> dict[str, Any]:
    """What of a self-evaluation is frozen with version 1, under `KEY`; nothing when there was none."""
    if submission_id is None:
        return {}
    sent = accepted(session, submission_id)
    return {
        KEY: {
            "answers": sent.data,
            "check": result.get("check") or {},
            "score": result.get("score") or {},
            "lines": result.get("self_lines") or [],
            "by": sent.by,
            "at": sent.at.isoformat(),
            "sha256": sent.sha256,
        }
    }


def frozen(content: Mapping[str, Any]) -> Result | None:
    """The result that a version was frozen with, or None."""
    kept = content.get(KEY)
    if not isinstance(kept, Mapping):
        return None
    at = datetime.fromisoformat(str(kept["at"]))
    return Result(kept["check"], kept["score"], tuple(kept["lines"]), str(kept["by"]), at)


def latest(session: Session, instance_id: int) -> Submission | None:
    """The self-evaluation that a case was sent last, or None."""
    where = (Submission.instance_id == instance_id, Submission.element_id == KEY)
    return session.scalar(select(Submission).where(*where).order_by(Submission.id.desc()).limit(1))


def explained(
    rt: "Runtime", session: Session, instance: Instance, sent: Submission, variables: Mapping[str, Any]
) -> Result:
    """The result of a self-evaluation, from the same decisions that the case takes (its pinned deployment).

    The look-back is anchored at the day on which it was sent. Raises DecisionFault, NotDeployed.
    """
    facts = {
        **{name: variables.get(name) for name in ("rules", "uscc", "industry", "cycle_year", "type")},
        "answers": _answers(sent.data),
        "anchor": in_business_zone(sent.at).date().isoformat(),
    }
    taken = tuple(_explain(rt, session, instance, name, facts) for name in (CHECK, SCORE))
    check, score = (feel.to_json(e.result) for e in taken)
    return Result(check, score, tuple(check["lines"]), sent.by, sent.at, taken)


def _answers(data: Mapping[str, Any]) -> dict[str, Any]:
    """The submitted answers as the diagram hands them to the decisions."""
    rows = data.get("elements") or []
    return {**data, "elements": [{**row, "key": row.get("row_key")} for row in rows]}


def _explain(
    rt: "Runtime", session: Session, instance: Instance, decision: str, facts: Mapping[str, Any]
) -> "Explanation":
    version = rt.definitions.find(DECISION, decision, binding="deployment", as_of=instance.deployment_id)
    decisions = rt.definitions.decisions(session, version)
    return decisions.explain(decision, facts, clock=rt.clock, functions=rt.functions)
