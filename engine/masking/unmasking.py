"""One look without masks: asked for with a reason, and a link of the trail."""

from engine import audit, policy
from engine.commands.refusals import NoReason
from engine.commands.retrying import command
from engine.errors import Language
from engine.masking.reading import Reader, reader
from engine.policy import Actor
from engine.runtime import Runtime


@command
def unmask(
    rt: Runtime,
    actor: Actor,
    object_type: str,
    object_key: str | int,
    reason: str,
    language: Language = "zh",
) -> Reader:
    """Eyes without masks for one object (`account` and a login, `audit` and a number, `instance` and a key …).

    The link is written before anything is shown. Hidden stays hidden: this opens no expert, objector or content.
    Raises NotAllowed, NoReason.
    """
    policy.require(actor, "person.unmask")
    if not reason.strip():
        raise NoReason()
    with rt.transaction() as tx:
        eyes = reader(tx.session, actor, language).without_masks()
        audit.append(
            tx.session,
            at=tx.now,
            actor=actor.login,
            action="person.unmask",
            object_type=object_type,
            object_key=object_key,
            detail={"reason": reason.strip()},
        )
    return eyes
