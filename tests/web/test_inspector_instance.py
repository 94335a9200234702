"""The page of one instance: what stands on it, its past, and what it keeps from whom, over an application in review."""

import re
from collections.abc import Sequence
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from engine.commands.work import open_work
from engine.conditions import Grant
from engine.inspecting import past
from engine.policy import Actor
from engine.programme.reviews.models import Expert
from engine.store.instances import Incident, Instance
from engine.store.people import Account
from engine.store.tasks import Submission
from tests.programme.mainline import EXPERTS
from tests.web.deciding_world import Site
from tests.web.scoring_world import ONE, furnished, house, scoring_database, seal, site

__all__ = ["furnished", "house", "scoring_database", "site"]

HOSTILE = "<script>alert(1)</script>"
ADMINISTRATOR = Actor("sysadmin", "sysadmin", (Grant("sysadmin", "370000"),))


def key_of(site: Site, number: str = ONE) -> int:
    with site.house.rt.reading() as session:
        return session.scalars(select(Instance.id).where(Instance.business_key == number)).one()


def history_of(site: Site, key: int) -> past.History:
    with site.house.rt.reading() as session:
        return past.history(session, key)


def page(site: Site, login: str, address: str = "", status: int = 200) -> str:
    answer = site.client(login).get(f"/inspector/instances/{key_of(site)}{address}")
    assert answer.status_code == status, answer.get_data(as_text=True)[:500]
    return answer.get_data(as_text=True)


def rows(text: str, id: str) -> Sequence[str]:
    """The rows of the table under a heading, without markup."""
    part = text.split(f'id="{id}"')[1].split("</section>")[0].split("<tbody>")[1].split("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in part.split("</tr>")[:-1]]


def test_the_page_tells_what_runs_on_the_diagram_and_in_words(site: Site) -> None:
    text = page(site, "officer")
    experts = len(site.house.tasks("expert_sheet", ONE))
    assert experts > 1
    assert f"进行中 {experts}" in text.split('role="group" aria-label="')[2]  # on the diagram's link
    assert re.search(
        rf'href="[^"]*element=expert_sheet[^"]*#element" class="dg-link"[^>]*进行中 {experts}"', text
    )
    listed = rows(text, "picture")
    assert any(f"人工任务 {experts} — — —" in row for row in listed), listed
    assert '<ul class="tree">' in text
    assert ONE in text


def test_an_element_shows_its_facts_and_its_instances(site: Site) -> None:
    text = page(site, "officer", "?element=expert_sheet")
    assert 'id="element"' in text
    assert len(rows(text, "element")) == len(site.house.tasks("expert_sheet", ONE))
    assert 'id="element"' not in page(site, "officer", "?element=nothing-of-this-name")


def test_every_step_of_the_past_opens_and_is_what_was_then(site: Site) -> None:
    client, key = site.client("officer"), key_of(site)
    found = history_of(site, key)
    for step in range(0, len(found.steps), 17):
        text = client.get(f"/inspector/instances/{key}?at={found.mark(step)}").get_data(as_text=True)
        assert f"截至第 {step + 1} 步（共 {len(found.steps)} 步）" in text
        then = found.after(step)
        nodes = [
            n for n in then.active if n.type not in ("process", "multiInstanceBody") and n.process == then.top
        ]
        marked = re.findall(r'<g class="dg-badge now"><circle [^>]*/><text [^>]*>(\d+)</text>', text)
        assert sum(map(int, marked)) == len([n for n in nodes if not n.waits_only])
        for name in then.values(then.top):
            assert f"/variables/{then.top}/{name}" in text


def test_what_a_step_changed_is_told_with_what_was_before(site: Site) -> None:
    found = history_of(site, key_of(site))
    step = next(n for n in range(len(found.steps)) if "county_decision" in _written(found, n))
    text = page(site, "officer", f"?at={found.mark(step)}")
    [row] = [row for row in rows(text, "this") if row.startswith("county_decision")]
    assert row.endswith("— AGREE")
    assert 'rel="prev" data-step="["' in text
    assert 'rel="next" data-step="]"' in text


def _written(found: past.History, number: int) -> list[str]:
    step = found.steps[number]
    lines = found.lines[step.first : step.last + 1]
    return [line.detail["name"] for line in lines if line.event == "variable"]


def test_an_instant_leads_to_the_last_step_before_it(site: Site) -> None:
    client, key = site.client("officer"), key_of(site)
    found = history_of(site, key)
    at = found.main(5).at
    answer = client.get(f"/inspector/instances/{key}?when={at:%Y-%m-%dT%H:%M}")
    assert answer.status_code == 302
    mark = int(answer.location.split("at=")[1])
    step = found.step_of(mark)
    assert step is not None
    assert found.main(step).at <= at
    assert client.get(f"/inspector/instances/{key}?when=yesterday").status_code == 404


@pytest.mark.parametrize("at", ["0", "-1", "x", "1e3", "99999999999999999999", "９", "1 or 1=1"])
def test_a_step_that_is_not_there_is_not_found(site: Site, at: str) -> None:
    page(site, "officer", f"?at={at}", status=404)


def test_an_event_of_another_instance_is_no_step_of_this_one(site: Site) -> None:
    other = history_of(site, key_of(site, "2024-370102-0002"))
    page(site, "officer", f"?at={other.lines[-1].id}", status=404)


def test_a_variable_has_its_history_and_two_values_are_compared(site: Site) -> None:
    key, rt = key_of(site), site.house.rt
    top = history_of(site, key).now.top
    for value in ({"a": 1, "b": [1]}, {"a": 1, "b": [1, HOSTILE]}):
        with rt.transaction() as tx:
            work = open_work(rt, tx, ADMINISTRATOR, key, "variable.set")
            work.case.set_variables(None, {"told": value})
            work.save()
    text = page(site, "officer", f"/variables/{top}/told")
    assert len(rows(text, "history")) == 2
    assert "人工修改" in text
    assert rows(text, "difference") == ["b[2] — &lt;script&gt;alert(1)&lt;/script&gt;"]
    assert HOSTILE not in text
    assert "没有差别" in page(site, "officer", f"/variables/{top}/told?a=1&b=1")
    page(site, "officer", f"/variables/{top}/told?a=9&b=x")
    page(site, "officer", f"/variables/{top}/no%20such", status=404)
    assert HOSTILE not in page(site, "officer")


def test_an_incident_stands_on_its_element_now_and_in_the_past(site: Site) -> None:
    key, rt = key_of(site), site.house.rt
    with rt.transaction() as tx:
        tx.session.add(
            Incident(
                instance_id=key,
                wait_key="job:1",
                element_id="expert_sheet",
                type="JOB_NO_RETRIES",
                message=f"the disk is full {HOSTILE}",
                created_at=tx.now,
            )
        )
    text = page(site, "sysadmin")
    assert "the disk is full" in rows(text, "incidents")[0]
    assert HOSTILE not in text
    first = history_of(site, key).mark(0)
    assert "the disk is full" not in page(site, "sysadmin", f"?at={first}")


def test_the_timeline_has_every_step_and_can_be_narrowed(site: Site) -> None:
    found = history_of(site, key_of(site))
    text = page(site, "officer", "/timeline")
    assert f"共 {len(found.steps)} 条" in text
    migrations = page(site, "officer", "/timeline?kind=migrations")
    assert "没有这样的经过" in migrations
    assert f"共 {len(found.steps)} 条" in page(site, "officer", "/timeline?kind=else")


def test_the_trail_is_a_spreadsheet_of_every_event_without_formulas(site: Site) -> None:
    answer = site.client("officer").get(f"/inspector/instances/{key_of(site)}/trail.xlsx")
    book = ZipFile(BytesIO(answer.get_data()))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == len(history_of(site, key_of(site)).lines) + 3
    assert "<f>" not in sheet


PAGES = ("", "?element=expert_sheet", "/timeline", "/timeline?kind=variables", "/timeline?page=2", "/records")


def told(site: Site, login: str) -> str:
    """Everything that the pages of an instance tell somebody, its past and its variables included."""
    client, key = site.client(login), key_of(site)
    found = history_of(site, key)
    addresses = [f"{page}" for page in PAGES] + [
        f"?at={found.mark(n)}" for n in range(0, len(found.steps), 23)
    ]
    addresses += [
        f"/variables/{scope}/{name}"
        for scope, values in found.now.variables.items()
        for name in values
        if name in ("experts", "expert", "score", "answers", "sheets", "legal_person_name", "opinion")
    ]
    texts = [client.get(f"/inspector/instances/{key}{each}").get_data(as_text=True) for each in addresses]
    book = ZipFile(BytesIO(client.get(f"/inspector/instances/{key}/trail.xlsx").get_data()))
    return "\n".join(
        [*texts, *(book.read(name).decode() for name in book.namelist() if name.endswith("xml"))]
    )


def experts_of(site: Site) -> set[str]:
    with site.house.rt.reading() as session:
        names = {*session.scalars(select(Expert.name)), *EXPERTS}
        names |= set(session.scalars(select(Account.name).where(Account.login.in_(EXPERTS))))
    return names


@pytest.mark.parametrize("login", ["sysadmin", "office"])
def test_who_may_not_know_the_experts_reads_none_of_them_anywhere(site: Site, login: str) -> None:
    seal(site.house, ONE, 20, 18)
    text = told(site, login)
    assert "〔专家〕" in text
    for word in experts_of(site):
        assert not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text), word


def test_whoever_reviews_reads_them(site: Site) -> None:
    seal(site.house, ONE, 20)
    assert any(login in told(site, "officer") for login in EXPERTS)


def test_the_system_administrator_reads_no_content(site: Site) -> None:
    """Neither what was submitted nor the variables that repeat it; that there is something, he sees."""
    seal(site.house, ONE, 20, 18)
    text = told(site, "sysadmin")
    key = key_of(site)
    with site.house.rt.reading() as session:
        submissions = session.scalars(select(Submission).where(Submission.instance_id == key)).all()
    sentences = {
        value
        for submission in submissions
        for value in submission.data.values()
        if isinstance(value, str) and len(value) >= 6 and re.search(r"[\u4e00-\u9fff]", value)
    }
    assert len(sentences) > 3
    assert [sentence for sentence in sentences if sentence in text] == []
    assert "独立意见" not in text
    assert "有（无权查看）" in text
    client = site.client("sysadmin")
    for submission in submissions:
        assert client.get(f"/inspector/instances/{key}/submissions/{submission.id}").status_code == 403


def test_a_submission_is_read_by_those_who_may_under_its_own_instance_only(site: Site) -> None:
    key, other = key_of(site), key_of(site, "2024-370102-0002")
    with site.house.rt.reading() as session:
        first = session.scalars(select(Submission).where(Submission.instance_id == key)).first()
    assert first is not None
    client = site.client("officer")
    assert client.get(f"/inspector/instances/{key}/submissions/{first.id}").status_code == 200
    assert client.get(f"/inspector/instances/{other}/submissions/{first.id}").status_code == 404


@pytest.mark.parametrize("login", ["filler", "city", EXPERTS[0], "leader"])
@pytest.mark.parametrize("address", ["", "/timeline", "/records", "/trail.xlsx", "/variables/1/uscc"])
def test_whoever_began_or_does_a_case_sees_no_machinery(site: Site, login: str, address: str) -> None:
    """An applicant would read there what is decided before it is announced."""
    page(site, login, address, status=403)


def test_an_instance_that_is_not_there(site: Site) -> None:
    client = site.client("sysadmin")
    for address in ("", "/timeline", "/records", "/trail.xlsx"):
        assert client.get(f"/inspector/instances/987654{address}").status_code == 404


def test_english_pages_speak_english(site: Site) -> None:
    client = site.client("sysadmin")
    client.set_cookie("luzhi_language", "en")
    text = client.get(f"/inspector/instances/{key_of(site)}").get_data(as_text=True)
    assert "Element instances" in text
    assert "[withheld]" in text
