"""Makes random processes of blocks, after the idea of Zeebe's randomized tests.

A block has one entry and one exit; blocks stand in a row or inside each other. The process seed chooses the
shape, the path seed what happens in it: decisions and durations are start variables, events come or do not come
by the plan. Every order of answers that the plan allows must have the same outcome, therefore

- every variable is written by one element and read only by elements that come after it,
- something is interrupted only while it stands still at a task that nobody completes.
"""

from tests.random.edges import Edges
from tests.random.program import Program


class Generator(Edges):
    """Every kind of block."""


def generate(process_seed: int, path_seed: int) -> Program:
    """The program of two seeds."""
    return Generator(process_seed, path_seed).program()


LEAVES = (
    Generator.user,
    Generator.user,
    Generator.manual,
    Generator.verb,
    Generator.verb,
    Generator.script,
    Generator.send,
    Generator.pause,
    Generator.receive,
    Generator.link,
    Generator.for_each_task,
)
NESTING = (
    Generator.exclusive,
    Generator.parallel,
    Generator.parallel,
    Generator.inclusive,
    Generator.race,
    Generator.loop,
    Generator.sub,
    Generator.for_each,
    Generator.call,
    Generator.caught,
    Generator.failing_sub,
    Generator.deadline,
    Generator.reminder,
    Generator.withdrawn,
    Generator.interrupted,
    Generator.accompanied,
    Generator.escalated,
    Generator.signalled,
    Generator.stopped,
)

Generator.leaves, Generator.nesting = LEAVES, NESTING
