"""Event logs: their structure is that of the standard, everything that happened is in them, nobody and no content is."""

import csv
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from lxml import etree
from sqlalchemy import select

from engine import commands, eventlog
from engine.clock import BUSINESS_ZONE, VirtualClock
from engine.commands.refusals import NoReason
from engine.definitions import NotDeployed
from engine.errors import NotAllowed
from engine.eventlog import Period, reading, table, xes
from engine.eventlog.reading import Happening
from engine.policy import Actor
from engine.runtime import Runtime
from engine.store.trail import Audit
from tests.support.diagrams import straight
from tests.support.people import CITY, CITY_TOO, OWNER, SYSADMIN
from tests.support.runtimes import deploy, open_task, rows, start
from webapp.cli import main

SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parent / "xes.rng"))
XES = "{http://www.xes-standard.org/}"
ALL = Period(date(2024, 6, 1), date(2024, 6, 30))


@pytest.fixture
def worked(any_rt: Runtime, clock: VirtualClock) -> Runtime:
    """Two cases of two tasks: one all done, a step each day, by two people; one only begun."""
    deploy(any_rt, two=straight("two", 2))
    begun = start(any_rt, "two", {"secret": "机密"}, business_key="2024-1")
    for element, actor in (("t1", CITY), ("t2", CITY_TOO)):
        clock.advance(timedelta(days=1))
        commands.complete(any_rt, actor, open_task(any_rt, element, begun), {})
    start(any_rt, "two", business_key="<2> & more")
    return any_rt


def taken(rt: Runtime, format: str = "xes", period: Period = ALL, actor: Actor = OWNER) -> bytes:
    return b"".join(eventlog.export(rt, actor, "two", period, format, "流程分析"))


def traces(content: bytes) -> list[list[dict[str, str]]]:
    """The events of each trace as facts by key."""
    return [
        [{str(a.get("key")): str(a.get("value")) for a in event} for event in trace.iter(f"{XES}event")]
        for trace in etree.fromstring(content).iter(f"{XES}trace")
    ]


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))


def test_the_structure_is_that_of_the_standard(worked: Runtime) -> None:
    log = etree.fromstring(taken(worked))
    SCHEMA.assertValid(log)
    assert {each.get("prefix") for each in log.iter(f"{XES}extension")} == {
        "concept",
        "lifecycle",
        "time",
        "org",
    }
    names = [trace.find(f"{XES}string[@key='concept:name']") for trace in log.iter(f"{XES}trace")]
    assert [name.get("value") for name in names if name is not None] == ["2024-1", "<2> & more"]


def test_everything_that_happened_is_in_it_in_order(worked: Runtime) -> None:
    done, begun = traces(taken(worked))
    tasks = [event for event in done if event["luzhi:type"] == "userTask"]
    assert [(e["luzhi:element"], e["lifecycle:transition"]) for e in tasks] == [
        ("t1", "schedule"),
        ("t1", "complete"),
        ("t2", "schedule"),
        ("t2", "complete"),
    ]
    assert [e["time:timestamp"] for e in done] == sorted(e["time:timestamp"] for e in done)
    assert "complete" not in [e["lifecycle:transition"] for e in begun if e["luzhi:type"] == "userTask"]


def test_people_are_pseudonyms_that_differ_from_export_to_export(worked: Runtime) -> None:
    first, second = taken(worked), taken(worked)
    for content in (first, second, taken(worked, "csv")):
        text = content.decode()
        for secret in ("li.na", "wang.wei", "李娜", "王伟", "机密", "secret"):
            assert secret not in text
    by = [
        [e["org:resource"] for e in traces(each)[0] if e["lifecycle:transition"] == "complete"]
        for each in (first, second)
    ]
    people = [sorted({who for who in each if who.startswith("P-")}) for each in by]
    assert [len(each) for each in people] == [2, 2]
    assert set(people[0]).isdisjoint(people[1])
    assert "org:resource" not in next(e for e in traces(first)[0] if e["lifecycle:transition"] == "schedule")


def test_the_table_says_the_same(worked: Runtime) -> None:
    found = lines(taken(worked, "csv"))
    assert tuple(found[0]) == table.COLUMNS
    assert len(found) == sum(len(trace) for trace in traces(taken(worked)))
    assert {row["case"] for row in found} == {"2024-1", "<2> & more"}


def test_a_period_holds_its_days_alone(worked: Runtime) -> None:
    day = Period(date(2024, 6, 4), date(2024, 6, 4))
    assert {row["at"][:10] for row in lines(taken(worked, "csv", day))} == {"2024-06-04"}
    assert traces(taken(worked, period=Period(date(2024, 7, 1), date(2024, 7, 2)))) == []


def test_cases_are_read_a_few_at_a_time(worked: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = len(traces(taken(worked)))
    monkeypatch.setattr(reading, "CASES", 1)
    assert len(traces(taken(worked))) == whole == 2


def test_an_export_has_a_right_a_reason_a_process_and_a_link(worked: Runtime) -> None:
    with pytest.raises(NotAllowed):
        taken(worked, actor=SYSADMIN)
    with pytest.raises(NoReason):
        eventlog.export(worked, OWNER, "two", ALL, "xes", " ")
    with pytest.raises(NotDeployed):
        eventlog.export(worked, OWNER, "none", ALL, "xes", "x")
    assert rows(worked, select(Audit).where(Audit.action == "events.export")) == []
    eventlog.export(worked, OWNER, "two", ALL, "csv", "流程分析")
    [link] = rows(worked, select(Audit).where(Audit.action == "events.export"))
    assert (link.actor, link.object_key, link.detail["kind"]) == ("liu.yang", "two", "csv")


def happening(**facts: Any) -> Happening:
    at = datetime(2024, 6, 3, 9, tzinfo=BUSINESS_ZONE)
    plain: dict[str, Any] = {
        "case": "c",
        "instance": 1,
        "version": 1,
        "element": "e",
        "element_instance": "1",
        "name": "n",
        "type": "userTask",
        "transition": "complete",
        "at": at,
        "resource": None,
        "role": None,
        "group": None,
    }
    return Happening(**{**plain, **facts})


@pytest.mark.parametrize("text", ["=1+1", "@x", "-1", "+1", "\t=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    [row] = lines(b"".join(table.write([[happening(case=text)]])))
    assert row["case"] == f"'{text}"


@pytest.mark.parametrize("text", ['"><event/>', "a\x00b\x0b", "\ud83d\ude00", "]]>&amp;"])
def test_strange_names_stay_text(text: str) -> None:
    text = text.encode("utf-16", "surrogatepass").decode("utf-16")
    log = etree.fromstring(b"".join(xes.write("p", text, [[happening(name=text, case=text)]])))
    SCHEMA.assertValid(log)
    [event] = log.iter(f"{XES}event")
    assert event[0].get("value").replace(" ", "") == text.replace("\x00", "").replace("\x0b", "")


@pytest.fixture
def line(database: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("LUZHI_DATABASE_URL", database)
    return lambda *words: CliRunner().invoke(main, ["events", "export", *words])


def test_the_command_line_writes_a_file(
    rt: Runtime, clock: VirtualClock, line: Callable[..., Result], tmp_path: Path
) -> None:
    deploy(rt, two=straight("two", 1))
    start(rt, "two")
    days = ("--process", "two", "--from", "2024-06-01", "--to", "2024-06-30", "--reason", "x")
    assert line(*days, str(tmp_path / "log.xes")).exit_code == 0
    SCHEMA.assertValid(etree.parse(tmp_path / "log.xes"))
    again = line(*days, str(tmp_path / "log.xes"))
    assert (again.exit_code, "已存在" in again.output) == (1, True)  # nothing is overwritten
    assert line(*days, str(tmp_path / "none" / "log.xes")).exit_code == 1
    for refused in (("--process", "nope"), ("--reason", " ")):
        assert line(*days, *refused, str(tmp_path / "other.csv")).exit_code == 1
        assert not (tmp_path / "other.csv").exists()  # nor is an empty file left
    assert line(*days, str(tmp_path / "log.csv")).exit_code == 0
    assert (tmp_path / "log.csv").read_bytes().startswith(b"\xef\xbb\xbfcase,")
    assert line(*days, str(tmp_path / "log.txt")).exit_code == 2
