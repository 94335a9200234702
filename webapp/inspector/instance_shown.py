"""One instance as its page shows it: its history up to a step, the names of its elements, the reader's eyes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from flask import request
from sqlalchemy.orm import Session

from engine.bpmn import ElementInfo
from engine.definitions import NotDeployed
from engine.errors import NotFound
from engine.inspecting import past
from engine.inspecting.past import History, Line, Node, Past
from engine.masking import Reader
from engine.store.instances import Instance
from webapp import access
from webapp.i18n import gettext as _
from webapp.inspector.elements import label
from webapp.masks import eyes
from webapp.names import process_names
from webapp.shared import now, runtime


@dataclass(frozen=True)
class Shown:
    """An instance now, or as of one of its steps."""

    session: Session
    row: Instance
    history: History
    step: int | None
    """The number of the step that is looked at; None for now."""
    eyes: Reader

    @cached_property
    def past(self) -> Past:
        """Its state: tokens, variables, incidents."""
        return self.history.now if self.step is None else self.history.after(self.step)

    @cached_property
    def at(self) -> datetime:
        """The instant of the state: until when running steps have lasted."""
        return now() if self.step is None else self.history.main(self.step).at

    @cached_property
    def last(self) -> int:
        """The number of the last step that counts."""
        return len(self.history.steps) - 1 if self.step is None else self.step

    @cached_property
    def mark(self) -> int | None:
        """The address of the step: what links within the page carry on; None for now."""
        return None if self.step is None else self.history.mark(self.step)

    def name(self, key: str) -> str:
        """What an element instance is called."""
        node = self.past.nodes.get(key) or self.history.now.nodes.get(key)
        return self.name_in(node.process, node.element_id, node.type) if node else key

    def name_in(self, process: str, element: str, type: str = "") -> str:
        """What an element of a process instance (its key) is called; what it is and its id when it has no name."""
        if type == "process":
            return self._processes.get(element, element)
        info = self.elements(process).get(element)
        return label(info, element)

    def element_of(self, line: Line) -> str:
        """What the element of a line of history is called."""
        if line.event == "variable":
            return self.name(line.element_instance)
        node = self.past.nodes.get(line.element_instance) or self.history.now.nodes.get(line.element_instance)
        return self.name_in(node.process if node else "", line.element_id, line.element_type)

    def elements(self, process: str) -> Mapping[str, ElementInfo]:
        """The elements of the process that an instance of it (its key) runs or ran by; none of what is unknown."""
        node = self.past.nodes.get(process) or self.history.now.nodes.get(process)
        return self._elements(node) if node else {}

    @cached_property
    def _known(self) -> dict[tuple[str, str], Mapping[str, ElementInfo]]:
        return {}

    def _elements(self, node: Node) -> Mapping[str, ElementInfo]:
        at = node.reference, node.element_id
        if at not in self._known:
            self._known[at] = self._read(*at)
        return self._known[at]

    def _read(self, reference: str, process: str) -> Mapping[str, ElementInfo]:
        known = runtime().definitions
        try:
            model = known.model(self.session, known.by_key(self.session, int(reference)))
        except (NotDeployed, ValueError):
            return {}
        return model.processes[process].elements if process in model.processes else {}

    @cached_property
    def _processes(self) -> dict[str, str]:
        found = {node.element_id for node in self.history.now.nodes.values() if node.type == "process"}
        return process_names(self.session, found | {self.row.process_id})

    @cached_property
    def title(self) -> str:
        """What the instance is called: its process."""
        return self._processes[self.row.process_id]

    @cached_property
    def about(self) -> str:
        """What the instance is about, as far as this reader may see it: its business key, else its number."""
        return self.eyes.text(self.row.business_key or "") or _("%(n)s 号", n=self.row.id)


def shown(session: Session, key: int) -> Shown:
    """The instance of an address, as of `?at=` (the id of an event) or `?when=` (an instant). Raises NotFound.

    Only for those who may look into every instance: whoever began one sees it on their own pages, not its machinery.
    """
    access.require("instance.read")
    row = session.get(Instance, key)
    if row is None:
        raise NotFound(what_zh="流程实例", what_en="The process instance")
    history = past.history(session, key)
    return Shown(session, row, history, _wished(history), eyes(session))


def _wished(history: History) -> int | None:
    """The step that the address asks for; None when it asks for none. Raises NotFound for one that is not there."""
    text = request.args.get("at", "")
    if not text:
        return None
    step = history.step_of(int(text)) if text.isascii() and text.isdigit() and len(text) < 19 else None
    if step is None:
        raise NotFound(what_zh="这一步", what_en="This step")
    return step
