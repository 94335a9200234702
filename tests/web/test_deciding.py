"""The desks of opinions, the meeting, the public notice and the publication: what they show, what they refuse."""

import re

import pytest
from sqlalchemy import select

from engine.programme.announcements import evidence
from engine.programme.announcements.models import PublicationEvidence, PublicNotice
from engine.programme.applications import statuses as s
from engine.store.tasks import Draft
from tests.programme.mainline import House
from tests.web.conftest import token
from tests.web.deciding_world import (
    Site,
    decided_database,
    furnished,
    house,
    login_of,
    reviewed_database,
    site,
)

FIXTURES = (decided_database, furnished, house, reviewed_database, site)
ONE, TWO = "2024-370102-0001", "2024-370102-0002"


def fields(page: str) -> dict[str, str]:
    """Every named input, select and textarea of the task's form with its value."""
    form = page[page.index('id="task-form"') : page.index("</form>", page.index('id="task-form"'))]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and (("radio" not in tag and "checkbox" not in tag) or " checked" in tag):
            found[name[1]] = value[1] if value else ""
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S):
        found[name] = text.strip()
    return found


def row_of(page: str, number: str) -> str:
    """The name of the row that is about an application, e.g. `items[1]`."""
    found = re.search(rf'name="(items\[\d+\])\.application_no" value="{number}"', page)
    assert found, number
    return found[1]


def saved(house: House, id: int) -> dict[str, object]:
    """The draft of a task."""
    [draft] = house.rows(select(Draft).where(Draft.task_id == id))
    return dict(draft.data)


def test_opinions_are_shown_in_the_order_of_scores_with_a_line_to_draw(site: Site) -> None:
    site.house.department("reviews_done", "dept_officer", confirmed=True)
    client, id, page = site.open("opinion_list", login_of("dept_officer"))
    assert page.index(f'value="{TWO}"') < page.index(f'value="{ONE}"')  # 82 before 80
    answer = client.post(
        f"/tasks/{id}/opinions", data={**fields(page), "_order": "line:FACTORY", "_line:FACTORY": "1"}
    )
    assert answer.status_code == 302
    rows = {row["application_no"]: row for row in saved(site.house, id)["items"]}  # type: ignore[attr-defined]
    assert (rows[TWO]["opinion"], rows[ONE]["opinion"]) == ("PROPOSE", "REJECT")
    assert rows[ONE]["reason"] == "超出建议认定数量"
    assert (
        client.post(
            f"/tasks/{id}", data=fields(client.get(f"/tasks/{id}").get_data(as_text=True))
        ).status_code
        == 302
    )
    head = site.client(login_of("dept_head")).get(f"/tasks/{site.task('opinion_review')}")
    assert "次序与得分完全一致" in head.get_data(as_text=True)


def test_a_row_moved_by_its_button_needs_a_reason_which_whoever_signs_sees(site: Site) -> None:
    site.house.department("reviews_done", "dept_officer", confirmed=True)
    client, id, page = site.open("opinion_list", login_of("dept_officer"))
    client.post(f"/tasks/{id}/opinions", data={**fields(page), "_order": f"up:{ONE}"})
    page = client.get(f"/tasks/{id}").get_data(as_text=True)
    assert page.index(f'value="{ONE}"') < page.index(f'value="{TWO}"')
    refused = client.post(f"/tasks/{id}", data=fields(page))
    assert refused.status_code == 422
    assert "须写明理由" in refused.get_data(as_text=True)
    reasons = {f"{row_of(page, number)}.reason": "会议前情况说明" for number in (ONE, TWO)}
    assert client.post(f"/tasks/{id}", data={**fields(page), **reasons}).status_code == 302
    head = (
        site.client(login_of("dept_head")).get(f"/tasks/{site.task('opinion_review')}").get_data(as_text=True)
    )
    assert "按分应为" in head
    assert "会议前情况说明" in head


def test_an_item_that_was_not_proposed_cannot_be_added_to_the_results(site: Site) -> None:
    meeting(site)
    client, id, page = site.open("meeting_results", login_of("office"))
    filled = {**fields(page), **ATTENDANCE}
    for number in (ONE, TWO):
        filled[f"{row_of(page, number)}.result"] = "PASS"
    strange = {"items[7].application_no": "2024-370202-0001", "items[7].result": "PASS"}
    refused = client.post(f"/tasks/{id}", data={**filled, **strange})
    assert refused.status_code == 422
    assert "2024-370202-0001" in refused.get_data(as_text=True)
    assert site.house.application(ONE).status == s.PROPOSED


ATTENDANCE = {
    "minutes_no": "纪要〔2024〕9号",
    "held_on": "2024-09-05",
    "place": "三楼会议室",
    "chair": "厅长",
    "attendees": "班子成员",
    "absent": "张某请假",
    "observers": "纪检监督",
    "recusals[0].name": "李某",
    "recusals[0].application_no": ONE,
    "recusals[0].reason": "亲属任职",
}


def meeting(site: Site) -> None:
    """As far as the director's meeting."""
    house = site.house
    house.department("reviews_done", "dept_officer", confirmed=True)
    house.department("opinion_list", "dept_officer", items=house.proposal("opinion_list", "2024"))
    house.department("opinion_review", "dept_head", decision="AGREE")
    house.department("opinion_sign", "dept_deputy", decision="AGREE")


def test_the_meeting_has_its_slip_and_the_director_signs_the_minutes_as_they_read(site: Site) -> None:
    meeting(site)
    client, id, page = site.open("meeting_results", login_of("office"))
    assert "共受理申报2项" in page
    assert "建议认定2项" in page
    filled = {**fields(page), **ATTENDANCE, f"{row_of(page, TWO)}.result": "PASS"}
    filled |= {f"{row_of(page, ONE)}.result": "FAIL", f"{row_of(page, ONE)}.reason": "需进一步论证"}
    client.post(f"/tasks/{id}", data={**filled, "_action": "save"})
    preview = client.get(f"/tasks/{id}").get_data(as_text=True)
    assert "会议原则同意认定1项，不同意认定1项" in preview
    page = client.get(f"/tasks/{id}").get_data(as_text=True)
    assert client.post(f"/tasks/{id}", data=fields(page)).status_code == 302
    paper = (
        site.client(login_of("director")).get(f"/tasks/{site.task('meeting_sign')}").get_data(as_text=True)
    )
    for words in ("纪要〔2024〕9号", "李某", "亲属任职", "张某请假", "会议原则同意认定1项"):
        assert words in paper, words
    site.house.department("meeting_sign", "director", decision="AGREE")
    assert site.house.application(ONE).status == s.MEETING_REJECTED


def test_no_result_is_chosen_beforehand_and_one_button_passes_what_was_not_decided(site: Site) -> None:
    meeting(site)
    client, id, page = site.open("meeting_results", login_of("office"))
    given = {**fields(page), **ATTENDANCE}
    assert not [name for name in given if name.endswith(".result")]
    assert client.post(f"/tasks/{id}", data=given).status_code == 422
    against = {f"{row_of(page, ONE)}.result": "FAIL", f"{row_of(page, ONE)}.reason": "需进一步论证"}
    assert client.post(f"/tasks/{id}/results", data={**given, **against}).status_code == 302
    rows = {row["application_no"]: row["result"] for row in saved(site.house, id)["items"]}  # type: ignore[attr-defined]
    assert rows == {ONE: "FAIL", TWO: "PASS"}


def test_the_boards_tell_how_the_quotas_of_city_and_type_are_used(site: Site) -> None:
    with site.house.rt.transaction() as tx:
        tx.session.merge(site.house.cycle()).quotas = {"370100": 3, "370100:FACTORY": 1}
    site.house.department("reviews_done", "dept_officer", confirmed=True)
    client, id, page = site.open("opinion_list", login_of("dept_officer"))
    assert "2 / 3" in page  # of the city
    assert "2 / 1" in page  # of its factories: more than the quota, which no package could have been
    assert "建议 2" in page
    assert "建设水平 2" in page
    assert "D2" not in page
    client.post(f"/tasks/{id}", data=fields(page))
    head = site.client(login_of("dept_head")).get(f"/tasks/{site.task('opinion_review')}")
    assert "2 / 3" in head.get_data(as_text=True)


def test_a_recusal_names_an_item_of_the_agenda(site: Site) -> None:
    meeting(site)
    client, id, page = site.open("meeting_results", login_of("office"))
    filled = {**fields(page), **ATTENDANCE, "recusals[0].application_no": "2024-370202-0009"}
    filled |= {f"{row_of(page, number)}.result": "PASS" for number in (ONE, TWO)}
    assert client.post(f"/tasks/{id}", data=filled).status_code == 422


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "words"),
    [
        ("2024-09-09", "2024-09-12", "最早应到 2024年9月13日"),
        ("2024-09-07", "2024-09-13", "起始日是休息日，从 2024年9月9日 起算"),
        ("2024-09-09", "2024-09-13", "公示期符合要求"),
    ],
)
def test_the_calendar_of_a_notice(site: Site, starts_on: str, ends_on: str, words: str) -> None:
    query = {"starts_on": starts_on, "ends_on": ends_on, "least": "5"}
    page = site.client(login_of("office")).get("/announcing/days", query_string=query).get_data(as_text=True)
    assert words in page


def test_a_notice_below_the_floor_is_refused_and_what_was_typed_stays(site: Site) -> None:
    site.house.decide()
    client, id, page = site.open("public_notice", login_of("office"))
    given = fields(page)
    assert (given["starts_on"], given["ends_on"]) == (
        "2024-09-06",
        "2024-09-12",
    )  # five working days from tomorrow
    assert "自 2024年9月6日 至 2024年9月12日" in page, "the calendar shows what the boxes say"
    short = client.post(f"/tasks/{id}", data={**given, "ends_on": "2024-09-11", "phone": "0531-1"})
    assert short.status_code == 422
    assert "不少于5个工作日" in short.get_data(as_text=True)
    assert 'value="2024-09-11"' in short.get_data(as_text=True)


def test_a_notice_leaves_evidence_which_a_changed_page_betrays(site: Site) -> None:
    site.house.decide()
    client, id, page = site.open("public_notice", login_of("office"))
    client.post(f"/tasks/{id}", data={**fields(page), "phone": "0531-51780000"})
    notice = site.house.rows(select(PublicNotice))[0]
    site.house.go("2024-09-07 10:00")
    assert evidence.watch(site.house.rt, site_fetch(site)) == 1
    assert evidence.watch(site.house.rt, site_fetch(site)) == 0  # once a day
    site.house.go("2024-09-09 10:00")
    tampered = site_fetch(site, lambda text: text.replace("二号工厂", "三号工厂"))
    assert evidence.watch(site.house.rt, tampered) == 0
    site.house.go("2024-09-13 10:00")
    assert evidence.watch(site.house.rt, site_fetch(site)) == 1
    assert evidence.watch(site.house.rt, site_fetch(site)) == 0  # its end is on record
    rows = site.house.rows(select(PublicationEvidence))
    assert [(row.kind, row.same) for row in rows] == [
        ("PUT_UP", True),
        ("CHECKED", True),
        ("CHECKED", False),
        ("TAKEN_DOWN", True),
    ]
    assert rows[0].sha256 == rows[1].sha256 != rows[2].sha256
    shown = client.get(f"/announcing/evidence/{notice.id}").get_data(as_text=True)
    assert rows[0].sha256 in shown
    assert "二号工厂" in shown


def test_a_site_that_does_not_answer_is_on_record_too(site: Site) -> None:
    site.house.decide()
    site.house.announce()

    def gone(url: str) -> str:
        raise OSError(url)

    site.house.go("2024-09-09 10:00")
    assert evidence.watch(site.house.rt, gone) == 0
    last = site.house.rows(select(PublicationEvidence))[-1]
    assert (last.same, last.sha256) == (False, None)


def site_fetch(site: Site, change: object = None) -> evidence.Fetch:
    """The page as everybody reads it."""

    def fetch(url: str) -> str:
        text = (
            site.app.test_client()
            .get(url.removeprefix(site.house.rt.settings.site_url))
            .get_data(as_text=True)
        )
        return change(text) if callable(change) else text

    return fetch


def test_publication_tells_what_is_free_and_a_number_is_put_right_and_used_once(site: Site) -> None:
    site.house.decide({ONE: "FAIL"})
    site.house.announce()
    site.house.go("2024-09-14 09:00")
    client, id, page = site.open("publish", login_of("office"))
    assert "现在可以公布的 1 项" in page
    assert "未列入的 1 项及理由" in page
    assert "会议研究" in page
    taken = client.get("/announcing/number", query_string={"number": "鲁工信装[2024]60号"})
    assert "已用于" in taken.get_data(as_text=True)  # the annual notice's
    free = client.get("/announcing/number", query_string={"number": "鲁工信装【2024】0121号"})
    assert "鲁工信装〔2024〕121号" in free.get_data(as_text=True)
    assert "可以使用" in free.get_data(as_text=True)
    given = {**fields(page), "decision": "PUBLISH", "document_date": "2024-09-14", "title": "公布"}
    refused = client.post(f"/tasks/{id}", data={**given, "document_no": "鲁工信装(2024)60号"})
    assert refused.status_code == 409
    done = client.post(
        f"/tasks/{id}", data={**given, "document_no": "鲁工信装(2024)121号", "repeals": "鲁工信装[2018]27号"}
    )
    assert done.status_code == 302
    [title] = site.house.titles()
    assert title.document_no == "鲁工信装〔2024〕121号"


@pytest.mark.parametrize("address", ["/visits", "/announcing/evidence", "/announcing/objections"])
def test_lists_are_the_departments(site: Site, address: str) -> None:
    assert site.client(login_of("office")).get(address).status_code == 200
    assert site.client(login_of("supervision")).get(address).status_code == 200
    assert site.app.test_client().get(address).status_code == 302


def test_only_an_officer_plans_visits_and_a_task_that_is_not_there_is_told(site: Site) -> None:
    office = site.client(login_of("office"))
    assert 'name="task"' not in office.get("/visits").get_data(as_text=True)
    page = office.get("/visits")
    assert office.post("/visits", data={"csrf_token": token(page)}).status_code == 403
    officer = site.client(login_of("dept_officer"))
    page = officer.get("/visits?year=2024")
    empty = officer.post("/visits?year=2024", data={"csrf_token": token(page), "task": "999999"})
    assert empty.status_code == 422
