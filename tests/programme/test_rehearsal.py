"""A whole year, and the end of the measure, with invented people: nothing breaks the law, nothing stands still."""

import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from engine import bpmn
from engine.programme.rehearsal.forbidden import FORBIDDEN
from engine.programme.rehearsal.run import Plan
from engine.settings import project_root
from tests.programme import rehearsed
from tests.programme.rehearsed import Rehearsed, past_the_end, year

__all__ = ["past_the_end", "year"]

ONLY_LATER = {"I11", "I12"}  # a revocation needs a title first


def test_the_year_breaks_nothing(year: Rehearsed) -> None:
    report = year.report
    assert report["missed"] == []
    assert report["incidents"] == []
    assert {n: i["examples"] for n, i in report["invariants"].items() if i["broken"]} == {}
    assert report["broken"] == 0


def test_every_invariant_of_a_year_was_checked(year: Rehearsed) -> None:
    unchecked = {name for name, found in year.report["invariants"].items() if found["checks"] == 0}
    assert unchecked == ONLY_LATER
    assert list(year.report["invariants"]) == [f"I{number}" for number in range(1, 21)]


def test_the_report_counts_every_step(year: Rehearsed) -> None:
    """Ten apply; one is late, one withdraws; what an upheld objection removes is not recognised."""
    report = year.report
    steps = ("applications", "submitted", "recommended", "reviewed", "announced", "recognised")
    counts = [report[step] for step in steps]
    assert counts[0] == 10
    assert counts == sorted(counts, reverse=True)
    assert report["states"] == {"LAPSED": 1, "OBJECTION_UPHELD": 1, "RECOGNISED": 7, "WITHDRAWN": 1}
    assert sum(city["recognised"] for city in report["cities"].values()) == report["recognised"] == 7


def test_every_forbidden_click_was_tried_and_refused_by_its_name(year: Rehearsed) -> None:
    refused = year.report["refused_by_rule"]
    assert {
        "DeadlinePassed",
        "DocumentNumberTaken",
        "InvalidForm",
        "ItemsStillHeld",
        "ListDiffers",
        "NotFound",
        "NotInPackageArea",
        "NothingToPublish",
        "SamePerson",
        "SecondCycle",
        "StalePage",
        "TaskCompleted",
    } <= refused.keys()
    assert year.report["refused_clicks"] == sum(refused.values()) > 100


def test_every_kind_of_misdeed_was_tried(year: Rehearsed) -> None:
    assert year.report["tried"].keys() == {
        "added name in meeting_results",
        "added name in opinion_list",
        "added name in rank",
        "applicant approves",
        "backdated notice",
        "expert not drawn",
        "filler signs the correction",
        "foreign city_officer",
        "foreign county_officer",
        "held item dropped",
        "held item published",
        "late",
        "late package",
        "loose parameter",
        "outsider",
        "recused expert",
        "reordered list",
        "return of nothing",
        "same person",
        "second supplement",
        "short notice",
        "smuggled field",
        "stale page",
        "taken number",
        "too many points",
        "twice",
        "unopened field",
    }


def test_what_is_forbidden_names_elements_that_there_are() -> None:
    """A try about an element that was renamed would never be made."""
    diagrams = (project_root() / "processes").glob("*.bpmn")
    processes = [bpmn.compile(path.name, path.read_bytes()).processes.values() for path in diagrams]
    elements = {
        (process.process_id, id) for found in processes for process in found for id in process.elements
    }
    assert FORBIDDEN.keys() <= elements


def test_objections_hold_their_items_only(year: Rehearsed) -> None:
    """Two notices (one item is announced again), a main list and a supplement after the objections."""
    done: Counter[str] = Counter()
    for key, times in year.report["workload"].items():
        done[key.rsplit("/", 1)[0]] += times
    assert done["objection/decide"] == 4
    assert done["objection/assess_clue"] == 1
    assert done["annual_cycle/public_notice"] == 2
    assert done["annual_cycle/publish"] >= 2
    assert year.report["confirmed"]["an objection is late from the end of its notice on"] == 5


def test_the_same_seed_gives_the_same_report_and_another_another(year: Rehearsed, tmp_path: Path) -> None:
    reports = []
    for folder in (tmp_path / "once", tmp_path / "again"):
        folder.mkdir()
        reports.append({**rehearsed.run(Plan(2024, 3, 4), folder).report, "seconds": 0})
    assert reports[0] == reports[1]
    assert reports[0]["broken"] == 0
    assert reports[0]["cities"] != year.report["cities"]


def test_past_the_end_every_invariant_is_checked_and_none_broken(past_the_end: Rehearsed) -> None:
    report = past_the_end.report
    assert report["missed"] == []
    assert report["incidents"] == []
    assert report["broken"] == 0
    assert all(found["checks"] > 0 for found in report["invariants"].values())


def test_past_the_end_everything_came_true(past_the_end: Rehearsed) -> None:
    """Frozen at the instant, continued and finished; titles stay, renaming goes on under its other name."""
    report = past_the_end.report
    assert {
        "a refusal after expiry names article 15",
        "both cases end in revocation",
        "offices click at the instant",
        "renamed in force and entered after expiry",
        "the cycle in flight is CLOSED",
        "the cycle is frozen",
        "the measure has expired",
        "the register says that the measure has expired",
        "titles stay valid",
    } <= report["confirmed"].keys()
    assert report["late_cycles"]["2025"]["recognised"] == 3
    wanted = {
        "ActAfterExpiry",
        "OutsideValidity",
        "BarredFromApplying",
        "TitleHasEnded",
        "TitleNotRenameable",
    }
    assert wanted <= report["refused_by_rule"].keys()


def test_without_a_decision_to_continue_applicants_are_told(tmp_path: Path) -> None:
    plan = replace(rehearsed.PAST_THE_END, applications=4, continues=False)
    report = rehearsed.run(plan, tmp_path).report
    assert report["broken"] == 0, report["missed"]
    assert report["late_cycles"]["2025"]["states"] == {"TERMINATED": 4}
    assert report["confirmed"]["applicant told"] == 4
    assert report["confirmed"]["the cycle in flight is TERMINATED"] == 1


@pytest.mark.slow
@pytest.mark.skipif(os.environ.get("LUZHI_FULL") != "1", reason="LUZHI_FULL=1 runs it")
def test_the_full_size(tmp_path: Path) -> None:
    """300 applications, on past the end."""
    report = rehearsed.run(replace(rehearsed.PAST_THE_END, applications=300), tmp_path).report
    assert report["broken"] == 0, report["missed"]
    assert report["applications"] == 300
    assert all(found["checks"] > 0 for found in report["invariants"].values())
