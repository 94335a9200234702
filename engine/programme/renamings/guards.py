"""Guards of renaming (article 12)."""

from collections.abc import Callable

from engine.guards import GuardContext
from engine.programme.measures.validity import require_act_allowed
from engine.programme.renamings import operations
from engine.programme.titles import operations as titles


def may_start(context: GuardContext) -> None:
    """The title is not ended, belongs to the applicant, and no other renaming of it is open."""
    title = titles.require(context.session, str(context.facts["title_no"]))
    held = {grant.organisation for grant in context.actor.grants}
    uscc = None if context.actor.login == "system" or title.uscc in held else ""
    operations.require_may_apply(context.session, title.title_no, uscc)
    require_act_allowed(context.session, "title.rename", context.clock.now())


def may_apply(context: GuardContext) -> None:
    """The same once more at the click, unless it corrects an application that the city sent back."""
    if not context.variables.get("renaming_no"):
        may_start(context)


GUARDS: dict[str, Callable[[GuardContext], None]] = {
    "renamings.may_start": may_start,
    "renamings.may_apply": may_apply,
}
