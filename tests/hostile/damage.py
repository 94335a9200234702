"""Damages good XML files in random places: what an editor that crashes, a merge or an attacker may leave."""

import copy
from collections.abc import Callable
from random import Random

from lxml import etree

JUNK = (
    "",
    " ",
    "=",
    "=x",
    "=1 +",
    "ghost",
    "p",
    "true",
    "-1",
    "P1D",
    "=[]",
    "R/",
    "{{x}}",
    "\u202e",
    "名",
    "a" * 300,
)


def damaged(content: bytes, random: Random, times: int = 1) -> bytes:
    """The file with that many places damaged."""
    root = etree.fromstring(content)
    for _ in range(times):
        random.choice(WAYS)(_any(root, random), root, random)
    return etree.tostring(root)


def _any(root: etree._Element, random: Random) -> etree._Element:
    return random.choice([node for node in root.iter() if isinstance(node.tag, str)])


def _forget_attribute(node: etree._Element, root: etree._Element, random: Random) -> None:
    if node.attrib:
        del node.attrib[random.choice(sorted(node.attrib))]


def _change_attribute(node: etree._Element, root: etree._Element, random: Random) -> None:
    if node.attrib:
        node.set(random.choice(sorted(node.attrib)), random.choice(JUNK))


def _mix_attributes(node: etree._Element, root: etree._Element, random: Random) -> None:
    other = _any(root, random)
    if node.attrib and other.attrib:
        value = other.get(random.choice(sorted(other.attrib)))
        node.set(random.choice(sorted(node.attrib)), value or "")


def _remove(node: etree._Element, root: etree._Element, random: Random) -> None:
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def _repeat(node: etree._Element, root: etree._Element, random: Random) -> None:
    if node is not root:
        _any(root, random).append(copy.deepcopy(node))


def _rename(node: etree._Element, root: etree._Element, random: Random) -> None:
    node.tag = _any(root, random).tag


def _write(node: etree._Element, root: etree._Element, random: Random) -> None:
    node.text = random.choice(JUNK)


def _hollow(node: etree._Element, root: etree._Element, random: Random) -> None:
    for inner in list(node):
        node.remove(inner)


Way = Callable[[etree._Element, etree._Element, Random], None]
WAYS: tuple[Way, ...] = (
    _forget_attribute,
    _change_attribute,
    _mix_attributes,
    _remove,
    _repeat,
    _rename,
    _write,
    _hollow,
)
