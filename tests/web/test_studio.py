"""The studio's pages: what counts, its versions, what differs; for process owners only."""

import pytest

from engine import commands
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.settings import project_root
from tests.web.conftest import SignIn
from webapp.studio import listing

PROCESS = "registration"
FILES = ("processes/registration.bpmn", "forms/definitions/registration_check.form")


@pytest.fixture
def two_versions(runtime: Runtime) -> None:
    """A diagram deployed twice."""
    files = {name.rpartition("/")[2]: (project_root() / name).read_bytes() for name in FILES}
    commands.deploy(runtime, SYSTEM, files)
    changed = files["registration.bpmn"].replace(b"PT48H", b"PT72H")
    commands.deploy(runtime, SYSTEM, {"registration.bpmn": changed}, message="确认期限延长为72小时")


def test_versions_tell_who_when_why_and_what_changed(sign_in: SignIn, two_versions: None) -> None:
    owner = sign_in("owner")
    assert f"/studio/process/{PROCESS}" in owner.get("/studio").get_data(as_text=True)
    page = owner.get(f"/studio/process/{PROCESS}").get_data(as_text=True)
    assert "确认期限延长为72小时" in page
    changes = owner.get(f"/studio/process/{PROCESS}/changes").get_data(as_text=True)
    assert "<del>PT48H</del>" in changes
    assert "<ins>PT72H</ins>" in changes
    assert "定时：时长" in changes
    assert changes.count("<svg xmlns") == changes.count("差别已标出") == page.count("<svg xmlns") * 2
    same = owner.get(f"/studio/process/{PROCESS}/changes?old=2&new=2").get_data(as_text=True)
    assert "没有差别" in same
    file = owner.get(f"/studio/process/{PROCESS}/1")
    assert b"PT48H" in file.data
    assert file.headers["Content-Disposition"].startswith("attachment")


def test_the_listing_shows_one_kind_and_finds_by_name_or_id(sign_in: SignIn, two_versions: None) -> None:
    owner = sign_in("owner")
    first, forms, kept = (
        owner.get(f"/studio{query}").get_data(as_text=True) for query in ("", "?kind=form", "?kind=nonsense")
    )
    mine, theirs = f'href="/studio/process/{PROCESS}"', 'href="/studio/form/registration_check"'
    assert (mine in first, theirs in first) == (True, False)
    assert (mine in forms, theirs in forms) == (False, True)
    assert mine in kept
    assert '<td data-label="部署人">系统</td>' in first
    assert theirs in owner.get("/studio?q=registration_CHECK").get_data(as_text=True)
    assert theirs in owner.get("/studio?kind=form&q=核对").get_data(as_text=True)
    nothing = owner.get("/studio?kind=form&q=nowhere").get_data(as_text=True)
    assert (theirs in nothing, "没有找到" in nothing) == (False, True)
    for place in ("changes", "migrations", "handbook", "scenarios", "replay"):
        assert f'href="/studio/{place}"' in first


def test_a_long_kind_is_read_page_by_page(
    sign_in: SignIn, runtime: Runtime, two_versions: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = project_root() / "forms" / "definitions" / "approval.form"
    commands.deploy(runtime, SYSTEM, {more.name: more.read_bytes()})
    monkeypatch.setattr(listing, "PAGE", 1)
    owner = sign_in("owner")
    first, second = (
        owner.get(f"/studio?kind=form&page={number}").get_data(as_text=True) for number in (1, 2)
    )
    assert (first.count('href="/studio/form/'), second.count('href="/studio/form/')) == (1, 1)
    assert ('rel="next"' in first, 'rel="prev"' in second) == (True, True)


@pytest.mark.parametrize(
    "address", ["nothing", "process/nothing", "process/{}/9", "process/{}/changes?old=7"]
)
def test_what_is_not_there_is_said(sign_in: SignIn, two_versions: None, address: str) -> None:
    assert sign_in("owner").get(f"/studio/{address.format(PROCESS)}").status_code == 404


@pytest.mark.parametrize("who", ["city", "head"])
def test_nobody_else_sees_the_studio(sign_in: SignIn, two_versions: None, who: str) -> None:
    other = sign_in(who)
    assert other.get("/studio").status_code == 403
    assert other.get(f"/studio/process/{PROCESS}/1").status_code == 403
    assert 'href="/studio"' not in other.get("/inbox").get_data(as_text=True)


def test_a_difference_says_which_running_cases_wait_in_it(sign_in: SignIn, runtime: Runtime) -> None:
    files = {
        name.rpartition("/")[2]: (project_root() / name).read_bytes()
        for name in ("processes/measure.bpmn", "forms/definitions/measure_registration.form")
    }
    files |= {p.name: p.read_bytes() for p in (project_root() / "forms/definitions").glob("measure_*.form")}
    commands.deploy(runtime, SYSTEM, files)
    commands.start(runtime, SYSTEM, "measure", {}, "SDPR-2030-1")
    renamed = files["measure.bpmn"].replace('name="登记办法"'.encode(), 'name="登记办法文件"'.encode())
    assert renamed != files["measure.bpmn"]
    commands.deploy(runtime, SYSTEM, {"measure.bpmn": renamed}, message="改名")
    page = sign_in("owner").get("/studio/process/measure/changes").get_data(as_text=True)
    assert "其他版本上有 1 件在办，其中 1 件正停在有差别的环节" in page
    assert "SDPR-2030-1" in page
    assert "有修改" in page


def test_forms_and_decisions_are_shown_to_read(sign_in: SignIn, two_versions: None, runtime: Runtime) -> None:
    name = "after_expiry.dmn"
    commands.deploy(runtime, SYSTEM, {name: (project_root() / f"processes/decisions/{name}").read_bytes()})
    owner = sign_in("owner")
    assert "现行表单的字段" in owner.get("/studio/form/registration_check").get_data(as_text=True)
    decision = owner.get("/studio/decision/after_expiry").get_data(as_text=True)
    assert decision.count("reading-table") == 2  # itself, and the one that it needs
    assert "只有一行适用" in decision
