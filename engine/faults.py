"""Named fault points: places where a test lets the process die, raise or wait. No-ops otherwise."""

from collections.abc import Callable

Action = Callable[[], None]

POINTS = frozenset(
    {
        "command.before",  # the transaction is open, nothing was read
        "command.after_steps",  # the engine has stepped, nothing was written
        "commit.before",  # everything was written, nothing is committed
        "commit.after",  # committed, the answer was not given yet
        "job.claimed",  # a worker holds a job, its work has not begun
        "job.done",  # the effect happened, its job is not marked done yet
        "timer.claimed",  # a worker holds a due timer, its instance is not locked yet
    }
)
MIGRATION_POINTS = frozenset(
    {
        "migration.between",  # one instance of a migration is committed, the next not begun
        "migration.written",  # an instance was written on its new rules, nothing is committed
    }
)
"""Those of the studio's migrations, which have tests of their own."""
BATCH_POINTS = frozenset(
    {
        "batch.between",  # one row of a batch of operations is committed, the next not begun
        "batch.written",  # a row was done and says so, nothing is committed
    }
)
"""Those of batches of operations, which have tests of their own, too."""

_armed: dict[str, Action] = {}


def point(name: str) -> None:
    """Run the action armed at this point, if there is one."""
    action = _armed.get(name)
    if action is not None:
        action()


def arm(name: str, action: Action) -> None:
    """Let `action` run whenever the point is passed. Raises KeyError for a name that is no fault point."""
    if name not in POINTS | MIGRATION_POINTS | BATCH_POINTS:
        raise KeyError(name)
    _armed[name] = action


def disarm() -> None:
    """Forget every armed action."""
    _armed.clear()
