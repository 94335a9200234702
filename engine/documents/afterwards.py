"""Documents that are made when what they say was issued: after the commit, by the worker, each at most once.

A verb leaves the effect; what is there already stays as it is, so nothing is ever made anew without a reason.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import exists, select

from engine.documents.models import PRODUCE, WAITING, DocumentWork
from engine.documents.work import enter, subjects
from engine.runtime import Runtime

FOLLOWING: dict[str, tuple[str, ...]] = {
    "notice": ("notice",),
    "public_notice": ("public_notice",),
    "publication": ("publication", "certificate", "result_letter"),
}
"""What was issued, and the kinds of documents that follow; private ones are read by their enterprise alone."""


def begin(rt: Runtime, payload: Mapping[str, Any], key: str) -> None:
    """Enter the work on every kind that follows, once for this cause. Done twice it changes nothing more."""
    year, by = int(payload["year"]), str(payload["by"])
    with rt.transaction() as tx:
        for kind in FOLLOWING[str(payload["what"])]:
            cause = (DocumentWork.cause == key, DocumentWork.kind == kind)
            if tx.session.scalar(select(exists().where(*cause))):
                continue
            total = len(subjects(tx.session, kind, year))
            work = DocumentWork(
                what=PRODUCE, kind=kind, year=year, state=WAITING, done=0, total=total, note="", asked_by=by,
                asked_at=tx.now, cause=key,
            )  # fmt: skip
            enter(tx, work)
