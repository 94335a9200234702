"""Requirement graphs, boxed expressions, functions, explanations."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from dmn_files import cell, decision, definitions, literal, table

from engine.clock import BUSINESS_ZONE, VirtualClock
from engine.dmn import DecisionFault, load
from engine.dmn.model import NAMESPACES
from engine.workdays import WorkCalendar, YearUnknown, feel_functions

CLOCK = VirtualClock(datetime(2024, 6, 3, 9, tzinfo=BUSINESS_ZONE))
CALENDAR = WorkCalendar.load(Path(__file__).parents[3] / "processes" / "calendar")


def run(*parts: str, id: str = "d", **context: Any) -> Any:
    return load("t.dmn", definitions(*parts)).decide(id, context, clock=CLOCK)


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_every_version_of_dmn_reads_alike(namespace: str) -> None:
    file = definitions(decision("d", table("a", "x", "> 1 | 10")), namespace=namespace)
    assert load("t.dmn", file).decide("d", {"a": 2}, clock=CLOCK) == 10


def test_required_decisions_are_seen_by_variable_name_and_id() -> None:
    base = decision("base_id", literal("a * 2"), name="Base name", variable="base")
    for text in ("base + 1", "base_id + 1", "Base name + 1"):
        assert run(base, decision("d", literal(text), requires="base_id"), a=5) == 11


def test_a_shared_requirement_is_taken_once_and_explained() -> None:
    file = definitions(
        decision("c", literal("1 + 1")),
        decision("a", literal("c"), requires="c"),
        decision("b", literal("c * 3"), requires="c"),
        decision("d", table("a | b", "x | why", '2 | 6 | a + b | "both" | Article 5'), requires="a b"),
    )
    explained = load("t.dmn", file).explain("d", {}, clock=CLOCK)
    assert explained.result == {"x": Decimal(8), "why": "both"}
    assert explained.hit_policy == "UNIQUE"
    assert [(seen.label, seen.value) for seen in explained.inputs] == [("a", 2), ("b", 6)]
    (match,) = explained.matches
    assert (match.rule, match.rule_id, match.annotations) == (1, "rule_1", ("Article 5",))
    assert [required.decision_id for required in explained.required] == ["a", "b"]
    assert explained.required[0].required[0] is explained.required[1].required[0]


def test_warnings_say_why_a_result_is_null() -> None:
    file = definitions(decision("d", literal("missing + 1")))
    explained = load("t.dmn", file).explain("d", {}, clock=CLOCK)
    assert explained.result is None
    assert any("missing" in warning for warning in explained.warnings)


def test_input_data_with_a_name_of_several_words() -> None:
    data = '<inputData id="years" name="operating years"/>'
    logic = decision("d", literal("operating years >= 3"), requires="input:years")
    assert run(data, logic, **{"operating years": 4}) is True
    assert run(data, logic, years=2) is False
    assert run(data, logic) is None


def test_chinese_names() -> None:
    data = '<inputData id="i1" name="经营 年限"/>'
    assert (
        run(
            data,
            decision("d", literal("经营 年限 + 工龄"), requires="input:i1"),
            **{"经营 年限": 3, "工龄": 1},
        )
        == 4
    )


def test_context() -> None:
    entries = (
        f'<contextEntry><variable name="net price"/>{literal("price * 2")}</contextEntry>'
        f'<contextEntry><variable name="tax"/>{literal("net price * 0.1")}</contextEntry>'
    )
    assert run(decision("d", f"<context>{entries}</context>"), price=10) == {
        "net price": Decimal(20),
        "tax": Decimal(2),
    }
    result = f"{entries}<contextEntry>{literal('net price + tax')}</contextEntry>"
    assert run(decision("d", f"<context>{result}</context>"), price=10) == 22


def test_list_and_relation() -> None:
    assert run(decision("d", f"<list>{literal('1')}{literal('a')}</list>"), a=2) == [1, 2]
    relation = (
        '<relation><column name="x"/><column name="y"/>'
        f"<row>{literal('1')}{literal('a')}</row><row>{literal('3')}{literal('4')}</row></relation>"
    )
    assert run(decision("d", relation), a=2) == [{"x": 1, "y": 2}, {"x": 3, "y": 4}]


def test_boxed_conditional_filter_and_iterators() -> None:
    def part(name: str, text: str) -> str:
        return f"<{name}>{literal(text)}</{name}>"

    choice = f"<conditional>{part('if', 'a > 1')}{part('then', '10')}{part('else', '20')}</conditional>"
    assert [run(decision("d", choice), a=n) for n in (2, 1)] == [10, 20]
    kept = f"<filter>{part('in', 'rows')}{part('match', 'item.n > 1 and n < 3')}</filter>"
    assert run(decision("d", kept), rows=[{"n": 1}, {"n": 2}, {"n": 3}]) == [{"n": 2}]
    loop = f'<for iteratorVariable="v">{part("in", "[1..3]")}{part("return", "v * v")}</for>'
    assert run(decision("d", loop)) == [1, 4, 9]
    for kind, expected in (("some", True), ("every", False)):
        test = f'<{kind} iteratorVariable="v">{part("in", "[1, 2]")}{part("satisfies", "v > 1")}</{kind}>'
        assert run(decision("d", test)) is expected


def knowledge(id: str, parameters: str, body: str, *, requires: str = "", kind: str = "FEEL") -> str:
    formal = "".join(f'<formalParameter name="{name}"/>' for name in parameters.split())
    needs = "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{r}"/></knowledgeRequirement>'
        for r in requires.split()
    )
    logic = f'<encapsulatedLogic kind="{kind}">{formal}{body}</encapsulatedLogic>'
    return f'<businessKnowledgeModel id="{id}" name="{id}">{logic}{needs}</businessKnowledgeModel>'


def test_business_knowledge_models_are_functions() -> None:
    double = knowledge("double", "n", literal("n * 2"))
    grade = knowledge(
        "grade", "score", table("score", "g", '> limit | "A"', '<= 60 | "B"'), requires="double"
    )
    use = decision("d", literal("[double(4), double(n: 5)]"), requires="bkm:double")
    assert run(double, use) == [8, 10]
    invocation = f"<invocation>{literal('double')}<binding><parameter name='n'/>{literal('a + 1')}</binding></invocation>"
    assert run(double, decision("d", invocation, requires="bkm:double"), a=2) == 6
    assert run(double, grade, decision("d", literal("grade(50)"), requires="bkm:grade")) == "B"


def test_a_function_sees_its_parameters_and_its_own_requirements_only() -> None:
    inner = knowledge("inner", "n", literal("n + 1"))
    outer = knowledge(
        "outer", "n", literal("inner(n) + (if secret = null then 0 else 100)"), requires="inner"
    )
    assert run(inner, outer, decision("d", literal("outer(1)"), requires="bkm:outer"), secret=1) == 2


def test_endless_work_is_stopped() -> None:
    endless = (
        f'<for iteratorVariable="v"><in>{literal("[1..100000]")}</in><return>{literal("v")}</return></for>'
    )
    with pytest.raises(DecisionFault) as raised:
        run(decision("d", endless))
    assert raised.value.code == "TOO_EXPENSIVE"


def test_programme_functions_in_cells() -> None:
    decisions = load("t.dmn", definitions(decision("d", literal("workdays after(start, 5)"))))
    functions = feel_functions(CALENDAR)
    given = {"start": date(2024, 9, 29)}
    assert decisions.decide("d", given, clock=CLOCK, functions=functions) == date(2024, 10, 11)
    with pytest.raises(YearUnknown):
        decisions.decide("d", {"start": date(2026, 12, 30)}, clock=CLOCK, functions=functions)


def test_default_entries_are_expressions() -> None:
    assert cell("x", "<") == "<x><text>&lt;</text></x>"
    assert run(decision("d", table("a", "x", "1 | 2", default="a * 100")), a=3) == 300
