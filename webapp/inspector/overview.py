"""Operations in figures: every number leads to the list of exactly what it counts, every chart has its table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import render_template, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.inspecting import overview as figures
from engine.inspecting.overview import Lag, Trouble, Version
from engine.store.instances import Instance
from engine.store.work import Job, Outbox, Timer
from webapp import access
from webapp.access import may, rule
from webapp.department import charts
from webapp.department.charts import Chart
from webapp.department.tables import Table
from webapp.i18n import gettext as _
from webapp.inspector import elements, jobs, outbox, timers
from webapp.inspector.blueprint import blueprint
from webapp.inspector.list_words import error_name
from webapp.names import process_names
from webapp.shared import now, reading, runtime

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Cell = tuple[str, str | None]
"""What a cell says, and where it leads."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One figure: a chart and the same numbers as a table, each number with its address."""

    id: str
    title: str
    chart: Chart | None
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    words: int = 1
    """Columns of words; the others are numbers."""
    note: str = ""


@blueprint.get("", strict_slashes=False)
@rule("instance.read")
def overview() -> str:
    """The figures of operations now; of timers, jobs and the outbox for whoever may see these."""
    access.require("instance.read")
    with reading() as session:
        at = now()
        versions = figures.versions(session, at)
        machinery = may("operation.read")
        panels = [_versions(session, versions), _errors(session), _elements(session)]
        if machinery:
            panels += [_lag(session, at), _jobs(session), _outbox(session)]
        return render_template(
            "inspector/overview.html", heads=_heads(session, versions, at), panels=panels, at=at
        )


def _heads(session: Session, versions: Sequence[Version], at: datetime) -> list[tuple[str, int, str, bool]]:
    """The numbers on top: name, number, address, whether it calls for somebody."""
    today = at.date().isoformat()
    late, failed = sum(v.overdue for v in versions), sum(v.troubled for v in versions)
    return [
        (_big(_("进行中")), sum(v.running for v in versions), _list(state="running"), False),
        (_("有故障"), failed, _list(state="incident"), failed > 0),
        (_("有超期任务"), late, _list(state="overdue"), late > 0),
        (_big(_("已挂起")), sum(v.suspended for v in versions), _list(state="suspended"), False),
        (_("今天结束"), figures.ended_today(session, at), _list(state="ended", ended_from=today), False),
    ]


def _list(**wish: str) -> str:
    return url_for("inspector.instances", **wish)


def _versions(session: Session, versions: Sequence[Version]) -> Panel:
    runtime().definitions.refresh(session)
    known = {v.key: runtime().definitions.by_key(session, v.key) for v in versions}
    names = process_names(session, {version.id for version in known.values()})
    rows: list[tuple[Cell, ...]] = []
    drawn: list[tuple[str, int, int, int]] = []
    for v in versions:
        process, number = known[v.key].id, str(known[v.key].version)
        label = _("%(name)s 第 %(v)s 版", name=names[process], v=number)
        of = {"process": process, "version": number}
        states = (
            ("running", v.running),
            ("suspended", v.suspended),
            ("overdue", v.overdue),
            ("incident", v.troubled),
        )
        rows.append(((label, None), *((_n(n), _list(**of, state=state)) for state, n in states)))
        drawn.append((label, v.running, v.overdue, v.troubled))
    heads = (_("流程和版本"), _big(_("进行中")), _big(_("已挂起")), _("有超期任务"), _("有故障"))
    chart = _chart((heads[0], heads[1], heads[3], heads[4]), drawn)
    return Panel("versions", _("按流程和版本"), chart, heads, tuple(rows))


def _errors(session: Session) -> Panel:
    found = figures.by_error(session)
    heads = (_("故障种类"), _("实例"), _("故障"))
    rows = [
        (
            (error_name(each.name), None),
            (_n(each.instances), _list(error=each.name)),
            (_n(each.incidents), None),
        )
        for each in found
    ]
    return Panel(
        "errors", _("故障，按种类"), _troubles(heads, found, lambda t: error_name(t.name)), heads, tuple(rows)
    )


def _elements(session: Session) -> Panel:
    found = figures.by_element(session)
    names = process_names(session, {each.process for each in found})
    labels = {process: dict(elements.offered(session, process, "")) for process in names}

    def label(each: Trouble) -> str:
        return f"{names[each.process]} · {labels[each.process].get(each.name, each.name)}"

    heads = (_("流程和环节"), _("实例"), _("故障"))
    rows = [
        (
            (label(each), None),
            (_n(each.instances), _list(process=each.process, element=each.name, state="incident")),
            (_n(each.incidents), None),
        )
        for each in found
    ]
    return Panel("elements", _("故障，按环节"), _troubles(heads, found, label), heads, tuple(rows))


def _troubles(
    heads: tuple[str, ...], found: Sequence[Trouble], label: Callable[[Trouble], str]
) -> Chart | None:
    return _chart(heads[:2], [(label(each), each.instances) for each in found])


def _lag(session: Session, at: datetime) -> Panel:
    """How late timers fired in the last hour and day, and what is due and has not fired."""
    spans = (
        (_("最近一小时"), figures.lag(session, at, HOUR)),
        (_("最近一天"), figures.lag(session, at, DAY)),
    )
    late = timers.of_state(
        select(func.count(Timer.id), func.min(Timer.due)).join(Instance, Instance.id == Timer.instance_id),
        "late",
        at,
    )
    waiting, oldest = session.execute(late).one()
    heads = (_("时段"), _("生效的期限"), _("中位滞后"), _("99% 不超过"), _("最长"))
    rows: list[tuple[Cell, ...]] = [(_cell(label), *map(_cell, _lag_words(each))) for label, each in spans]
    rows.append(
        (
            _cell(_("已到未生效")),
            (_n(waiting), url_for("inspector.timers", state="late")),
            _cell("—"),
            _cell("—"),
            _cell(span((at - oldest).total_seconds()) if oldest else "—"),
        )
    )
    drawn = [(label, round(each.p50 or 0), round(each.p99 or 0)) for label, each in spans]
    chart = _chart((heads[0], _("中位滞后（秒）"), _("99% 不超过（秒）")), drawn)
    note = _("期限很多，按均匀抽取的记录推算。") if any(each.sampled for _label, each in spans) else ""
    return Panel("lag", _("期限的滞后"), chart, heads, tuple(rows), note=note)


def _lag_words(lag: Lag) -> tuple[str, ...]:
    times = (lag.p50, lag.p99, lag.longest)
    return (_n(lag.fired), *("—" if each is None else span(each) for each in times))


def _jobs(session: Session) -> Panel:
    oldest = func.min(Job.created_at)
    found = {
        state: session.execute(jobs.of_state(select(func.count(Job.id), oldest), state)).one()
        for state in jobs.STATES
    }
    return _queue("jobs", _("后台工作"), jobs.state_words(), found)


def _outbox(session: Session) -> Panel:
    asked = select(func.count(Outbox.id), func.min(Outbox.created_at)).join(Job, outbox.OF_IT, isouter=True)
    found = {state: session.execute(outbox.of_state(asked, state)).one() for state in outbox.STATES[:3]}
    return _queue("outbox", _("外发"), outbox.state_words(), found)


def _queue(name: str, title: str, words: Mapping[str, str], found: Mapping[str, Any]) -> Panel:
    """What waits, by state, with how long the oldest has."""
    heads = (_("状态"), _("数量"), _("最早的已有"))
    rows = [
        (
            (words[state], None),
            (_n(count), url_for(f"inspector.{name}", state=state)),
            (span((now() - oldest).total_seconds()) if oldest else "—", None),
        )
        for state, (count, oldest) in found.items()
    ]
    chart = _chart(heads[:2], [(words[state], count) for state, (count, _oldest) in found.items()])
    return Panel(name, title, chart, heads, tuple(rows))


def _chart(heads: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> Chart | None:
    chart = charts.bars(Table("", "", heads, tuple(rows)), range(1, len(heads)), most=12) if rows else None
    return chart if chart and chart.bars else None


def _big(word: str) -> str:
    """A word with a capital: it stands by itself."""
    return word[:1].upper() + word[1:]


def _cell(text: str) -> Cell:
    return text, None


def _n(number: int) -> str:
    return f"{number:,}"


def span(seconds: float) -> str:
    """A span in the largest unit that says it."""
    if seconds < 100:
        return _("%(n)s 秒", n=f"{max(0.0, seconds):.1f}")
    if seconds < 6000:
        return _("%(n)s 分钟", n=round(seconds / 60))
    if seconds < 48 * 3600:
        return _("%(n)s 小时", n=round(seconds / 3600))
    return _("%(n)s 天", n=f"{round(seconds / 86400):,}")
