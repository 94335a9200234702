"""A cycle in figures: what is counted, who sees which area, and the same numbers in chart, table and spreadsheet."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from engine.conditions import Grant
from engine.directory import Scribe, add_account
from engine.policy import SYSTEM
from engine.programme.applications import statuses as s
from engine.programme.figures import funnel, steps
from engine.programme.figures.days import Spans
from engine.runtime import Runtime
from engine.store.people import Account
from engine.store.tasks import COMPLETED, UserTask
from tests.web import world
from tests.web.conftest import PASSWORD, SignIn
from tests.web.cycle_figures import add_application, add_package
from webapp.department import charts


def stage(code: str) -> int:
    return funnel.CODES.index(code)


@pytest.fixture
def year(runtime: Runtime) -> Runtime:
    """2024 with five applications, one of them in Qingdao; 2023 with two."""
    world.add_measure(runtime)
    world.add_cycle(runtime)
    add_application(runtime, 1, s.RECOGNISED)
    listed = add_application(runtime, 2, s.CITY_AGREED, type="SCENE")
    add_application(runtime, 3, s.NOT_RECOMMENDED)
    add_application(runtime, 4, s.DRAFT)
    add_application(runtime, 5, s.FORMAL_PASSED, county="370202")
    add_application(runtime, 1, s.RECOGNISED, year=2023)
    add_application(runtime, 2, s.LAPSED, year=2023)
    add_package(runtime, "370100", [listed])
    return runtime


def test_each_application_counts_up_to_the_furthest_stage_it_has_reached(year: Runtime) -> None:
    with year.reading() as session:
        found = funnel.reached(funnel.groups(session, [2024]))
    wanted = {"STARTED": 5, "SUBMITTED": 4, "COUNTY": 3, "CITY": 3, "RECOMMENDED": 3, "ACCEPTED": 2}
    later = {"FORMAL": 2, "REVIEWED": 1, "PROPOSED": 1, "PASSED": 1, "ANNOUNCED": 1, "PUBLISHED": 1}
    assert dict(zip(funnel.CODES, found, strict=True)) == wanted | later


def test_a_package_counts_in_its_newest_version_only(year: Runtime) -> None:
    with year.reading() as session:
        groups = funnel.groups(session, [2024], "370100")
    assert funnel.reached(groups)[stage("RECOMMENDED")] == 2


def test_years_and_cities_are_kept_apart(year: Runtime) -> None:
    with year.reading() as session:
        found = funnel.groups(session, [2023, 2024])
        qingdao = funnel.groups(session, [2024], "370200")
    assert funnel.total(found, lambda g: str(g.year)) == {"2023": 2, "2024": 5}
    assert funnel.reached(qingdao)[stage("STARTED")] == 1
    assert funnel.split(found, lambda g: g.type)["SCENE"][stage("RECOMMENDED")] == 1


def test_working_days_are_those_after_the_day_of_arrival(runtime: Runtime) -> None:
    spans = Spans(runtime.calendar)
    assert spans.workdays(date(2024, 6, 7), date(2024, 6, 7)) == 0
    assert spans.workdays(date(2024, 6, 7), date(2024, 6, 11)) == 1  # Friday, then the Dragon Boat Festival
    assert spans.workdays(date(2024, 12, 31), date(2025, 1, 2)) == 1
    assert spans.workdays(date(2031, 1, 1), date(2031, 1, 2)) is None


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [([], 50, None), ([(3, 1)], 90, 3), ([(0, 5), (1, 4), (9, 1)], 50, 0), ([(0, 5), (1, 4), (9, 1)], 90, 1)],
)
def test_a_percentile_is_one_of_the_values(
    values: list[tuple[int, int]], percent: int, expected: int | None
) -> None:
    assert steps.percentile(values, percent) == expected


def test_steps_offices_and_people(runtime: Runtime, sign_in: SignIn) -> None:
    world.add_measure(runtime)
    world.add_cycle(runtime)
    world.deploy_review(runtime)
    done = world.start_review(runtime, "2024-370100")
    world.start_review(runtime, "2024-370200")
    with runtime.transaction() as tx:
        late = tx.now + timedelta(days=4)
        closed = {"state": COMPLETED, "ended_at": late, "ended_by": "city", "due": late - timedelta(days=1)}
        tx.session.execute(update(UserTask).where(UserTask.id == done).values(**closed))
    after = world.START + timedelta(days=300)
    with runtime.reading() as session:
        [step] = steps.steps(session, 2024, after, runtime.calendar)
        loads = {load.who: load for load in steps.offices(session, 2024, after)}
        people = steps.people(session, 2024, after, "370100")
        qingdao = steps.steps(session, 2024, after, runtime.calendar, "370200")
    assert (step.done, step.late, step.open, step.median, step.p90) == (1, 1, 1, 4, 4)
    assert "370100" in loads
    assert all(load.who != world.USCC for load in loads.values())
    assert sum(load.done for load in loads.values()) == 1
    assert [p.who for p in people if p.done] == ["city"]
    assert [q.done for q in qingdao] == [0]
    page = sign_in("officer").get("/department/cycles/2024/370000").get_data(as_text=True)
    table = page[page.index('aria-label="数据表 各环节用时和逾期"') :].partition("</table>")[0]
    assert "逾期率" in table
    cells = re.findall(r'<td class="num">([^<]*)</td>', table)
    assert cells == ["1", "4", "4", "1", "100.0%", "1", "0"], "done, median, 90%, late, rate, open, overdue"


def test_nobody_sees_which_expert_did_how_much(runtime: Runtime) -> None:
    """I19."""
    world.deploy_review(runtime)
    task = world.start_review(runtime, "2024-370100")
    with runtime.transaction() as tx:
        tx.session.execute(
            update(UserTask)
            .where(UserTask.id == task)
            .values(element_id="expert_sheet", assignee="secret-expert", organisation="370000")
        )
    with runtime.reading() as session:
        assert steps.people(session, 2024, world.START, "370000") == []


def test_the_page_shows_each_number_in_the_table_too(year: Runtime, sign_in: SignIn) -> None:
    page = sign_in("officer").get("/department/cycles/2024/370000").get_data(as_text=True)
    table = page[page.index('aria-label="数据表 各环节数量"') :]
    rows = re.findall(r'<th scope="row">([^<]+)</th><td class="num">([^<]+)</td>', table)[:12]
    assert dict(rows)["企业提交"] == "4"
    assert dict(rows)["发文公布"] == "1"
    assert "style=" not in page.split("<main", 1)[1]
    assert "<script" not in page.split("<main", 1)[1]
    assert len(re.findall(r'<rect class="tile ', page.split("chart-key small")[0])) == 16
    assert 'aria-label="青岛 0 项"' in page
    assert 'aria-label="济南 1 项"' in page


def test_a_city_sees_its_own_area_only(year: Runtime, sign_in: SignIn) -> None:
    client = sign_in("city")
    assert client.get("/department/cycles/2024").headers["Location"].endswith("/2024/370100")
    page = client.get("/department/cycles/2024/370100").get_data(as_text=True)
    assert "历下区" in page
    assert "tile-map" not in page
    for address in ("370000", "370200", "370200/summary", "370000/tables.xlsx", "370200/tables.xlsx"):
        assert client.get(f"/department/cycles/2024/{address}").status_code == 404


@pytest.mark.parametrize("login", ["filler", "county", "owner"])
def test_others_see_nothing(year: Runtime, sign_in: SignIn, login: str) -> None:
    client = sign_in(login)
    assert client.get("/department/cycles").status_code == 404
    assert client.get("/department/cycles/2024/370100").status_code == 404


def test_supervision_sees_the_province(year: Runtime, sign_in: SignIn) -> None:
    with year.transaction() as tx:
        add_account(tx.session, Scribe(SYSTEM, tx.now), "watch", "监督", [Grant("supervision", "370000")])
        known = tx.session.get_one(Account, 1).password_hash
        tx.session.execute(update(Account).where(Account.login == "watch").values(password_hash=known))
    assert sign_in("watch", PASSWORD).get("/department/cycles/2024/370000").status_code == 200


def test_a_year_or_area_that_is_not_there(year: Runtime, sign_in: SignIn) -> None:
    client = sign_in("officer")
    assert client.get("/department/cycles/2031/370000").status_code == 404
    assert client.get("/department/cycles/2024/999999").status_code == 404


def test_the_map_shows_the_stage_that_is_asked_for(year: Runtime, sign_in: SignIn) -> None:
    page = sign_in("officer").get("/department/cycles/2024/370000?stage=STARTED").get_data(as_text=True)
    assert 'aria-label="济南 4 项"' in page
    assert 'aria-label="青岛 1 项"' in page


def test_the_spreadsheet_has_every_table_with_numbers_as_numbers(year: Runtime, sign_in: SignIn) -> None:
    answer = sign_in("officer").get("/department/cycles/2024/370000/tables.xlsx")
    book = load_workbook(BytesIO(answer.data))
    assert book.sheetnames[:3] == ["各环节数量", "目前状态", "按市"]
    funnel_sheet = {row[0]: row[1] for row in book["各环节数量"].iter_rows(min_row=5, values_only=True)}
    assert funnel_sheet["企业提交"] == 4
    cities = {row[0]: row for row in book["按市"].iter_rows(min_row=5, values_only=True)}
    assert cities["济南市"][1:3] == (4, 3)
    assert cities["合计"][1] == 5
    assert len(cities) == 17


def test_the_summary_compares_with_the_year_before(year: Runtime, sign_in: SignIn) -> None:
    page = sign_in("head").get("/department/cycles/2024/370000/summary").get_data(as_text=True)
    assert "企业提交 4 项" in page
    assert "本年提交比上年增加 2 项" in page


def test_the_english_page_has_no_chinese_heading(year: Runtime, sign_in: SignIn) -> None:
    client = sign_in("officer")
    client.set_cookie("luzhi_language", "en")
    page = client.get("/department/cycles/2024/370000").get_data(as_text=True)
    headings = re.findall(r"<(?:h1|h2|th|dt|caption)[^>]*>([^<]*)<", page)
    assert headings
    assert not [text for text in headings if re.search("[\u4e00-\u9fff]", text)]


def test_a_page_of_no_figures_stands(runtime: Runtime, sign_in: SignIn) -> None:
    world.add_measure(runtime)
    world.add_cycle(runtime)
    assert sign_in("officer").get("/department/cycles/2024/370000").status_code == 200


def test_every_city_has_a_place_and_a_value_of_nothing_is_lightest() -> None:
    drawn = charts.tile_map([("370100", "济南"), ("370200", "青岛")], [0, 7])
    assert [t.shade for t in drawn.tiles] == [0, charts.SHADES - 1]
    assert drawn.steps[0] == (0, 0)
    assert drawn.steps[-1][1] == 7
