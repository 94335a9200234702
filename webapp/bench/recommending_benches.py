"""Bench of the 推荐汇总表: a province's 1,500 applications as one package, read and written as a workbook."""

from datetime import date, datetime
from typing import Any

from engine.clock import BUSINESS_ZONE
from engine.programme.applications.models import Application, ApplicationVersion
from engine.programme.cycles.models import Cycle
from engine.programme.recommendations.models import Package, PackageItem
from engine.programme.recommendations.table import lines_of, values
from engine.programme.recommendations.workbook import workbook
from engine.runtime import Runtime
from webapp.bench.engine_benches import Figure, Size
from webapp.bench.measure import Samples

ROWS, CITY = 1_500, "370100"
AT = datetime(2024, 7, 3, 10, tzinfo=BUSINESS_ZONE)
TYPES = ("SCENE", "WORKSHOP", "FACTORY")


def summary_table(runtime: Runtime, size: Size) -> Figure:
    """From the registers to the bytes of the file; every application holds some 20,000 characters of answers."""
    count = min(ROWS, size.open_tasks)
    with runtime.transaction() as tx:
        package = _package(count)
        tx.session.add(package)
        for number in range(1, count + 1):
            tx.session.add_all(_filed(number))
        tx.session.flush()
        id = package.id
    samples, length = Samples(), 0
    for _ in range(size.samples(3)):
        with runtime.reading() as session, samples.one():
            lines = lines_of(session, session.get_one(Package, id))
            cycle = Cycle(year=2024, quotas={}, cities=[CITY])
            length = len(workbook(values(runtime.catalogues, cycle, CITY, lines, "2024年7月3日")))
    return {**samples.summary(), "rows": count, "bytes": length}


def _package(count: int) -> Package:
    items = [
        PackageItem(
            rank=n,
            type_rank=(n - 1) // len(TYPES) + 1,
            application_no=_number(n),
            application_version=1,
        )
        for n in range(1, count + 1)
    ]
    return Package(
        cycle_year=2024,
        city=CITY,
        version=1,
        document_no="济工信函〔2024〕5号",
        document_date=date(2024, 7, 3),
        signed_by="city-head",
        sent_at=AT,
        items=items,
    )


def _number(n: int) -> str:
    return f"2024-370102-{n:04d}"


def _filed(n: int) -> tuple[Application, ApplicationVersion]:
    application = Application(
        application_no=_number(n),
        cycle_year=2024,
        uscc=f"91370100MA{n:08d}",
        enterprise=f"泉城示例重工{n}有限公司",
        type=TYPES[n % 3],
        object_name=f"重载齿轮智能工厂{n}",
        county="370102",
        city=CITY,
        industry="C34",
        catalogue="2021",
        status="CITY_AGREED",
        opened_at=AT,
        version=1,
    )
    version = ApplicationVersion(
        application_no=_number(n),
        version=1,
        submitted_at=AT,
        submitted_by="filler",
        content=_content(n),
        sha256=f"{n:064x}",
    )
    return application, version


def _content(n: int) -> dict[str, Any]:
    elements = [
        {"row_key": f"e{k}", "status": "MET", "desc": "设备互联与数据互享的建设内容" * 20} for k in range(19)
    ]
    equipment = [{"eq_name": f"立式加工中心{k}", "eq_qty": k + 1, "eq_value": 120} for k in range(40)]
    return {
        "enterprise": f"泉城示例重工{n}有限公司",
        "invest": 3200 + n,
        "cmmm_level": "2",
        "cmmm_score": 2,
        "contact": "王晓",
        "contact_title": "主任",
        "mobile": "13800001111",
        "description": "围绕设计、生产、检测、物流各环节开展建设，缩短研制周期。" * 120,
        "elements": elements,
        "equipment": equipment,
    }
