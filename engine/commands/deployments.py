"""Deploy files: check them together, number what is new, and let new start events listen."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import and_, delete, func, insert, select
from sqlalchemy.orm import Session

from engine import audit, bpmn, dmn, policy
from engine.bpmn.errors import Fault
from engine.commands import deploying_tables, scheduled
from engine.commands.refusals import NeedsApproval
from engine.commands.retrying import command
from engine.commands.schedules import first_due
from engine.errors import Refusal
from engine.policy import SYSTEM, Actor
from engine.problems import NotDeployable, Problem, errors
from engine.runtime import Runtime, Transaction
from engine.store.definitions import (
    CATALOGUE,
    DECISION,
    FORM,
    PROCESS,
    Definition,
    Deployment,
    DeploymentItem,
    Resource,
    StartSubscription,
    note_deployment,
)
from engine.tables import is_table
from engine.xml import XmlRefused


@dataclass(frozen=True, slots=True)
class DeployedDefinition:
    """One definition of a deployment; `new` tells whether it got a new version."""

    key: int
    kind: str
    id: str
    version: int
    new: bool


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployment and what it holds."""

    key: int
    definitions: tuple[DeployedDefinition, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    kind: str
    id: str
    name: str
    tag: str
    file: str
    content: bytes
    process: Any = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Checked:
    """Files that may be deployed, with the definitions in them."""

    files: Mapping[str, bytes]
    found: tuple[_Found, ...]


@dataclass(frozen=True, slots=True)
class Approval:
    """Who wrote and who approved what is deployed: the change, and the hash of its contents."""

    change_id: int
    author: str
    approver: str
    contents: str


@command
def deploy(rt: Runtime, actor: Actor, files: Mapping[str, bytes], message: str = "") -> Deployed:
    """Deploy all files or none, as an administrator of the server does; unchanged contents keep their version.

    A person deploys an approved change (`engine.studio.drafts.deploying`), never files. Raises NotDeployable with every
    finding, NotAllowed, NeedsApproval.
    """
    policy.require(actor, "definition.deploy")
    if actor.login != SYSTEM.login:
        raise NeedsApproval()
    checked = check(rt, files)
    with rt.transaction() as tx:
        return enter(rt, tx, actor, checked, message)


def check(rt: Runtime, files: Mapping[str, bytes]) -> Checked:
    """The definitions in the files, each checked with the real parsers. Raises NotDeployable with every finding."""
    with rt.reading() as session:
        rt.definitions.refresh(session)
        files = {**deploying_tables.first(rt.tables, files), **files}
        return Checked(files, tuple(_check(rt, files, deploying_tables.lint(rt, session, files))))


def enter(
    rt: Runtime,
    tx: Transaction,
    actor: Actor,
    checked: Checked,
    message: str,
    approval: Approval | None = None,
) -> Deployed:
    """Deploy what was checked, inside the caller's transaction. Raises NotDeployable."""
    audit.lock(tx.session)  # one deployment at a time, so that their numbers follow their commits
    if problems := errors(deploying_tables.lint(rt, tx.session, checked.files)):
        raise NotDeployable(problems)  # another deployment came between
    approved: dict[str, Any] = asdict(approval) if approval else {}
    deployment = Deployment(at=tx.now, actor=actor.login, message=message, **approved)
    tx.session.add(deployment)
    tx.session.flush()
    note_deployment(tx.session, deployment.id)
    definitions = _numbered(tx.session, deployment.id, checked.found)
    for item, definition in zip(checked.found, definitions, strict=True):
        if item.kind == PROCESS and definition.new:
            scheduled.resolve(tx, item.id, actor.login)
            _listen(rt, tx, item, definition.key)
    hashes = {item.file: item.sha256 for item in checked.found}
    audit.append(
        tx.session,
        at=tx.now,
        actor=actor.login,
        action="definition.deploy",
        object_type="deployment",
        object_key=deployment.id,
        detail={"message": message, "files": hashes, **approved},
    )
    return Deployed(deployment.id, definitions)


def _check(rt: Runtime, files: Mapping[str, bytes], problems: list[Problem]) -> list[_Found]:
    """Every definition in the files. Raises NotDeployable with the findings of all of them, and `problems`."""
    found: list[_Found] = []
    # Decisions and forms first: diagrams are checked against what they refer to.
    for file in sorted(files, key=lambda name: (name.endswith(".bpmn"), name)):
        if any(problem.file == file for problem in errors(problems)):
            continue
        try:
            found.extend(_read(file, files[file]))
        except NotDeployable as refused:
            problems.extend(refused.problems)
        except XmlRefused as refused:
            problems.append(refused.problem)
    known = _known(rt, found)
    for file, content in sorted(files.items()):
        if file.endswith(".bpmn"):
            problems = list(dict.fromkeys([*problems, *bpmn.lint(file, content, known)]))
    if errors(problems):
        raise NotDeployable(problems)
    return found


def _known(rt: Runtime, found: list[_Found]) -> bpmn.Known:
    def ids(kind: str) -> frozenset[str]:
        return rt.definitions.ids(kind) | {item.id for item in found if item.kind == kind}

    return bpmn.Known(
        forms=ids(FORM),
        decisions=ids(DECISION),
        processes=ids(PROCESS),
        verbs=rt.verbs.current(),
        functions=frozenset(rt.functions.names),
    )


def _read(file: str, content: bytes) -> Iterator[_Found]:
    suffix = PurePosixPath(file).suffix
    if suffix == ".bpmn":
        if found := errors(bpmn.lint(file, content)):  # the compiler is only shown what lint lets pass
            raise NotDeployable(found)
        for info in bpmn.compile(file, content).processes.values():
            yield _Found(
                PROCESS, info.process_id, info.name or "", info.version_tag or "", file, content, info
            )
    elif suffix == ".dmn":
        decisions = dmn.load(file, content)
        for decision_id in decisions.ids:
            yield _Found(DECISION, decision_id, decisions.name(decision_id), "", file, content)
    elif suffix == ".form":
        yield _form(file, content)
    elif is_table(file):
        id, name, tag = deploying_tables.names(file, content)
        yield _Found(CATALOGUE, id, name, tag, file, content)
    else:
        zh, en = "不认识的文件类型。", "This type of file is not known."
        raise NotDeployable([Problem(file, "", "error", "FILE_TYPE", zh, en)])


def _form(file: str, content: bytes) -> _Found:
    import forms

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        zh, en = "文件不是 UTF-8 文本。", "The file is not UTF-8 text."
        raise NotDeployable([Problem(file, "", "error", "NOT_TEXT", zh, en)]) from error
    form = forms.load(file, text)
    return _Found(FORM, form.id, form.title, "", file, content)


def _numbered(session: Session, deployment: int, found: Sequence[_Found]) -> tuple[DeployedDefinition, ...]:
    """Every definition of a deployment with its version: another one where the contents are not the newest's."""
    _keep_contents(session, found)
    newest = _newest(session, found)
    rows: list[tuple[Definition, bool]] = []
    for item in found:
        before = newest.get((item.kind, item.id))
        new = before is None or before.sha256 != item.sha256
        row = _next(deployment, item, before) if new or before is None else before
        session.add(row)
        newest[item.kind, item.id] = row
        rows.append((row, new))
    session.flush()
    items = [{"deployment_id": deployment, "definition_id": row.id} for row, _new in rows]
    if items:
        session.execute(insert(DeploymentItem), items)
    return tuple(
        DeployedDefinition(row.id, row.kind, row.definition_id, row.version, new) for row, new in rows
    )


def _keep_contents(session: Session, found: Sequence[_Found]) -> None:
    """The bytes of every file that are not kept yet."""
    files = {item.sha256: item for item in reversed(found)}
    known = set(session.scalars(select(Resource.sha256).where(Resource.sha256.in_(files))))
    for sha256 in sorted(files.keys() - known):
        session.add(Resource(sha256=sha256, file=files[sha256].file, content=files[sha256].content))
    session.flush()


def _newest(session: Session, found: Sequence[_Found]) -> dict[tuple[str, str], Definition]:
    """The newest version of each of these definitions that there is."""
    last = (
        select(Definition.kind, Definition.definition_id, func.max(Definition.version).label("version"))
        .where(Definition.definition_id.in_({item.id for item in found}))
        .group_by(Definition.kind, Definition.definition_id)
        .subquery()
    )
    same = (getattr(Definition, name) == last.c[name] for name in ("kind", "definition_id", "version"))
    rows = session.scalars(select(Definition).join(last, and_(*same)))
    return {(row.kind, row.definition_id): row for row in rows}


def _next(deployment: int, item: _Found, before: Definition | None) -> Definition:
    return Definition(
        kind=item.kind,
        definition_id=item.id,
        version=before.version + 1 if before else 1,
        version_tag=item.tag,
        name=item.name,
        sha256=item.sha256,
        deployment_id=deployment,
    )


def _listen(rt: Runtime, tx: Transaction, item: _Found, definition: int) -> None:
    """Start events of the newest version listen; those of older ones no longer do."""
    tx.session.execute(delete(StartSubscription).where(StartSubscription.process_id == item.id))
    common = {"process_id": item.id, "definition_id": definition}
    rows: list[dict[str, Any]] = []
    for element_id, name, *_ in item.process.message_starts:
        rows.append({**common, "kind": "message", "element_id": element_id, "name": name})
    for element_id, name in item.process.signal_starts:
        rows.append({**common, "kind": "signal", "element_id": element_id, "name": name})
    for element_id, kind, expression in item.process.timer_starts:
        due, remaining = _first_due(rt, tx, item, element_id, kind, expression)
        rows.append(
            {
                **common,
                "kind": "timer",
                "element_id": element_id,
                "timer_kind": kind,
                "expression": expression,
                "due": due,
                "remaining": remaining,
            }
        )
    for row in rows:
        tx.session.execute(insert(StartSubscription).values(**row))


def _first_due(
    rt: Runtime, tx: Transaction, item: _Found, element: str, kind: str, expression: str
) -> tuple[Any, int | None]:
    """When a start event is due; its expression may be none that lint could see. Raises NotDeployable."""
    try:
        return first_due(rt, kind, expression, tx.now)
    except (Fault, Refusal) as error:
        zh, en = f"启动定时器无法计算：{error}", f"The timer of the start event cannot be computed: {error}"
        raise NotDeployable([Problem(item.file, element, "error", "START_TIMER", zh, en)]) from error
