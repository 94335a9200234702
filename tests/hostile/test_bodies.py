"""Family 8: bodies of completions, drafts, starts, messages and signals that are not what was asked for."""

import shutil
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engine import commands, worker
from engine.errors import Refusal
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.store import json
from engine.store.instances import Instance
from engine.store.tasks import CREATED, Submission, UserTask
from tests.hostile.refusing import bounded, refused, rows
from tests.support.diagrams import chain, diagram, end, output, start, straight, task
from tests.support.people import CITY
from tests.support.runtimes import open_runtime, open_task, open_tasks
from tests.support.runtimes import rows as all_of
from tests.support.runtimes import start as begin

FORM = """{"schemaVersion": 19, "type": "default", "id": "f", "components": [
 {"type": "number", "id": "a", "key": "amount", "label": "金额", "validate": {"required": true, "max": 1000}},
 {"type": "textfield", "id": "b", "key": "name", "label": "名称", "validate": {"maxLength": 100}},
 {"type": "textfield", "id": "c", "key": "secret", "label": "密", "conditional": {"hide": "=amount < 10"}},
 {"type": "number", "id": "d", "key": "twice", "label": "倍", "readonly": true, "disabled": true},
 {"type": "checkbox", "id": "e", "key": "agreed", "label": "同意"},
 {"type": "datetime", "subtype": "date", "id": "g", "key": "day", "dateLabel": "日期"},
 {"type": "select", "id": "h", "key": "pick", "label": "选", "values": [{"label": "甲", "value": "a"}]}
]}""".encode()


def deep(levels: int, inside: Any = 1) -> Any:
    """Objects inside one another."""
    for _ in range(levels):
        inside = {"a": inside}
    return inside


UNASKED = {
    "an unknown field": {"amount": 1, "zzz": 1},
    "a Spiff type": {"amount": 1, "typename": "x"},
    "builtins": {"amount": 1, "__builtins__": {}},
    "a class": {"amount": 1, "__class__": "os.system"},
    "a prototype": {"amount": 1, "__proto__": {"admin": True}},
    "a process variable": {"amount": 1, "approved": True},
    "who completed it": {"amount": 1, "completed_by": "somebody else"},
    "a submission": {"amount": 1, "submission_id": 1},
    "a number as key": {"amount": 1, 1: 2},
    "nothing as key": {"amount": 1, None: 2},
    "half a character as key": {"amount": 1, "\ud800": 2},
    "an empty key": {"amount": 1, "": 2},
    "a dotted key": {"amount": 1, "secret.x": 2},
    "a hundred thousand fields": {"amount": 1, **{f"k{n}": n for n in range(100_000)}},
    "depth in an unknown field": {"amount": 1, "zzz": deep(50_000)},
}
WRONG = {
    "nothing": {},
    "text as number": {"amount": "abc"},
    "truth as number": {"amount": True},
    "a list as number": {"amount": [1]},
    "an object as number": {"amount": {"a": 1}},
    "not a number": {"amount": float("nan")},
    "infinity": {"amount": float("inf")},
    "a decimal that is none": {"amount": Decimal("NaN")},
    "a signalling one": {"amount": Decimal("sNaN")},
    "a huge exponent": {"amount": Decimal("1e999999")},
    "a huge exponent as text": {"amount": "1e999999999"},
    "five thousand digits": {"amount": 10**5_000},
    "a hundred thousand digits as text": {"amount": "9" * 100_000},
    "too much": {"amount": 1001},
    "an object of Python": {"amount": object()},
    "bytes": {"amount": 1, "name": b"x"},
    "half a character": {"amount": 1, "name": "\ud800"},
    "a zero in a text": {"amount": 1, "name": "a\0b"},
    "ten megabytes": {"amount": 1, "name": "x" * 10_000_000},
    "a number as text": {"amount": 1, "name": 5},
    "depth": {"amount": 1, "name": deep(50_000)},
    "a million items": {"amount": 1, "name": list(range(1_000_000))},
    "a day that is not": {"amount": 1, "day": "2024-13-45"},
    "a day beyond time": {"amount": 1, "day": "9999999-01-01"},
    "a choice that was not offered": {"amount": 1, "pick": "zz"},
    "a list as choice": {"amount": 1, "pick": ["a"]},
    "perhaps": {"amount": 1, "agreed": "perhaps"},
}
BODIES = {**UNASKED, **WRONG}
UNREADABLE = ["not a number", "infinity", "a decimal that is none", "a signalling one", "a huge exponent"]
UNREADABLE += ["five thousand digits", "an object of Python", "half a character", "half a character as key"]
UNREADABLE += ["depth", "depth in an unknown field", "ten megabytes"]

bad = pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
unreadable = pytest.mark.parametrize("name", UNREADABLE)


def form_task(rt: Runtime) -> int:
    """An open task with the form."""
    mapping = output("=amount", "amount") + output("=name", "name")
    body = start() + task("fill", form="f", mapping=mapping) + task("next") + end()
    files = {"f.form": FORM, "p.bpmn": diagram("p", body + chain("start", "fill", "next", "end"))}
    commands.deploy(rt, SYSTEM, files)
    begin(rt, "p", {"approved": False})
    return open_task(rt, "fill")


@bad
def test_a_bad_body_is_refused_and_nothing_is_written(rt: Runtime, body: Mapping[str, Any]) -> None:
    key = form_task(rt)
    before = rows(rt)
    refusal = refused(lambda: commands.complete(rt, CITY, key, body))
    assert refusal.status == 422
    assert rows(rt) == before
    [still] = open_tasks(rt)
    assert (still.id, still.revision) == (key, 1)
    assert commands.complete(rt, CITY, key, {"amount": 1}).status == "ACTIVE"


@bad
def test_a_task_without_form_takes_nothing(rt: Runtime, body: Mapping[str, Any]) -> None:
    if not body:
        pytest.skip("nothing is what it takes")
    commands.deploy(rt, SYSTEM, {"q.bpmn": straight("q", 1)})
    begin(rt, "q")
    before = rows(rt)
    refusal = refused(lambda: commands.complete(rt, CITY, open_task(rt, "t1"), body))
    assert refusal.code == "NoForm"
    assert rows(rt) == before


def test_what_was_not_shown_is_dropped_and_what_is_computed_is_not_taken(rt: Runtime) -> None:
    key = form_task(rt)
    commands.complete(rt, CITY, key, {"amount": 1, "secret": "x"})
    [submission] = all_of(rt, select(Submission))
    assert "secret" not in submission.data
    assert submission.by == CITY.login


def test_text_that_looks_like_an_expression_stays_text(rt: Runtime) -> None:
    key = form_task(rt)
    commands.complete(rt, CITY, key, {"amount": 1, "name": "={{7*7}}"})
    [submission] = all_of(rt, select(Submission))
    assert submission.data["name"] == "={{7*7}}"


@unreadable
@pytest.mark.parametrize("act", ["draft", "start", "message", "signal"])
def test_what_could_not_be_read_again_is_not_stored(rt: Runtime, name: str, act: str) -> None:
    key, body = form_task(rt), BODIES[name]
    acts = {
        "draft": lambda: commands.save_draft(rt, CITY, key, body),
        "start": lambda: begin(rt, "p", body),
        "message": lambda: commands.publish_message(rt, SYSTEM, "m", "k", body),
        "signal": lambda: commands.broadcast_signal(rt, SYSTEM, "s", body),
    }
    before = rows(rt)
    refusal = refused(acts[act])
    assert refusal.code == "BadJson"
    assert rows(rt) == before
    with bounded():
        worker.drain(rt)


@pytest.mark.parametrize(
    "names", [["typename"], ["__class__"], ["__builtins__"], ["loopCounter"], [""], ["="]]
)
def test_odd_names_of_variables_are_only_names(rt: Runtime, names: list[str]) -> None:
    """Nothing interprets them when the state is read again."""
    commands.deploy(rt, SYSTEM, {"q.bpmn": straight("q", 2)})
    given = {name: {"typename": "BpmnWorkflow", "module": "os"} for name in names}
    instance = begin(rt, "q", given)
    commands.complete(rt, CITY, open_task(rt, "t1"), {})
    with rt.reading() as session:
        state = session.get_one(Instance, instance).state
    assert all(name in state for name in names)
    assert commands.complete(rt, CITY, open_task(rt, "t2"), {}).status == "COMPLETED"


JSON_TEXTS = {
    "NaN": '{"a": NaN}',
    "infinity": '{"a": -Infinity}',
    "a key twice": '{"a": 1, "a": 2}',
    "a key twice inside": '{"b": {"a": 1, "a": 2}}',
    "a huge exponent": '{"a": 1e999999999}',
    "a tiny exponent": '{"a": 1e-999999999}',
    "ten thousand digits": '{"a": ' + "9" * 10_000 + "}",
    "half a character": '{"a": "\\ud800"}',
    "half a character as key": '{"\\udfff": 1}',
    "depth": "[" * 100_000 + "]" * 100_000,
    "depth of objects": '{"a":' * 65 + "1" + "}" * 65,
    "half of it": '{"a": [1, 2',
    "a comment": '{"a": 1 /* x */}',
    "more behind": '{"a": 1} {"b": 2}',
    "nothing": "",
}


@pytest.mark.parametrize("text", JSON_TEXTS.values(), ids=JSON_TEXTS)
@pytest.mark.parametrize("encode", [str, str.encode], ids=["text", "bytes"])
def test_json_that_readers_would_read_differently_is_refused(text: str, encode: Any) -> None:
    refusal = refused(lambda: json.loads(encode(text)))
    assert refusal.code == "BadJson"


# -------------------------------------------------------------------- any body at all

_keys = st.sampled_from(["amount", "name", "secret", "agreed", "day", "pick", "twice", "typename"]) | st.text(
    max_size=5
)
_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(max_size=10)
    | st.sampled_from(["a", "2024-06-03", "=1", "1e5", 5, Decimal("7.5"), "\ud800", "\0"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=3),
    max_leaves=10,
)


@pytest.fixture(scope="module")
def shared_rt(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any) -> Iterator[Runtime]:
    """One database for all examples: they must leave it as it was, or complete one more task."""
    path = tmp_path_factory.mktemp("bodies") / "luzhi.sqlite3"
    shutil.copy(sqlite_template, path)
    runtime = open_runtime(f"sqlite:///{path}")
    form_task(runtime)
    yield runtime
    runtime.close()


@given(body=st.dictionaries(_keys, _values, max_size=6))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_body_is_accepted_as_the_form_says_or_refused(shared_rt: Runtime, body: dict[str, Any]) -> None:
    rt = shared_rt
    [task_] = all_of(rt, select(UserTask).where(UserTask.element_id == "fill", UserTask.state == CREATED))
    before = len(all_of(rt, select(Submission.id)))
    status = 200
    try:
        commands.complete(rt, CITY, task_.id, body)
    except Refusal as refusal:
        status = refusal.status
    written = all_of(rt, select(Submission).order_by(Submission.id))[before:]
    assert len(written) == (1 if status == 200 else 0)
    assert status in (200, 422)
    for submission in written:
        assert submission.data.keys() <= {"amount", "name", "secret", "agreed", "day", "pick", "twice"}
        assert submission.data["amount"] <= 1000
        begin(rt, "p", {"approved": False})
