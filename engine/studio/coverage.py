"""What runs have reached of the diagrams: elements and the flows between them, by process."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.bpmn.waits import ElementEvent
from engine.studio.rules import Rules


@dataclass(frozen=True, slots=True)
class Parts:
    """What there is to reach in a process: elements and sequence flows, id to name."""

    elements: Mapping[str, str]
    flows: Mapping[str, str]

    def __len__(self) -> int:
        return len(self.elements) + len(self.flows)


@dataclass(slots=True)
class Coverage:
    """How often each element and flow was reached, by process id."""

    reached: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))

    def add(self, events: Iterable[ElementEvent]) -> None:
        """Count what the history of one case reached, in the processes that it called too."""
        process: dict[str | None, str] = {}
        for event in events:
            if event.event != "activated":
                continue
            if event.element_type == "process":
                process[event.element_instance] = str(event.detail["reference"])
                continue
            owner = process[event.element_instance] = process[event.scope]
            self.reached[owner][event.element_id] += 1
            if flow := event.detail.get("flow"):
                self.reached[owner][str(flow)] += 1

    def missing(self, process_id: str, parts: Parts) -> dict[str, str]:
        """The elements and flows of a process that nothing reached, id to name."""
        seen = self.reached.get(process_id, {})
        return {id: name for id, name in {**parts.elements, **parts.flows}.items() if id not in seen}

    def share(self, process_id: str, parts: Parts) -> float:
        """How much of a process was reached, 0 to 1."""
        return 1 - len(self.missing(process_id, parts)) / len(parts) if len(parts) else 1.0


def parts(rules: Rules, process_id: str) -> Parts:
    """What there is to reach in a process. Raises NotDeployed."""
    info = rules.model(process_id).processes[process_id]
    return Parts({id: element.name for id, element in info.elements.items()}, info.flows)
