"""What came from the cities, what became of the formal reviews, and a supplementary notice beside the old one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.programme.applications import statuses as s
from engine.programme.cycles import operations
from engine.programme.cycles.models import Cycle
from engine.programme.cycles.operations import DEADLINES
from engine.programme.figures import funnel
from engine.programme.figures.funnel import Group
from engine.programme.recommendations.models import (
    ACCEPTED,
    COLLECTING,
    NONE,
    REFUSED,
    SENT,
    STATUS_NAMES,
    Package,
    PackageItem,
    Recommendation,
)
from webapp import access
from webapp.access import rule
from webapp.department.blueprint import blueprint
from webapp.department.setup import Setup, of_cycle, year_of
from webapp.department.tables import PROVINCE, Table, type_name
from webapp.i18n import gettext as _
from webapp.i18n import pick
from webapp.shared import cities, now, place, reading
from webapp.tasks import desks
from webapp.tasks.reading import TaskPage


@dataclass(frozen=True, slots=True)
class Receipt:
    """One city: its package, if there is one, and what was decided on it."""

    city: str
    name: str
    status: str
    late: bool
    version: int | None
    items: int | None
    quota: int | None
    document_no: str
    sent_at: datetime | None

    @property
    def state(self) -> str:
        """The status in words."""
        return pick(*STATUS_NAMES.get(self.status, (_("没有记录"), "Not on record")))

    @property
    def over(self) -> bool:
        """More items than the quota allows: never accepted, shown if it were."""
        return self.quota is not None and self.items is not None and self.items > self.quota


def receipts(session: Session, cycle: Cycle, at: datetime) -> list[Receipt]:
    """Every city of the notice, in the order of codes."""
    r, p = Recommendation, Package
    sent = dict(
        session.execute(
            select(PackageItem.package_id, func.count())
            .join(p, p.id == PackageItem.package_id)
            .where(p.cycle_year == cycle.year)
            .group_by(PackageItem.package_id)
        ).all()
    )
    joined = (r.cycle_year == p.cycle_year) & (r.city == p.city) & (r.current_version == p.version)
    rows = session.execute(select(r, p).outerjoin(p, joined).where(r.cycle_year == cycle.year)).all()
    known = {row[0].city: row for row in rows}
    return [_receipt(cycle, code, known.get(code), sent, at) for code in cycle.cities]


def _receipt(cycle: Cycle, code: str, row: Any, counts: Mapping[int, int], at: datetime) -> Receipt:
    recommendation, package = row if row is not None else (None, None)
    status = recommendation.status if recommendation is not None else COLLECTING
    until = cycle.city_deadline
    came = package.sent_at if package is not None else None
    over = until is not None and at >= until
    late = until is not None and (came >= until if came is not None else over and status == COLLECTING)
    return Receipt(
        code,
        place(code),
        status,
        late,
        package.version if package is not None else None,
        counts.get(package.id, 0) if package is not None else None,
        cycle.quotas.get(code),
        package.document_no if package is not None else "",
        came,
    )


def totals(rows: Sequence[Receipt]) -> dict[str, int]:
    """How many cities sent something, were accepted or refused, recommend nobody, or are still expected."""
    counted = {status: sum(r.status == status for r in rows) for status in (ACCEPTED, REFUSED, NONE)}
    waiting = sum(r.status in (COLLECTING, SENT) for r in rows)
    return {**counted, "WAITING": waiting, "ITEMS": sum(r.items or 0 for r in rows if r.status != REFUSED)}


@blueprint.get("/cycles/<int:year>/<area>/receipts")
@rule("cycle.read")
def receipt_list(year: int, area: str) -> str:
    """The packages of all cities, or of one. Raises NoCycle, NotFound."""
    known = area == PROVINCE or area in {code for code, _name in cities()}
    if not known or not access.may("cycle.read", {"city": area}):
        raise NotFound(what_zh="这个地区的推荐材料", what_en="The packages of this area")
    with reading() as session:
        cycle = operations.require(session, year)
        rows = [r for r in receipts(session, cycle, now()) if area in (PROVINCE, r.city)]
    return render_template("department/receipts.html", cycle=cycle, rows=rows, totals=totals(rows), area=area)


def _receipt_facts(page: TaskPage, data: Mapping[str, Any]) -> Mapping[str, Any]:
    with reading() as session:
        cycle = operations.require(session, year_of(page))
        rows = receipts(session, cycle, now())
    return {"rows": rows, "totals": totals(rows), "cycle": cycle}


PASSED = (s.FORMAL_PASSED, s.IN_REVIEW)
WAITING = (s.RECOMMENDED, s.SUPPLEMENTING)


def formal_table(found: Sequence[Group]) -> Table:
    """By type: accepted, passed, failed, left by themselves, and what is still open."""
    kinds = sorted({group.type for group in found if _accepted(group)})
    rows = tuple((type_name(kind), *_formal([g for g in found if g.type == kind])) for kind in kinds)
    columns = (_("类型"), _("受理"), _("通过"), _("不通过"), _("审查中"), _("补正中"), _("撤回等"))
    return Table("formal", _("形式审查情况"), columns, rows, total=(_("合计"), *_formal(found)))


def _accepted(group: Group) -> bool:
    return group.stage >= funnel.CODES.index("ACCEPTED")


def _formal(found: Sequence[Group]) -> tuple[int, ...]:
    at = funnel.CODES.index("FORMAL")
    accepted = [g for g in found if _accepted(g)]
    passed = sum(g.count for g in accepted if g.stage >= at)
    before = [g for g in accepted if g.stage < at]
    by = funnel.total(before, lambda g: g.status)
    named = (by.get(s.FORMAL_FAILED, 0), by.get(s.RECOMMENDED, 0), by.get(s.SUPPLEMENTING, 0))
    total = sum(g.count for g in accepted)
    return (total, passed, *named, total - passed - sum(named))


def _formal_facts(page: TaskPage, data: Mapping[str, Any]) -> Mapping[str, Any]:
    with reading() as session:
        found = funnel.groups(session, [year_of(page)])
    waiting = sum(group.count for group in found if group.status in WAITING)
    return {"table": formal_table(found), "waiting": waiting}


@dataclass(frozen=True, slots=True)
class Moved:
    """One instant of the notice: what it was, and what the draft of a supplement makes of it."""

    field: str
    name: str
    old: datetime | None
    new: datetime | None

    @property
    def wrong(self) -> bool:
        """Whether it would come earlier: a supplementary notice only lengthens."""
        return self.old is not None and self.new is not None and self.new < self.old


def _moved(cycle: Cycle, after: Setup, data: Mapping[str, Any]) -> list[Moved]:
    names = (_("企业申报截止"), _("县级意见截止"), _("市级上报截止"))
    drafted = {entry.code: entry.at for entry in after.preview.entries}
    return [
        Moved(field, name, getattr(cycle, field), drafted.get(field) if data.get(field) else None)
        for field, name in zip(DEADLINES, names, strict=True)
    ]


def _supplement_facts(page: TaskPage, data: Mapping[str, Any]) -> Mapping[str, Any]:
    with reading() as session:
        cycle = operations.require(session, year_of(page))
        after = of_cycle(session, cycle, data)
        begun = funnel.groups(session, [cycle.year])
    open_ones = sum(group.count for group in begun if group.status == s.DRAFT)
    return {"cycle": cycle, "setup": after, "moved": _moved(cycle, after, data), "drafts": open_ones}


desks.register(
    "supplementary_notice", template="department/supplementary_notice.html", facts=_supplement_facts
)
desks.register("receipts", template="department/receipt_confirm.html", facts=_receipt_facts)
desks.register("formal_list", template="department/formal_list.html", facts=_formal_facts)
