"""The scenarios that count: the files of the project, and those that people recorded in the browser.

A scenario is named by its process and a file name (`registration/lapsed.json`); of one name what was recorded counts
before the file, and the newest record before older ones.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import audit, policy
from engine.commands.retrying import command
from engine.errors import NotFound, Refusal
from engine.policy import Actor
from engine.runtime import Runtime
from engine.settings import Settings
from engine.store.trials import RecordedScenario
from engine.studio.trying.scenarios import Scenario, read, written

FILE = re.compile(r"[a-z][a-z0-9_]{0,59}")
PROCESS = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")


class BadFileName(Refusal):
    """A name under which no file can be kept."""

    zh = "文件名“{name}”不能用：请用小写字母开头，由小写字母、数字和下划线组成，最多60个字符。"
    en = "The file name {name} cannot be used: begin with a small letter; small letters, digits, underscores; 60 at most."
    status = 422


def folder() -> Path:
    """Where the project keeps its scenarios."""
    return Settings().processes / "scenarios"


def scenarios(session: Session, files: Path | None = None) -> list[Scenario]:
    """Every scenario that counts, by name: those recorded and those of the folder. Raises ScenarioUnreadable."""
    found = from_folder(files or folder()) | {row.file: _read(row) for row in recorded(session).values()}
    return [found[name] for name in sorted(found)]


def from_folder(base: Path) -> dict[str, Scenario]:
    """The scenarios of a folder by name. Raises ScenarioUnreadable."""
    paths = sorted(base.rglob("*.json")) if base.is_dir() else []
    names = {path: path.relative_to(base).as_posix() for path in paths}
    return {name: read(name, path.read_text(encoding="utf-8")) for path, name in names.items()}


def recorded(session: Session) -> Mapping[str, RecordedScenario]:
    """The records that count, by name: the newest of each that was not taken away."""
    newest = select(func.max(RecordedScenario.id)).group_by(RecordedScenario.file)
    rows = session.scalars(
        select(RecordedScenario).where(RecordedScenario.id.in_(newest), RecordedScenario.content != "")
    )
    return {row.file: row for row in rows}


def find(session: Session, name: str) -> Scenario:
    """One scenario by its name. Raises NotFound."""
    found = next((each for each in scenarios(session) if each.file == name), None)
    if found is None:
        raise NotFound(what_zh="这个场景", what_en="This scenario")
    return found


@command
def record(rt: Runtime, actor: Actor, scenario: Scenario, file: str) -> str:
    """Keep a scenario under a file name, above what has that name already; its name.

    Raises BadFileName, NotAllowed, ScenarioUnreadable.
    """
    policy.require(actor, "definition.deploy")
    if not FILE.fullmatch(file) or not PROCESS.fullmatch(scenario.process):
        raise BadFileName(name=file[:80])
    name = f"{scenario.process}/{file}.json"
    text = written(scenario)
    read(name, text)  # one that cannot be read back would stop every page that plays scenarios
    keep(rt, actor, name, scenario.process, text, "scenario.record")
    return name


def keep(rt: Runtime, actor: Actor, name: str, process: str, content: str, action: str) -> None:
    """Add a record under a name, an empty one to let it count no longer, with its link in the audit trail."""
    with rt.transaction() as tx:
        row = RecordedScenario(file=name, process_id=process, content=content, by=actor.login, at=tx.now)
        tx.session.add(row)
        tx.session.flush()
        audit.append(
            tx.session,
            at=tx.now,
            actor=actor.login,
            action=action,
            object_type="recorded_scenario",
            object_key=row.id,
            detail={"file": name},
        )


def _read(row: RecordedScenario) -> Scenario:
    return read(row.file, row.content)
