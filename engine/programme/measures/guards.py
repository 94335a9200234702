"""Guards of the measure's process."""

from collections.abc import Callable

from engine.guards import GuardContext
from engine.programme.measures import operations


def may_register(context: GuardContext) -> None:
    """The measure's dates and identity must hold together before the click counts (article 15)."""
    operations.build(context.session, context.body, actor=context.actor.login, at=context.clock.now())


GUARDS: dict[str, Callable[[GuardContext], None]] = {"measures.may_register": may_register}
