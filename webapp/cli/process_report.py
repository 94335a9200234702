"""What scenarios reached as one HTML file: diagrams, lists, decision rules; it needs nothing else, and runs nothing."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from engine.studio.rules import Rules
from engine.studio.trying.coverage import Coverage
from engine.studio.trying.scenarios import Outcome
from webapp.studio import coverage_pages

WEBAPP = Path(__file__).resolve().parents[1]
STYLES = ("diagram.css", "trying.css")
"""How the pages paint a diagram; their colours are those of the report's own sheet."""


def report(
    files: Mapping[str, bytes], rules: Rules, coverage: Coverage, played: Sequence[tuple[Outcome, float]]
) -> str:
    """The report: scenarios with what failed, processes with what was not reached, tables with rules never hit."""
    environment = Environment(loader=FileSystemLoader(WEBAPP / "templates"), autoescape=True)
    environment.globals["_"] = _text
    styles = [(WEBAPP / "frontend" / "src" / name).read_text(encoding="utf-8") for name in STYLES]
    return environment.get_template("studio/report.html").render(
        played=played,
        failed=[outcome for outcome, _seconds in played if outcome.failures],
        seconds=sum(seconds for _outcome, seconds in played),
        processes=coverage_pages.of_processes(files, rules, coverage),
        tables=coverage_pages.of_tables(rules, coverage),
        styles="\n".join(styles),
    )


def _text(text: str, **facts: object) -> str:
    """A text of the shared pieces as it is: the report says its own words in both languages."""
    return text % facts if facts else text
