"""The studio's pages: what counts, its versions, what differs; for process owners only."""

import pytest

from engine import commands
from engine.policy import SYSTEM
from engine.runtime import Runtime
from tests.web import world
from tests.web.conftest import SignIn

PROCESS = "recommendation"


@pytest.fixture
def two_versions(runtime: Runtime) -> None:
    """A diagram deployed twice."""
    world.deploy_review(runtime)
    [diagram] = [file for file in world.FILES.iterdir() if file.suffix == ".bpmn"]
    changed = diagram.read_text(encoding="utf-8").replace('name="审核材料"', 'name="审核全部材料"', 1)
    commands.deploy(runtime, SYSTEM, {diagram.name: changed.encode()}, message="审核范围改为全部材料")


def test_versions_tell_who_when_why_and_what_changed(sign_in: SignIn, two_versions: None) -> None:
    owner = sign_in("owner")
    assert f"/studio/process/{PROCESS}" in owner.get("/studio").get_data(as_text=True)
    page = owner.get(f"/studio/process/{PROCESS}").get_data(as_text=True)
    assert "审核范围改为全部材料" in page
    changes = owner.get(f"/studio/process/{PROCESS}/changes").get_data(as_text=True)
    assert "<del>审核材料</del>" in changes
    assert "<ins>审核全部材料</ins>" in changes
    assert "人工任务" in changes
    same = owner.get(f"/studio/process/{PROCESS}/changes?old=2&new=2").get_data(as_text=True)
    assert "没有差别" in same
    file = owner.get(f"/studio/process/{PROCESS}/1")
    assert "审核材料".encode() in file.data
    assert file.headers["Content-Disposition"].startswith("attachment")


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
    assert "/studio" not in other.get("/inbox").get_data(as_text=True)
