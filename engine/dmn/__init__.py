"""Decisions in DMN 1.1 to 1.6: decision tables with every hit policy, boxed expressions, requirement graphs.

`load` reads a file into `Decisions`, `lint` says what is wrong with it. Cells are FEEL (`engine.feel`).
"""

from engine.dmn.decisions import Decisions, Explanation
from engine.dmn.faults import DecisionFault
from engine.dmn.findings import Findings
from engine.dmn.lint import check_tables
from engine.dmn.model import Graph
from engine.dmn.read import read
from engine.dmn.scope import InputSeen, Match
from engine.problems import NotDeployable, Problem, errors

__all__ = ["DecisionFault", "Decisions", "Explanation", "InputSeen", "Match", "ids", "lint", "load"]


def load(file: str, data: bytes) -> Decisions:
    """The decisions of a file. Raises NotDeployable with all problems when it has errors."""
    graph, problems = _inspect(file, data)
    if errors(problems):
        raise NotDeployable(problems)
    return Decisions(graph)


def lint(file: str, data: bytes) -> list[Problem]:
    """Everything that is wrong or odd in a file; never raises for what the file contains."""
    return _inspect(file, data)[1]


def ids(file: str, data: bytes) -> tuple[str, ...]:
    """The ids of the decisions in a file, whatever else is wrong with it."""
    return tuple(read(file, data)[0].decisions)


def _inspect(file: str, data: bytes) -> tuple[Graph, list[Problem]]:
    graph, problems = read(file, data)
    findings = Findings(file, problems)
    check_tables(graph, findings)
    return graph, findings.problems
