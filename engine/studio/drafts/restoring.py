"""Going back: a new change with the old content, submitted at once, so that a colleague only has to approve it.

Nothing that was deployed is taken away: versions never change, so going back is one more version.
"""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from engine import policy
from engine.commands.retrying import command
from engine.errors import NotFound
from engine.policy import Actor
from engine.runtime import Runtime, Transaction
from engine.store.definitions import Definition, Deployment, Resource
from engine.store.studio import RuleChange
from engine.studio.deployed import deployed_files
from engine.studio.drafts.drafting import ACTION, enter_file, record, sha256
from engine.studio.drafts.refusals import DeployedSince, NothingToRestore


@command
def roll_back(rt: Runtime, actor: Actor, deployment_id: int) -> int:
    """Begin a change that takes a deployment back; its number. Not yet submitted.

    Raises NotAllowed, NotFound, NothingToRestore, DeployedSince.
    """
    policy.require(actor, ACTION)
    with rt.transaction() as tx:
        deployment = tx.session.get(Deployment, deployment_id)
        if deployment is None:
            raise NotFound(what_zh="这次部署", what_en="This deployment")
        title = f"回退第 {deployment_id} 次部署"
        reason = f"恢复部署之前的内容（{deployment.message or '—'}）"
        return _begin(tx, actor, title, reason, _before(tx.session, deployment_id), deployment_id)


@command
def restore(rt: Runtime, actor: Actor, kind: str, definition_id: str, version: int) -> int:
    """Begin a change that deploys the content of an older version again; its number. Not yet submitted.

    Raises NotAllowed, NotFound, NothingToRestore.
    """
    policy.require(actor, ACTION)
    with rt.transaction() as tx:
        found = tx.session.execute(
            select(Resource.file, Resource.content)
            .join(Definition, Definition.sha256 == Resource.sha256)
            .where(
                Definition.kind == kind,
                Definition.definition_id == definition_id,
                Definition.version == version,
            )
        ).one_or_none()
        if found is None:
            raise NotFound(what_zh=f"第 {version} 版", what_en=f"Version {version}")
        title = f"恢复 {definition_id} 第 {version} 版"
        return _begin(tx, actor, title, f"重新采用第 {version} 版的内容", {found.file: found.content}, None)


def _begin(
    tx: Transaction,
    actor: Actor,
    title: str,
    reason: str,
    contents: Mapping[str, bytes],
    restores: int | None,
) -> int:
    now = deployed_files(tx.session)
    if all(now.get(file) == content for file, content in contents.items()):
        raise NothingToRestore(why_zh="现行内容就是这一版", why_en="it is what counts now")
    change = RuleChange(title=title, reason=reason, begun_by=actor.login, begun_at=tx.now, restores=restores)
    tx.session.add(change)
    tx.session.flush()
    record(tx, actor, change, "begin", title=title, reason=reason, restores=restores)
    for file, content in contents.items():
        base = sha256(now[file]) if file in now else None
        enter_file(tx, actor, change, file, content, base, "restore")
    return change.id


def _before(session: Session, deployment_id: int) -> dict[str, bytes]:
    """The contents that a deployment replaced, by file. Raises NothingToRestore, DeployedSince."""
    new, old = aliased(Definition), aliased(Definition)
    file_of = aliased(Resource)
    rows = session.execute(
        select(file_of.file, file_of.sha256, Resource.content, Resource.file.label("was"))
        .join(new, new.sha256 == file_of.sha256)
        .join(
            old,
            (old.kind == new.kind)
            & (old.definition_id == new.definition_id)
            & (old.version == new.version - 1),
        )
        .join(Resource, Resource.sha256 == old.sha256)
        .where(new.deployment_id == deployment_id)
        .order_by(new.id)
    ).all()
    if not rows:
        why = ("这次部署没有替换旧版本", "it replaced no older version")
        raise NothingToRestore(why_zh=why[0], why_en=why[1])
    now = deployed_files(session)
    since = sorted({row.file for row in rows if row.file not in now or sha256(now[row.file]) != row.sha256})
    if since:
        raise DeployedSince(files="、".join(since))
    return {row.was: row.content for row in rows}
