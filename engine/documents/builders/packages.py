"""A city's package: its letter, its list as a workbook, the receipt that the department gives."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.documents.builders import words as w
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.recommendations import table
from engine.programme.recommendations.models import ACCEPTED, REFUSED, Package, Recommendation
from engine.programme.titles.models import TYPE_NAMES
from engine.runtime import Runtime

DECIDED = {ACCEPTED: "予以受理", REFUSED: "不予受理"}


def letter(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """推荐文件 with its list, of the version that counts. Raises NotMadeYet."""
    package, lines = _package(rt, session, subject, "recommendation_letter")
    sent = {
        "number": package.document_no,
        "version": str(package.version),
        "date": w.day(package.document_date),
    }
    return {**letter_of(rt, session, package.cycle_year, package.city, lines), **sent}


def letter_of(
    rt: Runtime, session: Session, year: int, city: str, lines: Sequence[table.Line]
) -> dict[str, Any]:
    """推荐文件 of a list, sent or not: what stands in it before it has a number, a version and a date."""
    name = w.office(session, rt, city)
    return {
        "issuer": name,
        "title": f"关于报送{year}年度山东省{w.THINGS}推荐名单的函",
        "addressee": w.DEPARTMENT_NAME,
        "year": str(year),
        "city": w.place(rt, city),
        **w.counts([line.application.type for line in lines]),
        "attachments": ["推荐名单", "推荐汇总表"],
        "items": [
            {
                "rank": str(line.rank),
                "type": TYPE_NAMES[line.application.type],
                "enterprise": line.application.enterprise,
                "object": line.application.object_name,
                "county": w.place(rt, line.application.county),
            }
            for line in lines
        ],
        "signer": name,
    }


def summary(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """推荐汇总表 of the version that counts, with the cells that the register of packages gives it."""
    package, lines = _package(rt, session, subject, "recommendation_list")
    cycle = require_cycle(session, package.cycle_year)
    return table.values(rt.catalogues, cycle, package.city, lines, w.day(package.document_date))


def receipt(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """受理回执: what was received and whether it is accepted (article 8). Raises NotMadeYet."""
    package, lines = _package(rt, session, subject, "receipt")
    row = _recommendation(session, subject)
    if row is None or row.status not in DECIDED:
        raise w.not_yet("receipt", subject)
    return {
        "issuer": w.DEPARTMENT_NAME,
        "title": f"关于{package.cycle_year}年度推荐材料的受理回执",
        "addressee": w.office(session, rt, package.city),
        "year": str(package.cycle_year),
        "document_no": package.document_no,
        "document_date": w.day(package.document_date),
        "version": str(package.version),
        "received": w.instant(package.sent_at),
        **w.counts([line.application.type for line in lines]),
        "result": DECIDED[row.status],
        "reason": row.reason,
        "signer": w.DEPARTMENT_NAME,
        "date": w.day(row.decided_at),
    }


def _recommendation(session: Session, subject: str) -> Recommendation | None:
    year, _, city = subject.partition("-")
    return session.scalar(
        select(Recommendation).where(Recommendation.cycle_year == int(year), Recommendation.city == city)
    )


def _package(rt: Runtime, session: Session, subject: str, kind: str) -> tuple[Package, list[table.Line]]:
    row = _recommendation(session, subject)
    package = row and session.scalar(
        select(Package).where(
            Package.cycle_year == row.cycle_year,
            Package.city == row.city,
            Package.version == row.current_version,
        )
    )
    if not package or not package.items:
        raise w.not_yet(kind, subject)
    return package, table.lines_of(session, package)
