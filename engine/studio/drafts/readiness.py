"""Whether a change may go on: something differs, lint is clean, every scenario comes out, its base is what is deployed.

Scenarios take seconds, so they are played outside of transactions and kept under the hash of everything that they
depend on: the same set is not played twice. Whoever acts on the answer compares the hashes again under the lock.
"""

import hashlib
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.commands.retrying import command
from engine.commands.texts import instant
from engine.errors import NotFound, Refusal, Worded
from engine.problems import NotDeployable, Problem, errors
from engine.runtime import Runtime
from engine.store import json
from engine.store.definitions import Definition, Deployment, Resource
from engine.store.people import Account
from engine.store.studio import RuleChange, RuleCheck
from engine.studio.deployed import deployed_files
from engine.studio.drafts.checking import set_problems
from engine.studio.drafts.drafting import Draft, drafts, sha256
from engine.studio.drafts.refusals import BaseMoved, NothingChanged, ScenariosFailed
from engine.studio.rules import Rules
from engine.studio.trying.failures import Failure, listed, of_refusal
from engine.studio.trying.recorded import scenarios
from engine.studio.trying.scenarios import Scenario, run, written


@dataclass(frozen=True, slots=True)
class Moved:
    """A file that was deployed since the draft of it was begun: when, by whom; None when it is deployed no more."""

    file: str
    at: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Readiness:
    """What was found. `contents` is the hash of the drafts, `whole` that of the set and all that checks depend on."""

    contents: str
    whole: str
    differing: tuple[str, ...]
    problems: tuple[Problem, ...]
    moved: tuple[Moved, ...]
    scenarios: Sequence[Mapping[str, Any]] | None
    """A row a scenario, None while they were not played on this set."""

    @property
    def failed(self) -> list[Mapping[str, Any]]:
        """The scenarios that failed."""
        return [row for row in self.scenarios or () if row["failures"]]

    @property
    def green(self) -> bool:
        """Whether nothing stands in the way."""
        stops = errors(list(self.problems)) or self.moved or self.failed or not self.differing
        return self.scenarios is not None and not stops


def look(rt: Runtime, session: Session, change_id: int) -> Readiness:
    """How a change stands, without playing anything. Never raises for what its files contain."""
    found, deployed = drafts(session, change_id), deployed_files(session)
    files = {**deployed, **{file: draft.content for file, draft in found.items()}}
    whole = _whole(rt, session, files)
    kept = session.get(RuleCheck, whole)
    return Readiness(
        contents=contents_hash(found),
        whole=whole,
        differing=tuple(file for file, draft in found.items() if deployed.get(file) != draft.content),
        problems=tuple(_of_change(set_problems(rt, files), found)),
        moved=tuple(moved(session, found, deployed)),
        scenarios=None if kept is None else kept.results,
    )


def _of_change(problems: Iterable[Problem], found: Collection[str]) -> Iterator[Problem]:
    """Every error of the set, and the warnings of the files that the change drafts; others were there before."""
    return (problem for problem in problems if problem.severity == "error" or problem.file in found)


def check(rt: Runtime, change_id: int) -> Readiness:
    """The same, with all scenarios played if they were not yet; what came of them is kept."""
    with rt.reading() as session:
        if session.get(RuleChange, change_id) is None:
            raise NotFound(what_zh="这项变更", what_en="This change")
        found = look(rt, session, change_id)
        if found.scenarios is not None or errors(list(found.problems)):
            return found
        files = deployed_files(session)
        known = frozenset(Rules.of(files).models)
        files |= {file: draft.content for file, draft in drafts(session, change_id).items()}
        chosen = _scenarios(rt, session)
        began = time.perf_counter()
        results = play(rt, files, [each for each in chosen if each.process in known | _processes(files)])
        took = round((time.perf_counter() - began) * 1000)
    _keep(rt, found.whole, results, took)
    with rt.reading() as session:
        return look(rt, session, change_id)


def require(rt: Runtime, change_id: int) -> Readiness:
    """What was found, when nothing stands in the way.

    Raises NotFound, NothingChanged, NotDeployable, BaseMoved, ScenariosFailed.
    """
    found = check(rt, change_id)
    with rt.reading() as session:
        title = session.get_one(RuleChange, change_id).title
    if not found.differing:
        raise NothingChanged(title=title)
    if errors(list(found.problems)):
        raise NotDeployable(list(found.problems))
    require_base(found.moved)
    if found.failed:
        zh = [str(row["name"]) for row in found.failed[:5]]
        en = [str(row.get("name_en") or row["name"]) for row in found.failed[:5]]
        both = Worded(listed(zh, "、"), listed(en, ", "))
        raise ScenariosFailed(count=len(found.failed), names=both)
    return found


def require_base(found: Sequence[Moved]) -> None:
    """Pass, or raise BaseMoved."""
    if found:
        zh = "、".join(
            f"{m.file}（{m.by}于{m.at}部署）" if m.at else f"{m.file}（已不在现行规则中）" for m in found
        )
        en = ", ".join(
            f"{m.file} (deployed by {m.by} at {m.at})" if m.at else f"{m.file} (no longer deployed)"
            for m in found
        )
        raise BaseMoved(files_zh=zh, files_en=en)


def contents_hash(found: Mapping[str, Draft]) -> str:
    """The hash of exact contents: every draft with its file, and with what it replaces."""
    rows = [[file, sha256(draft.content), draft.base] for file, draft in sorted(found.items())]
    return hashlib.sha256(json.canonical(rows).encode()).hexdigest()


def whole_hash(rt: Runtime, session: Session, change_id: int) -> str:
    """The hash of everything that checks of this change depend on, as it is now."""
    files = deployed_files(session)
    return _whole(rt, session, files | {f: d.content for f, d in drafts(session, change_id).items()})


def moved(session: Session, found: Mapping[str, Draft], deployed: Mapping[str, bytes]) -> list[Moved]:
    """The drafts whose base is not what is deployed."""
    rows: list[Moved] = []
    for file, draft in found.items():
        now = sha256(deployed[file]) if file in deployed else None
        if now != draft.base and deployed.get(file) != draft.content:
            rows.append(Moved(file) if now is None else _moved(session, file, now))
    return rows


def play(rt: Runtime, files: Mapping[str, bytes], chosen: Sequence[Scenario]) -> list[dict[str, Any]]:
    """Play scenarios on a set of files; a row each. A set that does not compile fails them all."""
    try:
        rules = Rules.of(files)
    except Refusal as refusal:
        return [_row(scenario, [of_refusal(refusal)]) for scenario in chosen]
    return [_row(scenario, run(scenario, rules, rt.functions).failures) for scenario in chosen]


def _row(scenario: Scenario, failures: Sequence[Failure]) -> dict[str, Any]:
    names = {name: getattr(scenario, name) for name in ("file", "name", "name_en", "process")}
    return {**names, "failures": [failure.as_dict() for failure in failures]}


def _processes(files: Mapping[str, bytes]) -> frozenset[str]:
    try:
        return frozenset(Rules.of(files).models)
    except Refusal:
        return frozenset()


def _scenarios(rt: Runtime, session: Session) -> list[Scenario]:
    return scenarios(session, rt.settings.processes / "scenarios")


def _whole(rt: Runtime, session: Session, files: Mapping[str, bytes]) -> str:
    """Files, scenarios, and the tables that are read from the folder."""
    digest = hashlib.sha256()
    for kind, named in (("file", files), ("folder", rt.tables.folder_files)):
        for name in sorted(named):
            digest.update(f"{kind}\0{name}\0{sha256(named[name])}\n".encode())
    for scenario in _scenarios(rt, session):
        digest.update(f"scenario\0{scenario.file}\0{sha256(written(scenario).encode())}\n".encode())
    return digest.hexdigest()


@command
def _keep(rt: Runtime, whole: str, results: list[dict[str, Any]], milliseconds: int) -> None:
    with rt.transaction() as tx:
        if tx.session.get(RuleCheck, whole) is None:
            tx.session.add(RuleCheck(contents=whole, at=tx.now, milliseconds=milliseconds, results=results))


def _moved(session: Session, file: str, sha: str) -> Moved:
    newest = session.execute(
        select(Deployment.at, Deployment.actor, Account.name)
        .join(Definition, Definition.deployment_id == Deployment.id)
        .join(Resource, Resource.sha256 == Definition.sha256)
        .outerjoin(Account, Account.login == Deployment.actor)
        .where(Resource.file == file, Resource.sha256 == sha)
        .order_by(Deployment.id.desc())
        .limit(1)
    ).one()
    return Moved(file, instant(newest.at), newest.name or newest.actor)
