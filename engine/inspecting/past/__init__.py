"""One instance as it is and as it was: its history is played again, up to any event or instant."""

from engine.inspecting.past.differing import Difference, differences
from engine.inspecting.past.reading import History, Line, history
from engine.inspecting.past.replay import Event, Node, Past, Written, replay
from engine.inspecting.past.steps import Step, steps

__all__ = [
    "Difference",
    "Event",
    "History",
    "Line",
    "Node",
    "Past",
    "Step",
    "Written",
    "differences",
    "history",
    "replay",
    "steps",
]
