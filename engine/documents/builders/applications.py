"""What county and city said of an application, and what its applicant is told."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.documents.builders import countersigned
from engine.documents.builders import words as w
from engine.programme.announcements.facts import reason_of
from engine.programme.applications import statuses as s
from engine.programme.applications.operations import require
from engine.programme.titles.models import TYPE_NAMES, Title
from engine.runtime import Runtime
from engine.store.tasks import Submission, UserTask

COUNTY = {"AGREE": "同意上报", "RETURN": "退回补正", "DISAGREE": "不同意上报", "SILENT": "逾期未出具意见"}
CITY = {"RECOMMEND": "推荐", "RETURN": "退回补正", "REJECT": "不予推荐"}
REMEDY = "如对结果有疑问，可在收到本函之日起向我厅装备产业处书面提出。"
FINDINGS = {"MET": "符合", "UNMET": "不符合", "NA": "不适用"}


def county_opinion(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """The county's opinion as its two people gave it (article 7). Raises NotMadeYet."""
    row, sent = require(session, subject), w.last_answer(session, subject, "county_opinion")
    if sent is None:
        raise w.not_yet("county_opinion", subject)
    return {
        **w.thing(rt, row),
        **_opinion(session, sent, COUNTY, "county_review"),
        "county_office": w.office(session, rt, row.county),
    }


def city_review(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """The city's review with every condition that was checked (articles 4, 7). Raises NotMadeYet."""
    row, sent = require(session, subject), w.last_answer(session, subject, "city_review")
    if sent is None:
        raise w.not_yet("city_review", subject)
    checks = _checks(rt, sent.data.get("conditions") or [])
    return {
        **w.thing(rt, row),
        **_opinion(session, sent, CITY, "city_approve"),
        "city_office": w.office(session, rt, row.city),
        "checks": w.numbered(checks) or [{"no": "1", "condition": "逐项核查", "result": "见初审意见"}],
    }


def _opinion(session: Session, sent: Submission, results: Mapping[str, str], approval: str) -> dict[str, Any]:
    data = sent.data
    approved = w.last_answer(session, _key(session, sent), approval)
    later = approved if approved is not None and approved.at >= sent.at else None
    inspected = "是" if data.get("inspected") else "否"
    if data.get("inspected_on"):
        inspected += f"（{w.day(data['inspected_on'])}）"
    result = str(data.get("result") or "")
    return {
        "result": results.get(result, result),
        "inspected": inspected,
        "opinion": str(data.get("opinion") or "无补充意见"),
        "handler": w.person(session, sent.by),
        "head": w.person(session, later.by) if later else "",
        "date": w.day((later or sent).at),
        "countersignatures": countersigned.rows(session, (sent, later)),
    }


def _key(session: Session, sent: Submission) -> str:
    task = session.get(UserTask, sent.task_id)
    return (task.business_key if task else "") or ""


def _checks(rt: Runtime, entries: list[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The conditions of the catalogue in its order, each with the finding of its row."""
    named = [item.label for item in rt.catalogues.get("review_conditions").lists["review_conditions"]]
    rows = []
    for n, entry in enumerate(entries):
        result = FINDINGS.get(str(entry.get("finding") or ""), "未填")
        remark = str(entry.get("remark") or "")
        rows.append(
            {
                "condition": str(entry.get("label") or (named[n] if n < len(named) else f"条件{n + 1}")),
                "result": f"{result}（{remark}）" if remark else result,
            }
        )
    return rows


def result_letter(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """What one applicant is told in private: the result and its reason, no score, no expert. Raises NotMadeYet."""
    row = require(session, subject)
    if row.status not in s.ENDED:
        raise w.not_yet("result_letter", subject)
    last = max(row.history, key=lambda event: event.id)
    title = session.scalar(select(Title).where(Title.application_no == subject))
    recognised = row.status == s.RECOGNISED
    return {
        "issuer": w.DEPARTMENT_NAME,
        "title": f"关于{row.cycle_year}年度认定结果的告知函",
        "enterprise": row.enterprise,
        "year": str(row.cycle_year),
        "type": TYPE_NAMES[row.type],
        "object": row.object_name,
        "application_no": subject,
        "result": f"认定为{row.cycle_year}年度山东省{TYPE_NAMES[row.type]}" if recognised else "未获认定",
        "reason": "" if recognised else reason_of(session, row) or s.NAMES[row.status][0],
        "document_no": title.document_no if title is not None else "",
        "remedy": REMEDY,
        "signer": w.DEPARTMENT_NAME,
        "date": w.day(last.at),
    }
