"""Applications of two cycles in several states, for the tests of what is counted."""

from datetime import date, timedelta

from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application, ApplicationEvent
from engine.programme.recommendations.models import ACCEPTED, Package, PackageItem, Recommendation
from engine.runtime import Runtime

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


def add_application(
    runtime: Runtime,
    number: int,
    last: str,
    *,
    year: int = 2024,
    county: str = "370102",
    type: str = "FACTORY",
) -> str:
    """An application that went straight to `last`, one state a day; an ended state comes after the last of WAY."""
    key = f"{year}-{county}-{number:04d}"
    way = WAY[: WAY.index(last) + 1] if last in WAY else (s.DRAFT, s.SUBMITTED, last)
    with runtime.transaction() as tx:
        row = Application(
            application_no=key,
            cycle_year=year,
            uscc="91370100MA3C5X8K9A",
            enterprise="泉城示例重工有限公司",
            type=type,
            object_name=f"第{number}号",
            county=county,
            city=f"{county[:4]}00",
            industry="C34" if number % 2 else "C35",
            catalogue="2021",
            status=last,
            opened_at=tx.now,
        )
        for day, status in enumerate(way):
            at = tx.now + timedelta(days=day)
            event = ApplicationEvent(at=at, actor="x", basis="第七条", to_status=status)
            row.history.append(event)
        tx.session.add(row)
    return key


def add_package(runtime: Runtime, city: str, items: list[str], year: int = 2024) -> None:
    """A city's package in two versions: the first one listed nothing, the second one these."""
    with runtime.transaction() as tx:
        tx.session.add(
            Recommendation(cycle_year=year, city=city, status=ACCEPTED, current_version=2, closed_at=tx.now)
        )
        for version, listed in ((1, ["2024-999999-0001"]), (2, items)):
            package = Package(
                cycle_year=year,
                city=city,
                version=version,
                document_no=f"济工信函〔{year}〕{version}号",
                document_date=date(year, 6, 25),
                signed_by="city_head",
                sent_at=tx.now,
            )
            package.items = [PackageItem(rank=i, application_no=key) for i, key in enumerate(listed, 1)]
            tx.session.add(package)
