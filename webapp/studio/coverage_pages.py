"""What scenarios have reached, as pages and reports show it: painted on the diagrams, and listed beside them."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.studio.rules import Rules
from engine.studio.trying.coverage import Coverage, Row, Table, parts, tables
from webapp.drawing import Drawing
from webapp.i18n import pick
from webapp.studio import tried


@dataclass(frozen=True, slots=True)
class Reached:
    """One process: how much of it was reached, what was not (id, name, whether it is a flow), and its picture."""

    process: str
    name: str
    total: int
    missing: list[tuple[str, str, bool]]
    drawing: Drawing | None

    @property
    def share(self) -> float:
        """How much was reached, 0 to 1."""
        return 1 - len(self.missing) / self.total if self.total else 1.0


@dataclass(frozen=True, slots=True)
class Matched:
    """One decision table: how often it was asked at all, and the rules that never matched."""

    table: Table
    asked: bool
    unhit: list[Row]

    @property
    def hit(self) -> int:
        """How many rules matched."""
        return len(self.table.rows) - len(self.unhit)


def of_processes(files: Mapping[str, bytes], rules: Rules, coverage: Coverage) -> list[Reached]:
    """Every process that anything of was reached, least reached first."""
    found = [_reached(files, rules, coverage, id) for id in sorted(coverage.reached) if id in rules.models]
    return sorted(found, key=lambda each: each.share)


def of_tables(rules: Rules, coverage: Coverage) -> list[Matched]:
    """Every decision table of the rules; those with most rules that never matched first."""
    found = [
        Matched(table, table.decision in coverage.matched, coverage.unhit(table)) for table in tables(rules)
    ]
    return sorted(found, key=lambda each: (not each.asked, -len(each.unhit)))


def names(rules: Rules, process: str) -> dict[str, str]:
    """What the elements and flows of a process are called; ids where they have no name."""
    if process not in rules.models:
        return {}
    info = rules.model(process).processes[process]
    found = {
        id: pick(element.name, element.properties.get("luzhi:name_en")) or id
        for id, element in info.elements.items()
    }
    return {**{id: name or id for id, name in info.flows.items()}, **found}


def _reached(files: Mapping[str, bytes], rules: Rules, coverage: Coverage, process: str) -> Reached:
    there = parts(rules, process)
    missing = coverage.missing(process, there)
    called = names(rules, process)
    states = {id: "missed" if id in missing else "done" for id in (*there.elements, *there.flows)}
    return Reached(
        process,
        tried.process_name(rules, process),
        len(there),
        [(id, called.get(id, id), id in there.flows) for id in missing],
        tried.drawn(files, rules, process, states),
    )
