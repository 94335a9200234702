"""The element instances as a tree, folded where many are alike, so that thousands stay one readable page."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from engine.inspecting.past import Node, Past

ALIKE = 5
"""More instances of one element under one parent are folded."""
SHOWN = 10
"""So many of the folded are listed: those at work first, then the newest."""


@dataclass(frozen=True, slots=True)
class Branch:
    """An element instance with what lies in it; or, when `folded`, an element with some of its instances."""

    node: Node
    children: "Sequence[Branch]"
    folded: int = 0
    """How many instances it stands for; 0 for a single one."""
    active: int = 0
    stopped: int = 0


def tree(past: Past) -> Branch | None:
    """The top process with everything in it; None for a history without a beginning."""
    top = past.nodes.get(past.top)
    if top is None:
        return None
    below: dict[str, list[Node]] = defaultdict(list)
    for node in past.nodes.values():
        if node.scope is not None and not (node.waits_only and node.incident is None):
            below[node.scope].append(node)
    return _branch(top, below)


def _branch(node: Node, below: dict[str, list[Node]]) -> Branch:
    alike: dict[tuple[str, str], list[Node]] = {}
    for child in below.get(node.key, ()):
        alike.setdefault((child.element_id, child.type), []).append(child)
    children = []
    for same in alike.values():
        if len(same) > ALIKE:
            children.append(_fold(same, below))
        else:
            children += [_branch(child, below) for child in same]
    children.sort(key=lambda branch: int(branch.node.key))
    return Branch(node, children)


def _fold(same: list[Node], below: dict[str, list[Node]]) -> Branch:
    shown = sorted(same, key=lambda node: (node.incident is None, not node.active, -int(node.key)))[:SHOWN]
    return Branch(
        same[0],
        [_branch(node, below) for node in sorted(shown, key=lambda node: int(node.key))],
        folded=len(same),
        active=sum(node.active for node in same),
        stopped=sum(node.incident is not None for node in same),
    )
