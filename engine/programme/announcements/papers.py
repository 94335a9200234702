"""The papers of announcements: the values of their templates, every one a text."""

from collections import Counter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.catalogues import Catalogues
from engine.clock import BUSINESS_ZONE
from engine.programme.announcements.facts import evidence_facts
from engine.programme.announcements.models import Publication, PublicNotice
from engine.programme.announcements.operations import list_order
from engine.programme.meetings.papers import ISSUER, day, numbered
from engine.programme.titles.models import TYPE_NAMES

MEASURE = "《山东省智能制造场景数字化车间智能工厂培育认定办法》"
KINDS_SEEN = {"PUT_UP": "发布", "CHECKED": "核对", "TAKEN_DOWN": "撤下"}


def public_notice(session: Session, subject: str, catalogues: Catalogues) -> dict[str, Any]:
    """The last public notice of a cycle; `subject` is its year, or year and number (`2024-2`). Empty without one."""
    year, _, place = subject.partition("-")
    query = select(PublicNotice).where(PublicNotice.cycle_year == int(year)).order_by(PublicNotice.id)
    notices = list(session.scalars(query))
    wanted = notices[int(place) - 1 : int(place)] if place else notices[-1:]
    notice = wanted[0] if wanted else None
    first, last = (day(notice.starts_on), day(notice.ends_on)) if notice else ("", "")
    return {
        "issuer": ISSUER,
        "title": notice.title if notice else "",
        "year": year,
        "basis": f"根据{MEASURE}第八条，经各市推荐、形式审查、专家评审和厅长办公会研究，形成{year}年度拟认定名单。",
        "procedure": f"现将拟认定名单（共{len(notice.items) if notice else 0}项，见附件）予以公示，接受社会监督。",
        "starts_on": first,
        "ends_on": last,
        "period": f"{first}至{last}",
        "phone": notice.phone if notice else "",
        "contact": notice.email if notice else "",
        "place": notice.address if notice else "",
        "signer": ISSUER,
        "date": day(notice.issued_at.date()) if notice else "",
        "items": _items(catalogues, list(notice.items)) if notice else [],
    }


def _items(catalogues: Catalogues, items: list[Any], *names: str) -> list[dict[str, str]]:
    """By type and the cities' codes, without a ranking."""
    rows = [
        {
            "type_name": TYPE_NAMES[item.type],
            **{name: getattr(item, name) for name in ("enterprise", "object_name", "city", *names)},
        }
        for item in sorted(items, key=list_order)
    ]
    return numbered(catalogues, rows, *names)


def publication(session: Session, subject: str, catalogues: Catalogues) -> dict[str, Any]:
    """A published list; `subject` is the year (its main list) or the document's number. Empty without one."""
    by_year = subject.isdigit()
    where = Publication.main_of == int(subject) if by_year else Publication.document_no == subject
    found = session.scalar(select(Publication).where(where))
    items = list(found.items) if found else []
    counted = Counter(item.type for item in items)
    more = "（同批次补充公布）" if found and found.supplement_to else ""
    year = str(found.cycle_year) if found else subject
    return {
        "issuer": ISSUER,
        "number": found.document_no if found else "",
        "title": found.title if found else "",
        "addressee": "各市工业和信息化局",
        "signer": ISSUER,
        "date": day(found.document_date) if found else "",
        "note": "此件主动公开",
        "copies": "",
        "printed": "",
        "year": year,
        "total": str(len(items)),
        "scenes": str(counted["SCENE"]),
        "workshops": str(counted["WORKSHOP"]),
        "factories": str(counted["FACTORY"]),
        "repeals": found.repeals if found else "",
        "body": _body(more),
        "attachments": [f"{year}年度认定名单{more}"],
        "items": _items(catalogues, items, "title_no"),
    }


def _body(more: str) -> list[str]:
    """What follows the sentence that the template begins with."""
    told = [f"本次公布为{more.strip('（）')}。"] if more else []
    return [*told, "名单排名不分先后。各市工业和信息化局要加强跟踪服务，指导获认定企业总结推广经验做法。"]


def evidence(session: Session, subject: str) -> dict[str, Any]:
    """The evidence sheet of a public notice; `subject` is its id. Raises NotFound."""
    facts = evidence_facts(session, int(subject))
    last = facts["rows"][-1]["at"].date() if facts["rows"] else None
    return {
        "issuer": ISSUER,
        "title": facts["title"],
        "period": f"{day(facts['starts_on'])}至{day(facts['ends_on'])}",
        "url": facts["url"],
        "sha256": facts["sha256"],
        "put_up": _instant(facts["put_up_at"]),
        "taken_down": _instant(facts["taken_down_at"]),
        "looks": str(facts["looks"]),
        "same": str(facts["same"]),
        "date": day(last),
        "lines": facts["lines"],
        "items": [
            {
                "no": str(n),
                "kind": KINDS_SEEN[row["kind"]],
                "at": _instant(row["at"]),
                "sha256": f"{row['sha256'][:32]} {row['sha256'][32:]}" if row["sha256"] else "",
                "result": "一致" if row["same"] else f"不一致：{row['detail']}",
            }
            for n, row in enumerate(facts["rows"], start=1)
        ],
    }


def _instant(at: Any) -> str:
    return f"{at.astimezone(BUSINESS_ZONE):%Y-%m-%d %H:%M}" if at else ""
