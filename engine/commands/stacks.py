"""Where in the program an error arose, for the administrator who looks at what stopped: files, lines, names only."""

import traceback
from pathlib import Path

from engine.bpmn.errors import Interrupted
from engine.errors import Refusal
from engine.settings import project_root
from engine.verbs import BpmnError

CALLS = 30
"""The innermost calls that are kept."""


def stack(error: BaseException) -> str | None:
    """A line for each call, the outermost first; None for what is no defect of the program. No values are in it."""
    if isinstance(error, Refusal | BpmnError | Interrupted):
        return None
    calls = traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__), lookup_lines=False)
    return "\n".join(f"{_file(call.filename)}:{call.lineno} {call.name}" for call in calls[-CALLS:]) or None


def _file(name: str) -> str:
    """A file by its place in the program or in its package: where these are installed is nobody's business."""
    package = name.replace("\\", "/").rpartition("/site-packages/")[2]
    path = Path(package)
    return path.relative_to(project_root()).as_posix() if path.is_relative_to(project_root()) else package
