"""What the diagrams do with public notices and publications."""

from typing import Any

from sqlalchemy import select

from engine.outbox import DOCUMENTS_DUE
from engine.programme.announcements import operations as announcements
from engine.programme.applications import operations as applications
from engine.programme.applications import statuses as s
from engine.programme.cycles import operations as cycles
from engine.programme.objections.models import CLOSED, REANNOUNCE, REMOVE, Objection
from engine.programme.values import as_date, as_int
from engine.verbs import Parameter, VerbContext, Verbs

VERBS = Verbs()
_YEAR = Parameter("cycle_year", "number", "年度", "Year of the cycle")
KEEP = "P30D"


@VERBS.register(
    "announcements.open_notice",
    zh="发布公示",
    en="Open the public notice",
    inputs=(
        _YEAR,
        Parameter("title", "string", "标题", "Title"),
        Parameter("starts_on", "date", "起始日", "First day"),
        Parameter("ends_on", "date", "截止日", "Last day"),
        Parameter("workdays", "number", "工作日数", "Working days by the calendar"),
        Parameter("phone", "string", "联系电话", "Telephone of the office"),
        Parameter("email", "string", "电子邮箱", "E-mail of the office", required=False),
        Parameter("address", "string", "地址", "Address", required=False),
    ),
    outputs=(
        Parameter("notice_ends_at", "date and time", "公示截止时间", "End of the notice, exclusive"),
        Parameter("announced_count", "number", "公示数", "Items announced"),
    ),
)
def open_notice(
    context: VerbContext, cycle_year: Any, starts_on: Any, ends_on: Any, workdays: Any, **texts: str
) -> dict[str, Any]:
    """Announce what the meeting passed by exact names (I17, I19), and tell the applications."""
    notice = announcements.open_notice(
        context.session,
        cycles.require(context.session, as_int(cycle_year)),
        starts_on=as_date(starts_on),
        ends_on=as_date(ends_on),
        workdays=as_int(workdays),
        actor=context.actor,
        at=context.now,
        **texts,
    )
    ends_at = notice.ends_at.isoformat()
    _document(context, "public_notice", notice.cycle_year, notice.id)
    for item in notice.items:
        facts = {"notice_ends_at": ends_at}
        context.publish("notice.opened", item.application_no, facts, time_to_live=KEEP)
    return {"notice_ends_at": ends_at, "announced_count": len(notice.items)}


@VERBS.register(
    "announcements.publish",
    zh="公布并授予称号",
    en="Publish and grant the titles",
    inputs=(
        _YEAR,
        Parameter("document_no", "string", "文号", "Document number"),
        Parameter("document_date", "date", "成文日期", "Date of the document"),
        Parameter("title", "string", "标题", "Title"),
        Parameter("repeals", "string", "同时废止", "Repeals", required=False),
    ),
    outputs=(
        Parameter("published_count", "number", "公布数", "Items published"),
        Parameter("held_count", "number", "暂缓数", "Items held"),
        Parameter("again_count", "number", "需重新公示数", "Items to announce again"),
    ),
)
def publish(
    context: VerbContext, cycle_year: Any, document_no: str, document_date: Any, title: str, repeals: str = ""
) -> dict[str, Any]:
    """Publish what article 8 allows (I5, I6), grant the titles, tell the applications; the rest is held."""
    cycle = cycles.require(context.session, as_int(cycle_year))
    publication, held = announcements.publish(
        context.session,
        cycle,
        document_no=document_no,
        document_date=as_date(document_date),
        title=title,
        repeals=repeals,
        actor=context.actor,
        at=context.now,
    )
    for item in publication.items:
        facts = {"title_no": item.title_no, "document_no": document_no}
        context.publish("publication.issued", item.application_no, facts, time_to_live=KEEP)
    _document(context, "publication", cycle.year, document_no)
    return {"published_count": len(publication.items), **_left(context, len(held), cycle.year)}


def _document(context: VerbContext, what: str, year: int, key: Any) -> None:
    """Have the documents of what was issued made after the commit, once."""
    facts = {"what": what, "year": year, "by": context.actor}
    context.outbox(DOCUMENTS_DUE, facts, f"{DOCUMENTS_DUE}:{what}:{key}")


def _left(context: VerbContext, held: int, year: int) -> dict[str, int]:
    again = len(announcements.in_state(context.session, year, s.MEETING_PASSED))
    return {"held_count": held, "again_count": again}


@VERBS.register(
    "announcements.count_left",
    zh="清点未公布事项",
    en="Count what is left to publish",
    inputs=(_YEAR,),
    outputs=(
        Parameter("held_count", "number", "暂缓数", "Items held"),
        Parameter("again_count", "number", "需重新公示数", "Items to announce again"),
    ),
)
def count_left(context: VerbContext, cycle_year: Any) -> dict[str, Any]:
    """How many items are held or must be announced again."""
    cycle = cycles.require(context.session, as_int(cycle_year))
    free, held = announcements.sort_out(context.session, cycle, context.now)
    return _left(context, len(free) + len(held), cycle.year)


@VERBS.register(
    "announcements.settle_objection",
    zh="落实异议结论",
    en="Act on the objection's outcome",
    inputs=(Parameter("application_no", "string", "申报编号", "Application number"),),
    outputs=(Parameter("settled", "string", "处理结果", "KEEP, REMOVE or REANNOUNCE"),),
)
def settle_objection(context: VerbContext, application_no: str) -> dict[str, Any]:
    """成立 takes the item off the list, a material change announces it again, else it stays (article 8)."""
    application = applications.require(context.session, application_no)
    last = context.session.scalar(
        select(Objection)
        .where(Objection.application_no == application_no, Objection.status == CLOSED)
        .order_by(Objection.closed_at.desc(), Objection.id.desc())
        .limit(1)
    )
    consequence = last.consequence if last is not None else None
    if consequence == REMOVE:
        reason = f"异议成立（{last.objection_no}）" if last is not None else ""
        announcements.remove_upheld(application, reason=reason, actor=context.actor, at=context.now)
    elif consequence == REANNOUNCE:
        announcements.announce_again(application, actor=context.actor, at=context.now)
    return {"settled": consequence if consequence in (REMOVE, REANNOUNCE) else "KEEP"}
