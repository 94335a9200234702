"""Comment on a case. A comment is no opinion: it is part of no submission and moves nothing."""

from engine import policy
from engine.collaboration.comments import LONGEST, mentioned, readers, reads
from engine.collaboration.models import CaseComment
from engine.collaboration.places import place
from engine.commands.retrying import command
from engine.commands.telling import NotAmong, about, log, tell, text_of
from engine.errors import NotFound
from engine.policy import Actor
from engine.runtime import Runtime
from engine.store.tasks import UserTask


@command
def comment(rt: Runtime, actor: Actor, task_key: int, text: str, mentions: str = "") -> list[str]:
    """Say something about a task's case; the names of those who are told.

    `mentions` are names as a person types them; an @ with a name in the text counts, too.
    Raises NotFound, NotAllowed (enterprises, experts), TooLong, NotAmong (who may not read it).
    """
    with rt.transaction() as tx:
        task = tx.session.get(UserTask, task_key)
        if task is None or not reads(actor, task):
            raise NotFound(what_zh="任务", what_en="The task")
        where = place(tx.session, actor, task)
        policy.require(actor, "comment.write", where)
        said = text_of(text, LONGEST)
        people, unknown = mentioned(said, mentions, readers(tx.session, actor, task, where))
        if unknown:
            raise NotAmong(names="、".join(unknown))
        row = CaseComment(instance_id=task.instance_id, task_id=task.id, business_key=task.business_key)
        row.level, row.city, row.county = where.level, where.city, where.county
        row.author, row.text, row.at = actor.login, said, tx.now
        row.mentions = [who.login for who in people]
        tx.session.add(row)
        tx.session.flush()
        zh, en = about(task)
        tell(
            tx,
            task,
            row.mentions,
            (f"{actor.name}在{zh}中提到了您", f"{actor.name} mentioned you at {en}"),
            (said, said),
            key=f"comment:{row.id}",
        )
        log(tx, actor, "comment.write", task, {"comment": row.id, "mentions": row.mentions})
        return [who.name for who in people]
