"""Lint of DMN files: broken shapes, references, languages; overlaps, gaps and rules that never apply."""

from collections.abc import Iterable

import pytest
from dmn_files import decision, definitions, literal, table

from engine.dmn import lint, load
from engine.dmn.cells import BOOLEAN, NUMBER, STRING, Cell, Interval, Value, parse_cell
from engine.problems import NotDeployable
from tests.support.effort import growth


def found(*parts: str, **more: str) -> dict[str, str]:
    """Codes with severities."""
    return {problem.code: problem.severity for problem in lint("t.dmn", definitions(*parts, **more))}


def texts(*parts: str) -> str:
    return "\n".join(problem.en for problem in lint("t.dmn", definitions(*parts)))


def test_a_good_file_has_no_findings() -> None:
    good = table("score", "grade", '< 60 | "C"', '>= 60 | "A"')
    assert lint("t.dmn", definitions(decision("d", good))) == []


@pytest.mark.parametrize(
    "data", [b"", b"<a", b"<!DOCTYPE x><x/>", b"<x/>", b"\xff\xfe\x00", b"<definitions/>"]
)
def test_what_is_no_dmn_is_said_so(data: bytes) -> None:
    (problem,) = lint("t.dmn", data)
    assert problem.severity == "error"
    with pytest.raises(NotDeployable):
        load("t.dmn", data)


BAD = [
    ((decision("d", "x"), decision("d", literal("1"))), "DMN_DUPLICATE_ID"),
    ((decision("", literal("1")),), "DMN_NO_ID"),
    ((decision("d", ""),), "DMN_NO_LOGIC"),
    (("",), "DMN_NO_DECISION"),
    ((decision("d", literal("1"), requires="nothing"),), "DMN_REFERENCE"),
    ((decision("d", literal("1"), requires="input:d"),), "DMN_REFERENCE"),
    ((decision("a", literal("b"), requires="b"), decision("b", literal("a"), requires="a")), "DMN_CYCLE"),
    ((decision("a", literal("a"), requires="a"),), "DMN_CYCLE"),
    ((decision("d", literal("1 +")),), "DMN_FEEL"),
    ((decision("d", table("a", "x", ">>> | 1")),), "DMN_FEEL"),
    ((decision("d", table("a", "x", "1 | )")),), "DMN_FEEL"),
    ((decision("d", table("a +", "x", "1 | 1")),), "DMN_FEEL"),
    ((decision("d", table("a", "x", "1")),), "DMN_RULE_SHAPE"),
    ((decision("d", table("a", "x", "1 | 1", policy="LUCKY")),), "DMN_HIT_POLICY"),
    ((decision("d", table("a", "x", "1 | 1", policy="PRIORITY")),), "DMN_OUTPUT_VALUES"),
    ((decision("d", table("a", "x", "1 | 1", policy="COLLECT", aggregation="MEAN")),), "DMN_AGGREGATION"),
    (
        (decision("d", table("a", "x|y", "1 | 1 | 2", policy="COLLECT", aggregation="SUM")),),
        "DMN_AGGREGATION",
    ),
    ((decision("d", table("a", "x|x", "1 | 1 | 2")),), "DMN_OUTPUT_NAME"),
    ((decision("d", "<decisionTable/>"),), "DMN_INCOMPLETE"),
    ((decision("d", table("a", "x", "1|1").replace("<text>a</text>", "<text/>")),), "DMN_INCOMPLETE"),
    ((decision("d", "<conditional/>"),), "DMN_INCOMPLETE"),
    ((decision("d", '<relation><column name="x"/><row/></relation>'),), "DMN_INCOMPLETE"),
    ((decision("d", '<literalExpression expressionLanguage="juel"/>'),), "DMN_LANGUAGE"),
    ((decision("d", "<functionDefinition/>"),), "DMN_FUNCTION"),
    (('<import name="other"/>', decision("d", literal("1"))), "DMN_IMPORT"),
    (
        (
            '<businessKnowledgeModel id="k"><encapsulatedLogic kind="Java"><literalExpression/></encapsulatedLogic>'
            "</businessKnowledgeModel>",
            decision("d", literal("1")),
        ),
        "DMN_FUNCTION_KIND",
    ),
]


@pytest.mark.parametrize(("parts", "code"), BAD)
def test_errors(parts: Iterable[str], code: str) -> None:
    assert found(*parts).get(code) == "error"
    with pytest.raises(NotDeployable):
        load("t.dmn", definitions(*parts))


def test_languages_of_the_whole_file() -> None:
    logic = decision("d", literal("1"))
    assert "DMN_LANGUAGE" in found(logic, attributes='expressionLanguage="http://www.w3.org/1999/XPath"')
    feel = 'expressionLanguage="https://www.omg.org/spec/DMN/20191111/FEEL/"'
    assert found(logic, attributes=feel) == {}


def test_a_syntax_error_tells_rule_line_and_column() -> None:
    (problem,) = lint("t.dmn", definitions(decision("d", table("a", "x", "- | 1 +"))))
    assert "line 1, column" in problem.en
    assert "1 +" in problem.en


@pytest.mark.parametrize(
    ("cells", "overlap"),
    [
        (("< 60", ">= 60"), False),
        (("<= 60", ">= 60"), True),
        (("[1..5]", "(5..9]"), False),
        (("[1..5]", "[5..9]"), True),
        (("1, 2, 3", "4"), False),
        (("1, 2, 3", "3.0"), True),
        (('"a", "b"', '"c"'), False),
        (('"a", "b"', '"b"'), True),
        (('not("a")', '"a"'), False),
        (('not("a")', '"b"'), True),
        (('not("a")', 'not("b")'), True),
        (("true", "false"), False),
        (("true", "not(false)"), True),
        (('< date("2024-01-01")', '>= date("2024-01-01")'), False),
        (('<= date("2024-01-01")', '>= @"2024-01-01"'), True),
        (('< date and time("2024-01-01T12:00:00")', '> date and time("2024-01-01T11:00:00")'), True),
        (('[time("08:00:00")..time("12:00:00"))', '>= time("12:00:00")'), False),
        (("null", "not(null)"), False),
        (("null", "-"), True),
        (("null", "> 5"), False),
        (("limit", "limit"), True),
        (("limit", "> 5"), False),  # cannot be told, so nothing is claimed
        (("limit", "-"), True),
    ],
)
def test_overlaps_under_unique(cells: tuple[str, str], overlap: bool) -> None:
    rules = [f"{text} | {n}" for n, text in enumerate(cells)]
    codes = found(decision("d", table("a", "x", *rules)))
    assert codes.get("DMN_OVERLAP") == ("error" if overlap else None)


def test_rules_that_differ_in_one_column_do_not_overlap() -> None:
    two = table("a | b", "x", '"s" | < 3 | 1', '"s" | >= 3 | 2', '"t" | - | 3')
    assert "DMN_OVERLAP" not in found(decision("d", two))
    three = table("a | b | c", "x", '"s" | - | [1..5] | 1', "- | true | [3..9] | 2")
    assert "DMN_OVERLAP" in found(decision("d", three))


def test_any_is_only_told_when_outputs_differ() -> None:
    assert "DMN_ANY_DIFFERS" in found(decision("d", table("a", "x", "> 1 | 1", "> 2 | 2", policy="ANY")))
    assert found(decision("d", table("a", "x", "- | 1", "> 2 | 1", policy="ANY"))) == {}


@pytest.mark.parametrize(
    ("cells", "gap"),
    [
        (("< 60", "> 60"), "a: 60"),
        (("[0..10]", "(10..20]"), "a: < 0"),
        (("< 5", "[5..6]", "[7..8]", "> 8"), "a: (6..7)"),
        (('"a"', '"b"'), "any other value"),
        (("true",), "a: false"),
        (('< date("2024-01-01")', '> date("2024-01-02")'), "2024-01-01"),
        (("not(5)",), "a: 5"),
    ],
)
def test_gaps(cells: tuple[str, ...], gap: str) -> None:
    rules = [f"{text} | {n}" for n, text in enumerate(cells)]
    logic = decision("d", table("a", "x", *rules))
    assert found(logic).get("DMN_GAP") == "warning"
    assert gap in texts(logic)


@pytest.mark.parametrize(
    "logic",
    [
        table("a", "x", "< 5 | 1", ">= 5 | 2"),
        table("a", "x", "< 5 | 1", default="0"),
        table("a", "x", "< 5 | 1", policy="COLLECT"),
        table("a", "x", "limit | 1"),
        table("a", "x", '"a" | 1', '"b" | 2', allowed='"a", "b"'),
        table("a", "x", "<= 5 | 1", ">= 6 | 2", type_ref="integer"),
        table("a", "x", '<= date("2024-01-01") | 1', '>= date("2024-01-02") | 2'),
        table("a | b", "x", "true | - | 1", "false | < 5 | 2", "false | >= 5 | 3"),
        table("a", "x", "null | 1", "not(null) | 2"),
    ],
)
def test_no_gaps(logic: str) -> None:
    assert "DMN_GAP" not in found(decision("d", logic))


def test_a_rule_hidden_by_an_earlier_one() -> None:
    hidden = table("a", "x", "> 5 | 1", "> 7 | 2", "- | 3", policy="FIRST")
    assert found(decision("d", hidden)) == {"DMN_HIDDEN_RULE": "warning"}
    assert found(decision("d", table("a", "x", "> 7 | 1", "> 5 | 2", "- | 3", policy="FIRST"))) == {}


def test_empty_tables_and_cells() -> None:
    assert found(decision("d", table("a", "x"))) == {"DMN_NO_RULES": "warning"}
    assert found(decision("d", table("a", "x", "- | "))) == {"DMN_EMPTY_OUTPUT": "warning"}


def test_a_large_table_is_analysed_in_reasonable_work() -> None:
    rules = [
        f'"{n % 7}" | [{n * 10}..{n * 10 + 9}] | {"true" if n % 2 else "false"} | {n}' for n in range(400)
    ]
    assert "DMN_OVERLAP" not in found(decision("d", table("a | b | c", "x", *rules)))


@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST"])
def test_a_hostile_table_is_linted_in_bounded_work(policy: str) -> None:
    def lint_of(size: int) -> None:
        rules = [f"[{n}..{n * 3}] | [{n * 7 % 1000}..{n * 7 % 1000 + 5}] | > {n} | {n}" for n in range(size)]
        lint("t.dmn", definitions(decision("d", table("a | b | c", "x", *rules, policy=policy))))

    assert growth(lint_of, 60, 25) < 25  # as many rules; were it looked through to the end, its square


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("-", Cell(everything=True)),
        ("", Cell(everything=True)),
        ("5", Cell((Value(NUMBER, 5),))),
        ("-5", Cell((Value(NUMBER, -5),))),
        ('"a\\"b"', Cell((Value(STRING, 'a"b'),))),
        ("not(true)", Cell((Value(BOOLEAN, True),), negated=True)),
        ("]1..2[", Cell((Interval(NUMBER, 1, False, 2, False),))),
        ("= 3", Cell((Value(NUMBER, 3),))),
        ("x", None),
        ("> x", None),
        ("1 + 1", None),
        ('"a" 5', None),
        ("[1..", None),
        ('["a".."b"]', None),
        ('date("nonsense")', None),
        ('time("08:00:00+08:00")', None),
        ("not(1", None),
        ("< true", None),
        ("?", None),
    ],
)
def test_cells(text: str, cell: Cell | None) -> None:
    assert parse_cell(text) == cell
