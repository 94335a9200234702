"""One cycle a year inside the measure's validity, and what happens when the measure ends."""

from pathlib import Path

import pytest

from engine import commands
from engine.errors import Refusal
from engine.policy import SYSTEM
from engine.programme.applications import statuses as s
from engine.programme.cycles.errors import DeadlinesOutOfOrder, ExtensionRefused, SecondCycle
from engine.programme.cycles.models import FROZEN, OPEN, TERMINATED
from engine.programme.cycles.parameters import LooserThanMeasure, merged
from engine.programme.measures.errors import ActAfterExpiry, OutsideValidity
from engine.worker import drain
from tests.programme import answers
from tests.programme.mainline import FIRST, House, copy_database, open_house, person

OFFICER = person("dept_officer", "370000")
CONTINUE = {
    "decision": "CONTINUE",
    "document_no": "鲁工信装〔2026〕1号",
    "decided_on": "2026-01-04",
    "legal_opinion": "有效期内受理，可继续办理",
}


def test_one_cycle_a_year(house: House) -> None:
    """I1."""
    with pytest.raises(SecondCycle):
        house.start(OFFICER, "annual_cycle", cycle_year=2024)


@pytest.mark.parametrize("now", ["2022-04-29 23:59", "2026-01-01 00:00"])
def test_a_cycle_lies_within_the_measures_validity(tmp_path: Path, furnished: Path, now: str) -> None:
    """I2, at both edges."""
    copy_database(furnished, tmp_path / "x.sqlite3")
    house = open_house(tmp_path / "x.sqlite3", now)
    with pytest.raises(OutsideValidity, match="15"):
        commands.start(house.rt, OFFICER, "annual_cycle", {"cycle_year": int(now[:4])})
    house.rt.close()


def test_a_window_does_not_reach_beyond_the_validity(house: House) -> None:
    """I2: the last instant may be the very end of the measure, not later."""
    house.go("2025-12-01 09:00")
    house.start(OFFICER, "annual_cycle", cycle_year=2025)
    instants = {
        "enterprise_deadline": "2025-12-20T00:00+08:00",
        "county_deadline": "2025-12-25T00:00+08:00",
        "city_deadline": "2026-01-02T00:00+08:00",
    }
    late = answers.notice() | instants
    with pytest.raises(OutsideValidity):
        house.department("draft_notice", "dept_officer", "2025", **late)
    house.department(
        "draft_notice", "dept_officer", "2025", **(late | {"city_deadline": "2026-01-01T00:00+08:00"})
    )


def test_deadlines_follow_one_another(house: House) -> None:
    house.go("2025-05-06 09:00")
    house.start(OFFICER, "annual_cycle", cycle_year=2025)
    with pytest.raises(DeadlinesOutOfOrder):
        house.department("draft_notice", "dept_officer", "2025", **answers.notice())


def test_an_extension_only_lengthens(house: House) -> None:
    shorter = {
        "notice_no": "鲁工信装〔2024〕66号",
        "title": "补充通知",
        "notice_date": "2024-06-10",
        "enterprise_deadline": "2024-06-20T00:00+08:00",
        "county_deadline": "2024-06-29T00:00+08:00",
        "city_deadline": "2024-07-06T00:00+08:00",
        "reason": "提前",
    }
    with pytest.raises(ExtensionRefused):
        house.department("supplementary_notice", "office", **shorter)


def test_a_notice_cannot_loosen_the_measure() -> None:
    for looser in ({"lookback.years": 2}, {"public_notice.floor": 3}, {"public_notice.workdays": 4}):
        with pytest.raises(LooserThanMeasure):
            merged(looser)
    assert merged({"lookback.years": 5})["lookback.years"] == 5


def expired(house: House) -> str:
    """The cycle of 2024 under way when its measure ends: one application waits for its formal review."""
    number = house.apply(FIRST)
    house.recommend((number, FIRST))
    house.go("2026-01-01 00:00")
    commands.broadcast_signal(house.rt, SYSTEM, "measure.expired", {})
    drain(house.rt)
    return number


def test_expiry_freezes_and_a_decision_continues(house: House) -> None:
    """I14."""
    number = expired(house)
    assert house.cycle().status == FROZEN
    with pytest.raises(ActAfterExpiry):
        house.department("formal_check", "dept_officer", number, **answers.formal_check())
    house.go("2026-01-04 09:00")
    acts = ["review.formal", "review.expert"]
    house.department("continuation", "dept_deputy", **CONTINUE, acts=acts)
    assert house.cycle().status == OPEN
    house.check_formally(number)
    house.draw()
    house.score(number)
    house.department("reviews_done", "dept_officer", confirmed=True)
    with pytest.raises(ActAfterExpiry):
        house.department("opinion_list", "dept_officer", items=house.proposal("opinion_list", "2024"))


def test_without_a_decision_everything_ends_and_the_applicants_are_told(house: House) -> None:
    number = expired(house)
    house.department("continuation", "dept_deputy", decision="TERMINATE", reason="不再延续")
    assert house.cycle().status == TERMINATED
    assert house.application(number).status == s.TERMINATED
    assert house.case(number) == house.case("2024", "annual_cycle") == "COMPLETED"
    assert house.tasks(key=number) == []


def test_an_enterprise_may_always_leave(house: House) -> None:
    number = expired(house)
    leaver = person("enterprise_filler", FIRST)
    house.do(leaver, "withdraw", number, reason="依据失效", confirmed=True)
    assert house.application(number).status == s.WITHDRAWN


def test_refusals_name_the_article(house: House) -> None:
    with pytest.raises(Refusal) as refused:
        house.start(OFFICER, "annual_cycle", cycle_year=2024)
    assert "第三条" in refused.value.message("zh")
    assert "Article 3" in refused.value.message("en")
