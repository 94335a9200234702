"""Colleagues around a task: comments, countersignatures, reminders, copies, phrases, the diagram with the step."""

from webapp.collaboration import cases, countersigning, drawing, panel, phrases, saying
from webapp.collaboration.blueprint import blueprint

__all__ = ["blueprint", "cases", "countersigning", "drawing", "panel", "phrases", "saying"]
