"""Examples of decisions: inputs with the result that must come of them, kept in the DMN file itself.

They stand among the extension elements of their decision, where Camunda Modeler keeps what it does not know:

    <luzhi:examples xmlns:luzhi="urn:luzhi:dmn">
      <luzhi:example name="同分" at="2026-03-01">
        <luzhi:given name="score">59.995</luzhi:given>
        <luzhi:expected>{passed: true}</luzhi:expected>

Values are FEEL. Of an expected context only the entries that it names are compared. `at` is the day on which the
decision is taken; without one it is the first day of 2026, so that a run today and in ten years is the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from lxml import etree

from engine import dmn, feel, xml
from engine.clock import VirtualClock
from engine.dmn.elements import children
from engine.dmn.needs import needed
from engine.dmn.read import read
from engine.errors import Refusal
from engine.feel.text import literal_text
from engine.feel.values import type_name
from engine.problems import NotDeployable, Problem, errors

NAMESPACE = "urn:luzhi:dmn"
MOST, LONGEST = 300, 4000
"""Examples of one file, and characters of one value."""
FUNCTIONS = {
    "date": "date",
    "time": "time",
    "date and time": "date and time",
    "days and time duration": "duration",
    "years and months duration": "duration",
}
FIRST_DAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Example:
    """One example: its values as they were written; `number` counts those of its decision from 1."""

    decision: str
    number: int
    name: str
    given: Mapping[str, str]
    expected: str
    at: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an example: `result` as FEEL, or why there is none (`zh`, `en`); the rules that matched."""

    example: Example
    passed: bool
    result: str
    rules: tuple[int, ...]
    zh: str = ""
    en: str = ""


class ExampleWrong(Refusal):
    """A value of an example cannot be read."""

    zh = "“{name}”不是可以计算的 FEEL 值：{text}（{why_zh}）。"
    en = "“{name}” is no FEEL value: {text} ({why_en})."
    remedy_zh = '文字要加双引号，例如 "A"；数字直接写；日期写 date("2026-03-01")。'
    remedy_en = (
        'Put texts into double quotes, such as "A"; write numbers as they are, dates as date("2026-03-01").'
    )
    status = 422


def read_examples(file: str, content: bytes) -> list[Example]:
    """The examples of a file, decision by decision. Raises XmlRefused."""
    root = xml.parse(file, content)
    return [example for decision in children(root, "decision") for example in _of(decision)][:MOST]


def run(file: str, content: bytes, functions: feel.Functions | None = None) -> list[Outcome]:
    """Take the decisions of all examples. Raises NotDeployable for a file that cannot be run, XmlRefused.

    Rules that overlap do not hinder it: an example that meets two of them says so.
    """
    examples = read_examples(file, content)
    graph, problems = read(file, content)
    if errors(problems):
        raise NotDeployable(problems)
    decisions = dmn.Decisions(graph)
    return [_outcome(decisions, example, functions) for example in examples]


def failures(files: Mapping[str, bytes], functions: feel.Functions | None = None) -> list[Problem]:
    """A finding for every example that does not give what it expects, in all decisions among the files.

    Files that cannot be read have none: lint tells what is wrong with them.
    """
    found: list[Problem] = []
    for file, content in files.items():
        if not file.endswith(".dmn"):
            continue
        try:
            outcomes = run(file, content, functions)
        except (NotDeployable, xml.XmlRefused):
            continue
        found += [_problem(file, outcome) for outcome in outcomes if not outcome.passed]
    return found


def inputs_of(file: str, content: bytes) -> dict[str, list[str]]:
    """The variables that each decision takes, by its id; what it requires of other decisions included."""
    graph, _ = read(file, content)
    return {id: needed(graph, id) for id in graph.decisions}


def _of(decision: etree._Element) -> Iterator[Example]:
    path = f"{{*}}extensionElements/{{{NAMESPACE}}}examples/{{{NAMESPACE}}}example"
    for number, element in enumerate(decision.iterfind(path), start=1):
        given = {
            (e.get("name") or "").strip(): (e.text or "").strip()
            for e in element.iterfind(f"{{{NAMESPACE}}}given")
        }
        yield Example(
            decision.get("id", ""),
            number,
            (element.get("name") or "").strip(),
            {name: text for name, text in given.items() if name and text},
            (element.findtext(f"{{{NAMESPACE}}}expected") or "").strip(),
            (element.get("at") or "").strip(),
        )


def _outcome(decisions: dmn.Decisions, example: Example, functions: feel.Functions | None) -> Outcome:
    try:
        clock = VirtualClock(_moment(example.at))
        context = {name: _value(name, text, clock, functions) for name, text in example.given.items()}
        expected = _value("", example.expected, clock, functions) if example.expected else None
        taken = decisions.explain(example.decision, context, clock=clock, functions=functions)
    except Refusal as refusal:
        return Outcome(example, False, "", (), refusal.message("zh"), refusal.message("en"))
    rules = tuple(match.rule for match in taken.matches)
    result = written(taken.result)
    if not example.expected:
        return Outcome(example, False, result, rules, "还没有写应得的结果。", "No expected result yet.")
    return Outcome(example, _same(expected, taken.result, clock), result, rules)


def written(value: Any) -> str:
    """A value as FEEL that gives it again, so that a result can be taken as the one that is expected."""
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal_text(name)}: {written(each)}" for name, each in value.items()) + "}"
    function = FUNCTIONS.get(type_name(value))
    return f'{function}("{literal_text(value)}")' if function else literal_text(value)


def _moment(text: str) -> datetime:
    """Noon of the day, so that the day is the same in every zone that matters."""
    try:
        day = date.fromisoformat(text) if text else FIRST_DAY
    except ValueError as error:
        raise ExampleWrong(name="日期 date", text=text, why_zh="不是日期", why_en="no date") from error
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def _value(name: str, text: str, clock: VirtualClock, functions: feel.Functions | None) -> Any:
    label = name or "应得结果 expected"
    if len(text) > LONGEST:
        raise ExampleWrong(name=label, text=text[:60], why_zh="太长", why_en="too long")
    warnings: list[feel.FeelWarning] = []
    try:
        value = feel.evaluate(text, {}, clock=clock, functions=functions, warnings=warnings)
    except Refusal as refusal:
        raise ExampleWrong(
            name=label, text=text[:60], why_zh=refusal.message("zh"), why_en=refusal.message("en")
        ) from refusal
    if warnings:
        first = warnings[0]
        raise ExampleWrong(name=label, text=text[:60], why_zh=first.message("zh"), why_en=first.message("en"))
    return value


def _same(expected: Any, result: Any, clock: VirtualClock) -> bool:
    """Whether FEEL calls them equal; of a context only what is expected of it."""
    if isinstance(expected, dict) and isinstance(result, dict):
        return all(name in result and _same(value, result[name], clock) for name, value in expected.items())
    if expected is None or result is None:
        return expected is None and result is None
    return feel.evaluate("a = b", {"a": expected, "b": result}, clock=clock) is True


def _problem(file: str, outcome: Outcome) -> Problem:
    example = outcome.example
    name = example.name or str(example.number)
    zh = outcome.zh or f"应得 {example.expected}，实得 {outcome.result}。"
    en = outcome.en or f"{example.expected} is expected, but the result is {outcome.result}."
    return Problem(
        file,
        example.decision,
        "error",
        "EXAMPLE_FAILS",
        f"示例“{name}”没有通过：{zh}",
        f"The example “{name}” fails: {en}",
    )
