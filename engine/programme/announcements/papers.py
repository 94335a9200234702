"""What announcements say on paper: public notice, evidence sheet, publication, certificates, private results."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from engine.errors import NotFound
from engine.programme.announcements import evidence
from engine.programme.announcements.models import CHECKED, Publication, PublicNotice
from engine.programme.announcements.operations import list_order
from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application, ApplicationEvent
from engine.programme.applications.operations import require as require_application
from engine.programme.meetings.models import MeetingResult, Opinion
from engine.programme.titles.models import TYPE_NAMES, Title

NAME = "省级智能制造场景、数字化车间和智能工厂"
MEASURE = "《山东省智能制造场景数字化车间智能工厂培育认定办法》"


def public_notice(session: Session, id: int) -> dict[str, Any]:
    """A public notice: basis, procedure, period with explicit dates, how to object, the names as passed.

    Raises NotFound.
    """
    notice = _notice(session, id)
    return {
        "year": notice.cycle_year,
        "title": notice.title,
        "basis": f"根据{MEASURE}第八条，经形式审查、专家评审和厅长办公会研究通过，现予公示，接受社会监督。",
        "starts_on": notice.starts_on,
        "ends_on": notice.ends_on,
        "how_to_object": "公示期内如有异议，请以书面形式反映。个人署真实姓名和联系方式，单位加盖公章；身份予以保密。",
        "phone": notice.phone,
        "email": notice.email,
        "address": notice.address,
        "issued_on": notice.issued_at.date(),
        "groups": _by_type(list(notice.items)),
        "count": len(notice.items),
    }


def _notice(session: Session, id: int) -> PublicNotice:
    found = session.get(PublicNotice, id, options=[selectinload(PublicNotice.items)])
    if found is None:
        raise NotFound(what_zh="这份公示", what_en="This public notice")
    return found


def evidence_sheet(session: Session, id: int) -> dict[str, Any]:
    """Proof that a public notice stood: hash, address, put up, looked at, taken down. Raises NotFound."""
    notice, rows = _notice(session, id), evidence.of(session, id)
    looked = [row for row in rows if row.kind == CHECKED]
    return {
        "title": notice.title,
        "starts_on": notice.starts_on,
        "ends_on": notice.ends_on,
        "sha256": evidence.digest(evidence.lines(notice)),
        "url": next((row.url for row in reversed(rows)), evidence.PATH.format(id=id)),
        "put_up_at": rows[0].at if rows else None,
        "taken_down_at": next((row.at for row in rows if row.kind == evidence.TAKEN_DOWN), None),
        "looks": len(looked),
        "same": sum(row.same for row in looked),
        "lines": evidence.lines(notice),
        "rows": [
            {
                "kind": row.kind,
                "at": row.at,
                "url": row.url,
                "sha256": row.sha256,
                "same": row.same,
                "detail": row.detail,
            }
            for row in rows
        ],
    }


def publication(session: Session, id: int) -> dict[str, Any]:
    """A published list: number, date, what it repeals, items by type in the order of the cities' codes.

    Raises NotFound.
    """
    found = session.get(Publication, id, options=[selectinload(Publication.items)])
    if found is None:
        raise NotFound(what_zh="这份公布文件", what_en="This publication")
    return {
        "year": found.cycle_year,
        "document_no": found.document_no,
        "document_date": found.document_date,
        "title": found.title,
        "addressees": "各市工业和信息化局",
        "batch": f"{found.cycle_year}年度{NAME}名单" + ("（同批次补充公布）" if found.supplement_to else ""),
        "supplement_to": found.supplement_to,
        "repeals": found.repeals,
        "body": f"根据{MEASURE}，经各市推荐、形式审查、专家评审、厅长办公会研究并公示，现将名单予以公布（排名不分先后）。",
        "groups": _by_type(list(found.items)),
        "count": len(found.items),
    }


def _by_type(items: list[Any]) -> list[dict[str, Any]]:
    rows = [
        {
            "type": item.type,
            "enterprise": item.enterprise,
            "object_name": item.object_name,
            "city": item.city,
            "number": getattr(item, "title_no", None) or item.application_no,
        }
        for item in sorted(items, key=list_order)
    ]
    found = []
    for type in dict.fromkeys(row["type"] for row in rows):
        own = [{**row, "place": n} for n, row in enumerate((r for r in rows if r["type"] == type), start=1)]
        found.append({"type": type, "type_name": TYPE_NAMES[type], "rows": own})
    return found


def certificate(session: Session, title_no: str, site_url: str = "") -> dict[str, Any]:
    """A certificate of a title; `verify_url` is what its QR code says. Raises NotFound."""
    title = session.scalar(select(Title).where(Title.title_no == title_no))
    if title is None:
        raise NotFound(what_zh="这个称号", what_en="This title")
    return {
        "title_no": title.title_no,
        "type_name": TYPE_NAMES[title.type],
        "name": title.name,
        "holder": title.holder,
        "uscc": title.uscc,
        "city": title.city,
        "year": title.cycle_year,
        "document_no": title.document_no,
        "granted_on": title.granted_on,
        "wording": f"经审定，认定{title.holder}“{title.name}”为{title.cycle_year}年度山东省{TYPE_NAMES[title.type]}。",
        "verify_url": f"{site_url.rstrip('/')}/titles/{title.title_no}",
    }


def result_letter(session: Session, application_no: str) -> dict[str, Any]:
    """What one applicant is told in private: recognised or not, at which step, why, under which basis.

    Scores, experts and objectors are not in it. Raises ApplicationUnknown.
    """
    item = require_application(session, application_no)
    last = session.scalars(
        select(ApplicationEvent)
        .where(ApplicationEvent.application_id == item.id)
        .order_by(ApplicationEvent.id.desc())
    ).first()
    return {
        "application_no": item.application_no,
        "enterprise": item.enterprise,
        "object_name": item.object_name,
        "type_name": TYPE_NAMES[item.type],
        "year": item.cycle_year,
        "recognised": item.status == s.RECOGNISED,
        "status": s.NAMES[item.status][0],
        "basis": last.basis if last else "",
        "reason": reason_of(session, item),
        "decided_at": last.at if last else None,
        "remedy": "如对结果有疑问，可在收到之日起向装备产业处书面提出。",
    }


def reason_of(session: Session, item: Application) -> str:
    """Why an item was not recognised, in the words of whoever decided it; never a score."""
    if item.status == s.RECOGNISED:
        return ""
    if item.status == s.OBJECTION_UPHELD:
        return "公示期间收到的异议经核查成立"
    if item.reason:
        return item.reason
    if item.status == s.NOT_PROPOSED:
        where, order = Opinion.application_no == item.application_no, Opinion.id.desc()
        return session.scalar(select(Opinion.reason).where(where).order_by(order).limit(1)) or ""
    result = select(MeetingResult.reason).where(MeetingResult.application_no == item.application_no)
    return session.scalar(result.order_by(MeetingResult.id.desc()).limit(1)) or s.NAMES[item.status][0]


def left_out(session: Session, year: int) -> list[dict[str, Any]]:
    """Items of a cycle that came to the opinion and are not recognised, with the reason, by type and city code."""
    states = (s.NOT_PROPOSED, s.MEETING_REJECTED, s.OBJECTION_UPHELD, s.RENOUNCED)
    query = select(Application).where(Application.cycle_year == year, Application.status.in_(states))
    items = sorted(session.scalars(query), key=list_order)
    return [
        {
            "application_no": item.application_no,
            "enterprise": item.enterprise,
            "object_name": item.object_name,
            "type": item.type,
            "city": item.city,
            "status": item.status,
            "reason": reason_of(session, item),
        }
        for item in items
    ]
