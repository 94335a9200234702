"""Instances of every form on their page: called processes, loops of hundreds, migrations, stopped steps, no picture."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine import commands
from engine.inspecting import past
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.store.tasks import CREATED, UserTask
from tests.process.diagrams import Diagram, ext, io, multi
from tests.web.conftest import SignIn


@dataclass
class Looking:
    """One instance, and somebody of the department who looks at it."""

    runtime: Runtime
    client: FlaskClient
    key: int = 0

    def begin(self, *diagrams: Diagram, given: Any = None) -> "Looking":
        self.deploy(*diagrams)
        self.key = commands.start(self.runtime, SYSTEM, diagrams[-1].id, given or {}).instance_key
        return self

    def deploy(self, *diagrams: Diagram) -> None:
        commands.deploy(self.runtime, SYSTEM, {f"{d.id}.bpmn": d.xml() for d in diagrams})

    def do(self, element: str) -> None:
        with self.runtime.reading() as session:
            open_one = select(UserTask.id).where(UserTask.element_id == element, UserTask.state == CREATED)
            task = session.scalars(open_one.order_by(UserTask.id)).first()
        assert task is not None
        commands.complete(self.runtime, SYSTEM, task, {})

    def history(self) -> past.History:
        with self.runtime.reading() as session:
            return past.history(session, self.key)

    def page(self, query: str = "") -> str:
        answer = self.client.get(f"/inspector/instances/{self.key}{query}")
        assert answer.status_code == 200
        return answer.get_data(as_text=True)


@pytest.fixture
def looking(runtime: Runtime, sign_in: SignIn) -> Looking:
    return Looking(runtime, sign_in("officer"))


def test_a_called_process_is_shown_by_itself_and_linked(looking: Looking) -> None:
    child = Diagram("child").start("cs").user("inner").end("ce").flow("cs", "inner", "ce")
    looking.begin(child, Diagram("caller").start().call("c", "child").end().flow("start", "c", "end"))
    node = next(n for n in looking.history().now.active if n.type == "process" and n.scope)
    text = looking.page()
    assert f"process={node.key}#picture" in text
    assert "element=inner" not in text.split('id="picture"')[1].split("</section>")[0]
    text = looking.page(f"?process={node.key}")
    assert "element=inner" in text.split('id="picture"')[1].split("</section>")[0]
    assert 'aria-current="true"' in text
    assert looking.page("?process=nothing")


def test_hundreds_of_the_same_are_folded_and_the_page_stays_small(looking: Looking) -> None:
    loop = multi("=for i in 1..300 return i", "item", "results", "=item")
    looking.begin(Diagram("many").start().user("u", inner=loop).end().flow("start", "u", "end"))
    for _ in range(3):
        looking.do("u")
    text = looking.page()
    assert "300 次" in text
    assert "进行中 297" in text
    assert len(text) < 120_000
    element = looking.page("?element=u")
    assert "第 1–20 条，共 301 条" in element
    assert "element=u" in element.split('rel="next"')[0].rsplit("<a ", 1)[1]
    assert "[1, 2, 3, null" not in text
    body = next(n for n in looking.history().now.active if n.type == "multiInstanceBody")
    answer = looking.client.get(f"/inspector/instances/{looking.key}/variables/{body.key}/results")
    assert "第 4 次" in answer.get_data(as_text=True)  # empty, then one more each time


def test_a_migrated_instance_shows_each_version_at_its_time(looking: Looking) -> None:
    old = Diagram("moving").start().user("a", "b").end().flow("start", "a", "b", "end")
    looking.begin(old)
    before = looking.history()
    new = Diagram("moving").start().user("a", "added", "b").end().flow("start", "a", "added", "b", "end")
    looking.deploy(new)
    commands.migrate(looking.runtime, SYSTEM, looking.key, None, {}, "a step was missing")
    text = looking.page()
    assert "迁移到新版本" in text
    assert "2 个环节到过，3 个没有" in text
    assert "2 个环节到过，2 个没有" in looking.page(f"?at={before.mark(len(before.steps) - 1)}")
    assert 'id="element"' in looking.page("?element=added")
    assert 'id="element"' not in looking.page(f"?element=added&at={before.mark(0)}")


def test_moved_tokens_are_in_the_past(looking: Looking) -> None:
    looking.begin(Diagram("moved").start().user("a", "b").end().flow("start", "a", "b", "end"))
    at = next(n.key for n in looking.history().now.active if n.element_id == "a")
    commands.modify(looking.runtime, SYSTEM, looking.key, [("b", {"n": 1})], [at], "skipped")
    text = looking.page()
    assert "人工修改" in text
    assert {n.element_id for n in looking.history().now.active} == {"moved", "b"}


def test_a_step_that_stopped_is_marked_and_named(looking: Looking) -> None:
    d = Diagram("stops").start().user("u", inner=ext(io({}, {"y": "=x.missing.thing + nothing"}))).end()
    looking.begin(d.gateway("exclusive", "g").flow("start", "u", "g").flow("g", "end", when="=undefined > 3"))
    looking.do("u")
    text = looking.page()
    assert any("故障" in part for part in text.split('id="tree"')[1].split("</section>")[0].split("<li>"))
    assert 'id="incidents"' in text
    assert "故障 1" in text


def test_an_ended_instance_keeps_its_result_and_its_length(looking: Looking) -> None:
    looking.begin(Diagram("short").start().user("u").end().flow("start", "u", "end"), given={"n": 1})
    looking.do("u")
    text = looking.page()
    assert "已完成" in text
    assert "进行中" not in text.split('id="tree"')[1].split("</section>")[0]
    assert f"/variables/{looking.history().now.top}/n" in text
    first = looking.page(f"?at={looking.history().mark(0)}")
    assert "办理中" in first


def test_end_times_and_counts_can_be_switched_on(looking: Looking) -> None:
    looking.begin(Diagram("two").start().user("u", "v").end().flow("start", "u", "v", "end"))
    looking.do("u")
    plain, full = looking.page(), looking.page("?ends=1&counts=1")
    assert " → " not in plain.split('id="tree"')[1]
    assert " → " in full.split('id="tree"')[1]
    assert "内含 3 项" in full
    assert "ends=1" in full.split('rel="prev"')[1].split(">")[0]
