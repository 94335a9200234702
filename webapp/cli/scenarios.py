"""`luzhi test-process` plays the scenarios of the processes and says what of the diagrams they reach; `luzhi record`."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import click
from rich.progress import track
from rich.table import Table

from engine.catalogues import Catalogues, programme_functions
from engine.settings import project_root
from engine.studio.rules import Rules
from engine.studio.trying.coverage import Coverage, Parts, parts, tables
from engine.studio.trying.histories import retold
from engine.studio.trying.scenarios import Outcome, Scenario, read, run, written
from engine.workdays import WorkCalendar
from webapp.cli import console, opened
from webapp.cli.process_report import report
from webapp.cli.project import project_files

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("test-process")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--root", type=FOLDER, default=None, help="The project with the rules; default: this one.")
@click.option(
    "--junit", type=click.Path(dir_okay=False, path_type=Path), help="Write the results as JUnit XML."
)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a report with diagrams as one HTML file.",
)
@click.option(
    "--minimum", type=click.IntRange(0, 100), default=0, help="Least share that must be reached, per cent."
)
@click.option("--missing", is_flag=True, help="List every element and flow that no scenario reached.")
def scenarios(
    paths: tuple[Path, ...],
    root: Path | None,
    junit: Path | None,
    html: Path | None,
    minimum: int,
    missing: bool,
) -> None:
    """Play scenarios (PATHs: files or folders; default: processes/scenarios) on the rules of the project.

    Nothing is deployed and no register is touched. Exit code 1 when a scenario fails, or when less of a process that
    has scenarios was reached than --minimum says.
    """
    base = root or project_root()
    files = {name: path.read_bytes() for name, path in project_files(base).items()}
    rules = Rules.of(files)
    functions = programme_functions(
        WorkCalendar.load(base / "processes" / "calendar"), Catalogues.load(base / "processes" / "catalogues")
    )
    found = [read(path.name, path.read_text(encoding="utf-8")) for path in _files(paths, base)]
    played: list[tuple[Outcome, float]] = []
    for scenario in track(found, "场景 / scenarios", console=console, transient=True):
        began = time.perf_counter()
        played.append((run(scenario, rules, functions), time.perf_counter() - began))
    coverage = Coverage()
    for outcome, _ in played:
        coverage.take(outcome.trial)
    if junit:
        junit.write_bytes(_junit(played))
    if html:
        html.write_text(report(files, rules, coverage, played), encoding="utf-8")
    low = _reached(rules, coverage, found, minimum, missing)
    failed = _failed([outcome for outcome, _ in played])
    if failed or low:
        raise SystemExit(1)


def _files(paths: Sequence[Path], base: Path) -> list[Path]:
    given = paths or (base / "processes" / "scenarios",)
    return sorted(file for path in given for file in ([path] if path.is_file() else path.rglob("*.json")))


def _failed(outcomes: Sequence[Outcome]) -> int:
    failed = [outcome for outcome in outcomes if outcome.failures]
    for outcome in failed:
        name = " / ".join(filter(None, (outcome.scenario.name, outcome.scenario.name_en)))
        console.print(f"[red]✗[/red] {name}  [dim]{outcome.scenario.file}[/dim]")
        for failure in outcome.failures:
            console.print(f"    {failure.zh}\n    {failure.en}", markup=False, soft_wrap=True)
    console.print(f"{len(outcomes) - len(failed)} / {len(outcomes)} 通过 / passed")
    return len(failed)


def _reached(
    rules: Rules, coverage: Coverage, found: Sequence[Scenario], minimum: int, missing: bool
) -> list[str]:
    """The processes of which too little was reached; a table of all that have scenarios or were called."""
    table = Table("流程 / process", "场景 / scenarios", "元素和连线 / elements and flows", "覆盖 / reached")
    low: list[str] = []
    tested = {scenario.process for scenario in found}
    for process in sorted(tested | set(coverage.reached)):
        there = parts(rules, process)
        share = coverage.share(process, there)
        count = sum(scenario.process == process for scenario in found)
        table.add_row(process, str(count), str(len(there)), f"{share:.1%}")
        if process in tested and share * 100 < minimum:
            low.append(process)
    console.print(table)
    _rows_hit(rules, coverage)
    for process in sorted(tested) if missing else low:
        _list_missing(process, coverage, parts(rules, process))
    return low


def _rows_hit(rules: Rules, coverage: Coverage) -> None:
    """A line for every decision table that was asked: how many of its rules matched, and which never did."""
    for table in tables(rules):
        unhit = [str(row.number) for row in coverage.unhit(table)]
        if table.decision in coverage.matched:
            never = f"；从未命中 / never hit: {', '.join(unhit)}" if unhit else ""
            hit = f"{len(table.rows) - len(unhit)} / {len(table.rows)}"
            console.print(f"  {table.decision}: {hit}{never}", markup=False, soft_wrap=True)


def _list_missing(process: str, coverage: Coverage, there: Parts) -> None:
    for id, name in coverage.missing(process, there).items():
        console.print(f"  {process}: {id} {name}", markup=False, soft_wrap=True)


def _junit(played: Sequence[tuple[Outcome, float]]) -> bytes:
    suite = ElementTree.Element(
        "testsuite",
        name="luzhi test-process",
        tests=str(len(played)),
        failures=str(sum(bool(outcome.failures) for outcome, _ in played)),
    )
    for outcome, seconds in played:
        scenario = outcome.scenario
        case = ElementTree.SubElement(
            suite, "testcase", classname=scenario.process, name=scenario.name, time=f"{seconds:.3f}"
        )
        if outcome.failures:
            said = [f"{failure.zh} / {failure.en}" for failure in outcome.failures]
            ElementTree.SubElement(case, "failure", message=said[0]).text = "\n".join(said)
    return bytes(ElementTree.tostring(suite, encoding="utf-8", xml_declaration=True))


@click.command()
@click.argument("instance", type=int)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--name", required=True, help="What the scenario shows, in Chinese.")
@click.option("--name-en", default="", help="The same in English.")
def record(instance: int, file: Path, name: str, name_en: str) -> None:
    """Tell the case INSTANCE as a scenario and write it to FILE.

    It holds the answers that entered the process, so look through it before it leaves the house.
    """
    rt = opened()
    with rt.reading() as session:
        rt.definitions.refresh(session)
        story = retold(session, rt.definitions, instance)
    file.write_text(written(replace(story, name=name, name_en=name_en)), encoding="utf-8")
    console.print(f"{file}: {len(story.steps)} steps")


COMMANDS = [scenarios, record]
