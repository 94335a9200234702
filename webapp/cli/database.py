"""`luzhi init` and `luzhi deploy`."""

import sys
from collections.abc import Mapping
from pathlib import Path

import click
from sqlalchemy import select

from engine import commands
from engine.commands.deployments import check
from engine.directory import Scribe, add_regions
from engine.inbox.faces import index_tasks
from engine.inspecting.finding.keeping import index_instances
from engine.policy import SYSTEM
from engine.problems import NotDeployable
from engine.runtime import Runtime
from engine.settings import project_root
from engine.store.definitions import Deployment
from engine.store.migrations import AHEAD, BEHIND, CURRENT, EMPTY, revision, standing, upgrade
from engine.studio.decisions.examples import failures
from webapp.cli import console, opened
from webapp.cli.project import deployable, project_files
from webapp.settings import WebSettings

STANDINGS = {
    CURRENT: "数据库是本版本的 the database is at this version",
    EMPTY: "数据库尚未建立 the database has not been made",
    BEHIND: "数据库需要升级 the database is of an older version",
    AHEAD: "数据库已由更新的版本升级，本版本仍可运行 a newer version has upgraded it; this one still serves",
}


@click.command()
@click.option(
    "--check", "only_look", is_flag=True, help="Only say how the database stands; exit code 1: run init."
)
def init(only_look: bool) -> None:
    """Create or upgrade the database and enter the regions. Safe to repeat.

    LUZHI_DATABASE_URL says where; the default is a SQLite file under var/. An upgrade only adds to the tables, so
    that processes of the former version go on beside those of this one (docs/operations.md).
    """
    runtime = opened()
    if only_look:
        found = standing(runtime.engine)
        console.print(f"{STANDINGS[found]} ({revision(runtime.engine)})", markup=False)
        sys.exit(found in (EMPTY, BEHIND))
    if standing(runtime.engine) == EMPTY:
        WebSettings().signing_key()  # made with the database, once: a lost one is asked for, never replaced
    upgrade(runtime.engine)
    with runtime.transaction() as tx:
        new = add_regions(tx.session, runtime.catalogues, Scribe(SYSTEM, tx.now))
        index_tasks(tx.session)
        index_instances(tx.session)
    console.print(f"{new} organisations entered: the province with its cities, counties and zones")
    console.print(f"database ready: {runtime.engine.url.render_as_string(hide_password=True)}")


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--message", "-m", default="deployed from files", help="Why; kept with the version.")
@click.option(
    "--first", is_flag=True, help="Only where nothing is deployed yet: an upgrade undoes no change of rules."
)
def deploy(paths: tuple[Path, ...], message: str, first: bool) -> None:
    """Deploy PATHs (default: processes/ and forms/definitions/). Unchanged files get no new version.

    Everything is checked first, as by `luzhi lint`, examples of decisions included; nothing is
    deployed when there is an error.
    """
    runtime = opened()
    if first and _deployed(runtime):
        console.print("已有部署，未作改动。Something is deployed: nothing was changed.")
        return
    deployed = deploy_files(runtime, paths, message)
    console.print(f"deployment {deployed}")


def _deployed(runtime: Runtime) -> bool:
    with runtime.reading() as session:
        return session.scalar(select(Deployment.id).limit(1)) is not None


def deploy_files(runtime: Runtime, paths: tuple[Path, ...] = (), message: str = "deployed from files") -> int:
    """Deploy the files below `paths` (default: the project's own) as the system; answers the deployment's number."""
    found = deployable(*paths) if paths else project_files(project_root())
    files = {name: path.read_bytes() for name, path in found.items()}
    _require_examples(runtime, files)
    return commands.deploy(runtime, SYSTEM, files, message=message).key


def _require_examples(runtime: Runtime, files: Mapping[str, bytes]) -> None:
    """Pass, or raise NotDeployable with every example that fails and all else that is wrong with the files."""
    failed = failures(files, runtime.functions)
    if not failed:
        return
    try:
        check(runtime, files)
    except NotDeployable as refused:
        failed = [*refused.problems, *failed]
    raise NotDeployable(failed)


COMMANDS = [init, deploy]
