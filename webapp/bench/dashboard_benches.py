"""The bench of the dashboard: a year of 1,500 applications beside the year before, as the department sees it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from engine import commands
from engine.clock import BUSINESS_ZONE
from engine.policy import SYSTEM
from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application, ApplicationEvent
from engine.programme.cycles.models import Cycle
from engine.runtime import Runtime
from engine.store.instances import Instance
from engine.store.tasks import COMPLETED, UserTask
from webapp.bench.engine_benches import OFFICER, Figure, Size
from webapp.bench.measure import Samples, counting, settle
from webapp.bench.web_benches import _CITIES, signed_in

WAY = (
    s.DRAFT,
    s.SUBMITTED,
    s.COUNTY_DONE,
    s.CITY_AGREED,
    s.RECOMMENDED,
    s.FORMAL_PASSED,
    s.IN_REVIEW,
    s.REVIEWED,
    s.PROPOSED,
    s.MEETING_PASSED,
    s.ANNOUNCED,
    s.RECOGNISED,
)
STEPS = 20
"""Tasks an application, sheets of five experts among them."""
START = datetime(2024, 5, 6, 9, tzinfo=BUSINESS_ZONE)


def dashboard(runtime: Runtime, size: Size) -> Figure:
    """The page of a whole province: counts of two years, times, overdue tasks, work of offices and people."""
    with runtime.transaction() as tx:
        for year in (2023, 2024):
            tx.session.add(_cycle(year))
            _applications(tx.session, year, size.year_applications)
    commands.start(runtime, SYSTEM, "bench_straight", {})
    with runtime.transaction() as tx:
        instance = tx.session.scalars(select(Instance).limit(1)).one()
        for first in range(0, size.year_applications, 250):
            part = range(first, min(first + 250, size.year_applications))
            tx.session.execute(insert(UserTask), list(_tasks(instance, part)))
    settle(runtime.engine)
    client = signed_in(runtime, OFFICER)
    address = "/department/cycles/2024/370000"
    client.get(address)
    samples = Samples()
    with counting(runtime.engine) as asked:
        for _ in range(size.samples(20)):
            with samples.one():
                answer = client.get(address)
            if answer.status_code != 200:
                raise RuntimeError(f"the dashboard answered {answer.status_code}")
    return {
        **samples.summary(),
        "applications": size.year_applications,
        "tasks": size.year_applications * STEPS,
        "statements": asked.statements / samples.summary()["samples"],
    }


def _cycle(year: int) -> Cycle:
    empty: dict[str, Any] = {"parameters": {}, "catalogues": {}, "quotas": {}}
    return Cycle(
        year=year, measure_code="M", title=f"{year}", cities=_CITIES, direct_filing=[], status="OPEN", **empty
    )


def _applications(session: Any, year: int, count: int) -> None:
    rows = [_application(year, number) for number in range(count)]
    keys = list(
        session.scalars(insert(Application).returning(Application.id, sort_by_parameter_order=True), rows)
    )
    events = [event for number, key in enumerate(keys) for event in _events(number, key)]
    for first in range(0, len(events), 5000):
        session.execute(insert(ApplicationEvent), events[first : first + 5000])


def _application(year: int, number: int) -> dict[str, Any]:
    city = _CITIES[number % len(_CITIES)]
    return {
        "application_no": f"{year}-{city}-{number:04d}",
        "cycle_year": year,
        "uscc": f"91370100MA3C{number:06d}",
        "enterprise": f"示例{number}装备有限公司",
        "type": ("SCENE", "WORKSHOP", "FACTORY")[number % 3],
        "object_name": f"第{number}智能工厂",
        "county": city[:4] + f"{2 + number % 9:02d}",
        "city": city,
        "industry": f"C{13 + number % 31}",
        "catalogue": "2021",
        "status": WAY[number % len(WAY)],
        "opened_at": START,
    }


def _events(number: int, key: int) -> Iterator[dict[str, Any]]:
    for day, status in enumerate(WAY[: number % len(WAY) + 1]):
        at = START + timedelta(days=day * 3)
        yield {"application_id": key, "at": at, "actor": "x", "basis": "第七条", "to_status": status}


def _tasks(instance: Instance, numbers: range) -> Iterator[dict[str, Any]]:
    for number in numbers:
        city = _CITIES[number % len(_CITIES)]
        for step in range(STEPS):
            begun = START + timedelta(days=step * 2, hours=number % 9)
            done = (number + step) % 5 > 0
            office = city if step % 3 else "370000"
            yield {
                "instance_id": instance.id,
                "process_id": "application",
                "business_key": f"2024-{city}-{number:04d}",
                "wait_key": f"bench-{number}-{step}",
                "element_id": f"step_{step}",
                "name": f"环节{step}",
                "properties": {},
                "candidate_groups": [f"city_officer@{office}"],
                "candidate_users": [],
                "organisation": office,
                "assignee": f"officer-{number % 40}",
                "year": "2024",
                "city": city,
                "due": begun + timedelta(days=5),
                "due_order": begun + timedelta(days=5),
                "created_at": begun,
                "state": COMPLETED if done else "CREATED",
                "ended_at": begun + timedelta(days=number % 8) if done else None,
                "ended_by": f"officer-{number % 40}" if done else None,
            }
