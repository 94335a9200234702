"""Formal review, scores and site visits on paper. Experts' names stay within the division (article 8, I19)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.documents.builders import countersigned
from engine.documents.builders import words as w
from engine.programme.applications.operations import require
from engine.programme.reviews.models import ExpertSheet, FormalReview, ReviewResult, SiteVisit
from engine.runtime import Runtime
from engine.store.tasks import Submission

RESULTS = {"PASS": "通过", "SUPPLEMENT": "一次补正", "FAIL": "不通过"}
CHECKS = {"OK": "符合", "BAD": "不符合", "NA": "不适用"}
POINTS = ("d1", "d2", "d3", "d4", "d5", "total")


def formal_review(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """形式审查表 of the last round: every check, the checker's proposal, the approver. Raises NotMadeYet."""
    row = require(session, subject)
    review = session.scalar(
        select(FormalReview)
        .where(FormalReview.application_no == subject)
        .order_by(FormalReview.round.desc())
        .limit(1)
    )
    if review is None:
        raise w.not_yet("formal_review", subject)
    sent = session.get(Submission, review.submission_id) if review.submission_id else None
    return {
        **w.thing(rt, row),
        "round": str(review.round),
        "checks": _checks(rt, sent.data if sent else {}),
        "result": RESULTS.get(review.result, review.result),
        "reason": review.reason or "无",
        "article": review.article or "第八条",
        "checker": w.person(session, review.checker),
        "approver": w.person(session, review.approver),
        "date": w.day(review.decided_at),
        "countersignatures": countersigned.rows(session, (sent, _approved(session, subject, review))),
    }


def _approved(session: Session, subject: str, review: FormalReview) -> Submission | None:
    """The approval by which this round was decided."""
    return w.last_answer(session, subject, "formal_approve", until=review.decided_at)


def _checks(rt: Runtime, data: Mapping[str, Any]) -> list[dict[str, str]]:
    """The checks of the catalogue with their answers; what a desk may keep under `checks` wins."""
    notes = {str(row.get("code") or row.get("value") or ""): row for row in data.get("checks") or []}
    rows = []
    for item in rt.catalogues.get("formal_review").lists["formal_checks"]:
        noted = notes.get(item.value, {})
        answer = str(data.get(item.value.lower()) or noted.get("result") or "")
        rows.append(
            {
                "code": item.value,
                "item": item.label,
                "article": w.article(str(item.facts.get("article") or "")),
                "result": CHECKS.get(answer, answer or "未填"),
                "remark": str(noted.get("remark") or noted.get("reason") or ""),
            }
        )
    return rows


def score_sheet(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """评分表 of the last round: all sealed sheets, and how the score came about. Raises NotMadeYet."""
    row = require(session, subject)
    result = session.scalar(
        select(ReviewResult)
        .where(ReviewResult.application_no == subject)
        .order_by(ReviewResult.round.desc())
        .limit(1)
    )
    if result is None:
        raise w.not_yet("score_sheet", subject)
    sheets = session.scalars(
        select(ExpertSheet)
        .where(ExpertSheet.application_no == subject, ExpertSheet.round == result.round)
        .order_by(ExpertSheet.sealed_at)
    ).all()
    opinion = w.OPINIONS.get(result.group_opinion, result.group_opinion)
    comment = result.leader_comment
    return {
        **w.thing(rt, row),
        "sheets": w.numbered([_sheet(session, sheet) for sheet in sheets]),
        "score": w.number(result.score),
        "how": _how(result),
        "opinion": "：".join(part for part in (opinion, comment) if part),
        "date": w.day(result.concluded_at),
    }


def _sheet(session: Session, sheet: ExpertSheet) -> dict[str, str]:
    return {
        "expert": w.person(session, sheet.expert),
        **{name: w.number(getattr(sheet, name)) for name in POINTS},
        "opinion": w.OPINIONS.get(sheet.opinion, sheet.opinion),
        "comment": sheet.comment,
    }


def _how(result: ReviewResult) -> str:
    facts = result.facts if isinstance(result.facts, dict) else {}
    totals = "、".join(w.number(value) for value in facts.get("totals") or [])
    kept = "、".join(w.number(value) for value in facts.get("kept") or [])
    told = [f"各表总分：{totals}" if totals else "", f"计入平均：{kept}" if kept else ""]
    told.append(f"平均分{w.number(result.score)}")
    if facts.get("spread") is not None:
        told.append(f"最高与最低相差{w.number(facts['spread'])}")
    return "；".join(part for part in told if part) + "。"


def site_visit(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """实地考察记录, signed by two (article 8). Raises NotMadeYet."""
    row = require(session, subject)
    visit = session.scalar(
        select(SiteVisit).where(SiteVisit.application_no == subject).order_by(SiteVisit.id.desc())
    )
    if visit is None:
        raise w.not_yet("site_visit", subject)
    return {
        **w.thing(rt, row),
        "visited_on": w.day(visit.visited_on),
        "members": w.numbered([{"name": _member(entry)} for entry in visit.members or []]),
        "items": w.numbered([_item(entry) for entry in visit.items or []]),
        "result": w.VISITS.get(visit.result, visit.result),
        "findings": visit.findings or "无",
        "recorder": w.person(session, visit.recorded_by),
        "date": w.day(visit.recorded_at),
        "countersignatures": _second(session, visit),
    }


def _second(session: Session, visit: SiteVisit) -> list[dict[str, str]]:
    """The signature of the second visitor, and of whom the two asked beside."""
    steps = [w.last_answer(session, visit.application_no, step) for step in ("site_visit", "visit_sign")]
    asked = countersigned.rows(session, steps)
    sent = steps[1]
    if visit.countersigned_by is None or sent is None:
        return asked
    opinion = str(sent.data.get("comment") or "同意考察记录")
    name = w.person(session, visit.countersigned_by)
    own = {"name": name, "result": "同意", "opinion": opinion, "at": w.instant(sent.at)}
    return w.numbered([own, *({k: v for k, v in row.items() if k != "no"} for row in asked)])


def _member(entry: Any) -> str:
    if not isinstance(entry, Mapping):
        return str(entry)
    return "　".join(str(entry[key]) for key in ("name", "organisation") if entry.get(key))


def _item(entry: Mapping[str, Any]) -> dict[str, str]:
    verdict = w.VISITS.get(str(entry.get("verdict") or ""), "")
    found = str(entry.get("found") or "")
    return {
        "item": str(entry.get("item") or ""),
        "claimed": str(entry.get("declared") or ""),
        "found": f"{found}（{verdict}）" if verdict else found,
    }
