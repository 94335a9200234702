"""What runs have reached: elements and the flows between them, by process; rules of decision tables, by decision."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.bpmn.waits import ElementEvent
from engine.dmn.table import DecisionTable
from engine.studio.rules import Rules
from engine.studio.trying.trial import Trial


@dataclass(frozen=True, slots=True)
class Parts:
    """What there is to reach in a process: elements and sequence flows, id to name."""

    elements: Mapping[str, str]
    flows: Mapping[str, str]

    def __len__(self) -> int:
        return len(self.elements) + len(self.flows)


@dataclass(frozen=True, slots=True)
class Row:
    """One rule of a decision table: its number from 1, and its cells as they are written."""

    number: int
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One decision table with the words of its columns."""

    decision: str
    name: str
    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    name_en: str = ""


@dataclass(slots=True)
class Coverage:
    """How often each element and flow was reached, by process id; how often each rule matched, by decision id."""

    reached: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    matched: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Coverage":
        """What `as_json` gave."""
        found = cls()
        for process, counts in data.get("reached", {}).items():
            found.reached[process].update(counts)
        for decision, rules in data.get("matched", {}).items():
            found.matched[decision].update({int(number): count for number, count in rules.items()})
        return found

    def as_json(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "reached": {process: dict(counts) for process, counts in self.reached.items()},
            "matched": {
                decision: {str(number): count for number, count in sorted(rules.items())}
                for decision, rules in self.matched.items()
            },
        }

    def take(self, trial: Trial | None) -> None:
        """Count what one trial reached and which rules matched in it."""
        if trial is None:
            return
        self.add(trial.events)
        for decision, rules in trial.given.matched.items():
            self.matched[decision].update(rules)

    def unhit(self, table: Table) -> list[Row]:
        """The rules of a table that never matched."""
        seen: Mapping[int, int] = self.matched.get(table.decision, {})
        return [row for row in table.rows if not seen.get(row.number)]

    def add(self, events: Iterable[ElementEvent]) -> None:
        """Count what the history of one case reached, in the processes that it called too."""
        process: dict[str | None, str] = {}
        for event in events:
            if event.event != "activated":
                continue
            if event.element_type == "process":
                process[event.element_instance] = str(event.detail["reference"])
                continue
            owner = process[event.element_instance] = process[event.scope]
            self.reached[owner][event.element_id] += 1
            if flow := event.detail.get("flow"):
                self.reached[owner][str(flow)] += 1

    def missing(self, process_id: str, parts: Parts) -> dict[str, str]:
        """The elements and flows of a process that nothing reached, id to name."""
        seen = self.reached.get(process_id, {})
        return {id: name for id, name in {**parts.elements, **parts.flows}.items() if id not in seen}

    def share(self, process_id: str, parts: Parts) -> float:
        """How much of a process was reached, 0 to 1."""
        return 1 - len(self.missing(process_id, parts)) / len(parts) if len(parts) else 1.0


def parts(rules: Rules, process_id: str) -> Parts:
    """What there is to reach in a process. Raises NotDeployed."""
    info = rules.model(process_id).processes[process_id]
    return Parts({id: element.name for id, element in info.elements.items()}, info.flows)


def tables(rules: Rules) -> list[Table]:
    """Every decision table of the rules, by the id of its decision; tables inside of functions are not among them."""
    files = {id(decisions): decisions for decisions in rules.decisions.values()}
    found = [
        replace(
            _table(decision.id, decision.name, loaded.graph.file, decision.logic), name_en=decision.name_en
        )
        for loaded in files.values()
        for decision in loaded.graph.decisions.values()
        if isinstance(decision.logic, DecisionTable)
    ]
    return sorted(found, key=lambda table: table.decision)


def _table(decision: str, name: str, file: str, table: DecisionTable) -> Table:
    columns = [column.label or column.text for column in table.inputs]
    columns += [column.label or column.name for column in table.outputs]
    rows = tuple(
        Row(
            number,
            tuple(test.text or "-" for test in rule.tests),
            tuple(str(getattr(cell, "text", "")) for cell in rule.results),
        )
        for number, rule in enumerate(table.rules, start=1)
    )
    return Table(decision, name, file, tuple(columns), rows)
