"""Handbooks: everybody who has signed in reads the deployed rules; a draft's only process owners; PDF as the page."""

import pytest

from engine import commands
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.settings import project_root
from engine.studio.drafts import drafting
from tests.support import pdf_text
from tests.web import world
from tests.web.conftest import SignIn

FILES = (
    "processes/renaming.bpmn",
    "processes/decisions/handling_periods.dmn",
    "processes/decisions/after_expiry.dmn",
    *(
        f"forms/definitions/renaming_{name}.form"
        for name in ("application", "city", "department", "meeting", "approval", "document")
    ),
)


@pytest.fixture(autouse=True)
def _deployed(runtime: Runtime) -> None:
    files = {name.rpartition("/")[2]: (project_root() / name).read_bytes() for name in FILES}
    commands.deploy(runtime, SYSTEM, files, message="首次部署更名流程")


@pytest.mark.parametrize("who", ["city", "filler", "owner"])
def test_everybody_reads_who_does_what_by_when(sign_in: SignIn, who: str) -> None:
    person = sign_in(who)
    listing = person.get("/studio/handbook").get_data(as_text=True)
    assert 'href="/studio/handbook/renaming"' in listing
    page = person.get("/studio/handbook/renaming").get_data(as_text=True)
    for words in (
        "市局经办、市局负责人",
        "开始之日后 10 个工作日，到当天结束",
        "截止：到期后不再受理",
        "第十二条",
    ):
        assert words in page, words
    assert "首次部署更名流程" in page  # what it rests on
    assert "只有一行适用" in page  # decisions as tables
    assert page.count("<figure>") > 2  # the picture in parts, for paper


def test_the_print_says_what_the_page_says(sign_in: SignIn) -> None:
    city = sign_in("city")
    answer = city.get("/studio/handbook/renaming.pdf")
    assert answer.mimetype == "application/pdf"
    text = "".join(pdf_text.pages(answer.data))
    for words in ("市局经办、市局负责人", "首次部署更名流程", "变更后统一社会信用代码", "失效后是否可以办理"):
        assert words in text, words
    again = city.get("/studio/handbook/renaming.pdf", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_in_english(sign_in: SignIn) -> None:
    city = sign_in("city")
    city.set_cookie("luzhi_language", "en")
    page = city.get("/studio/handbook/renaming").get_data(as_text=True)
    for words in ("city officer, city head", "10 working days after", "article 12", "City&#39;s opinion"):
        assert words in page, words


def test_all_processes_in_one(sign_in: SignIn) -> None:
    city = sign_in("city")
    page = city.get("/studio/handbook/all").get_data(as_text=True)
    assert 'id="renaming"' in page


@pytest.mark.parametrize("address", ["nothing", "nothing.pdf", "renaming?change=99"])
def test_what_is_not_there_is_said(sign_in: SignIn, address: str) -> None:
    assert sign_in("owner").get(f"/studio/handbook/{address}").status_code == 404


def test_a_draft_is_read_by_process_owners_only(sign_in: SignIn, runtime: Runtime) -> None:
    owner = world.actor("owner")
    change = drafting.begin(runtime, owner, title="市局期限", reason="试改")
    drafting.take_in(runtime, owner, change, "renaming.bpmn")
    content = (
        (project_root() / FILES[0]).read_bytes().replace("市局核实意见".encode(), "市局核查意见".encode())
    )
    drafting.save(runtime, owner, change, "renaming.bpmn", content, 1)
    page = sign_in("owner").get(f"/studio/handbook/renaming?change={change}").get_data(as_text=True)
    assert "市局核查意见" in page
    assert "尚未部署" in page
    assert sign_in("city").get(f"/studio/handbook/renaming?change={change}").status_code == 403
    assert "市局核查意见" not in sign_in("city").get("/studio/handbook/renaming").get_data(as_text=True)
