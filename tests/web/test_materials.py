"""What was submitted before in a case: upwards only, experts see the applicant's alone, names stay inside."""

import re

import pytest

from engine import commands, policy
from engine.conditions import Grant
from engine.policy import Actor
from engine.runtime import Runtime
from tests.web import world
from tests.web.conftest import SignIn

SUGGESTED = re.compile(r"<datalist.*?</datalist>", re.DOTALL)
ANSWER = {
    "decision": "return",
    "reason": "缺少设备清单",
    "uscc": "91370200264574251E",
    "investment": "5",
    "confirmed": True,
}


def person(role: str, organisation: str) -> Actor:
    return Actor(f"{role}-1", role, (Grant(role, organisation),))


SENDERS = {
    "enterprise": {"candidate_groups": ["enterprise_filler@9137"], "ended_by": "x"},
    "county": {"candidate_groups": ["county_officer@370102"], "ended_by": "x"},
    "city": {"candidate_groups": ["city_officer@370100"], "ended_by": "x"},
    "expert": {"candidate_groups": [], "assignee": "expert-007", "ended_by": "expert-007"},
    "department": {"candidate_groups": ["dept_officer@370000"], "ended_by": "x"},
}


@pytest.mark.parametrize(
    ("reader", "seen"),
    [
        (person("legal_representative", "9137"), {"enterprise"}),
        (person("county_head", "370102"), {"enterprise", "county"}),
        (person("city_head", "370100"), {"enterprise", "county", "city"}),
        (person("expert", "370000"), {"enterprise"}),
        (person("agency", "A-0001"), {"enterprise"}),
        (person("dept_head", "370000"), set(SENDERS)),
        (person("supervision", "370000"), set(SENDERS)),
        (person("process_owner", "370000"), set()),
        (person("sysadmin", "370000"), set()),
        (Actor("expert-007", "专家", (Grant("expert", "370000"),)), {"enterprise", "expert"}),
    ],
    ids=lambda value: value.login if isinstance(value, Actor) else "",
)
def test_who_reads_whose_submissions(reader: Actor, seen: set[str]) -> None:
    assert {name for name, task in SENDERS.items() if policy.may(reader, "submission.read", task)} == seen


@pytest.fixture
def approval(runtime: Runtime) -> int:
    """The second step, after the city officer has done the first."""
    world.deploy_review(runtime)
    first = world.start_review(runtime, "2024-370100")
    return commands.complete(runtime, world.actor("city"), first, ANSWER).tasks[0]


def test_the_next_step_reads_the_opinion_before(sign_in: SignIn, approval: int) -> None:
    page = sign_in("city_head").get(f"/tasks/{approval}").get_data(as_text=True)
    assert "已提交的材料和意见" in page
    assert "缺少设备清单" in page
    assert "审核材料" in page


def test_names_of_colleagues_are_shown_to_offices_that_run_the_process_only(
    sign_in: SignIn, runtime: Runtime, approval: int
) -> None:
    page = sign_in("city_head").get(f"/tasks/{approval}").get_data(as_text=True)
    told = SUGGESTED.sub("", page)
    assert told != page  # colleagues of one's own office are suggested where one may write to them
    assert "李强" not in told
