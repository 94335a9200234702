"""One instance as it is and as it was: its history is played again, up to any event or instant."""

from engine.inspecting.past.replay import Event, Node, Past, Written, replay
from engine.inspecting.past.steps import Step, steps

__all__ = ["Event", "Node", "Past", "Step", "Written", "replay", "steps"]
