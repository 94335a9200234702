"""An uploaded file as the editors can open it: UTF-8 without a mark, and no known prefix for somebody else's words.

A file that needs nothing stays as it is, byte for byte. What cannot be read stays so, too: the check that every draft
gets says what is wrong with it, in a list.
"""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from engine import xml
from engine.xml import XmlRefused

KNOWN: Mapping[str, tuple[str, ...]] = {
    "bpmn": ("http://www.omg.org/spec/BPMN/20100524/MODEL",),
    "bpmndi": ("http://www.omg.org/spec/BPMN/20100524/DI",),
    "dc": ("http://www.omg.org/spec/DD/20100524/DC", "http://www.omg.org/spec/DMN/20180521/DC/"),
    "di": ("http://www.omg.org/spec/DD/20100524/DI", "http://www.omg.org/spec/DMN/20180521/DI/"),
    "zeebe": ("http://camunda.org/schema/zeebe/1.0",),
    "camunda": ("http://camunda.org/schema/1.0/bpmn", "http://camunda.org/schema/1.0/dmn"),
    "modeler": ("http://camunda.org/schema/modeler/1.0",),
    "bioc": ("http://bpmn.io/schema/bpmn/biocolor/1.0", "http://bpmn.io/schema/dmn/biodi/2.0"),
    "color": ("http://www.omg.org/spec/BPMN/non-normative/color/1.0",),
    "xsi": ("http://www.w3.org/2001/XMLSchema-instance",),
}
"""What the editors take a prefix for, whatever the file says that it stands for."""
XML = frozenset([".bpmn", ".dmn"])
TAG = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>", re.S)
DECLARED = re.compile(r"(\A<\?xml\s[^>]*?encoding\s*=\s*)([\"'])[A-Za-z0-9._-]+\2")
BINDING = re.compile(r"\sxmlns:([\w.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
ATTRIBUTE = re.compile(r"(\s+)([^\s=\"'<>/]+)(\s*=\s*)(\"[^\"]*\"|'[^']*')")
QNAME_VALUES = ("type", "structureRef", "itemRef", "itemSubjectRef")
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def normalised(file: str, content: bytes) -> bytes:
    """The content as it is kept: re-encoded as UTF-8 and foreign prefixes renamed, else unchanged."""
    if PurePosixPath(file).suffix not in XML:
        return _plain(content)
    try:
        xml.parse(file, content)  # what is no XML, too large or dangerous is not looked into any further
    except XmlRefused:
        return content
    text = xml.decoded(file, content)
    utf8 = DECLARED.sub(r"\1\2UTF-8\2", text).encode()
    made = content if _is_utf8(content, text) else utf8
    renamed = _renamed(text)
    return made if renamed == text else DECLARED.sub(r"\1\2UTF-8\2", renamed).encode()


def _plain(content: bytes) -> bytes:
    """JSON and TOML are UTF-8; a mark says where it is UTF-16."""
    encoding = next((name for mark, name in MARKS.items() if content.startswith(mark)), None)
    if encoding is None:
        return content
    try:
        return content.decode(encoding).encode()
    except UnicodeError:
        return content


def _is_utf8(content: bytes, text: str) -> bool:
    declared = DECLARED.match(text)
    named = declared is None or "utf-8" in declared.group().lower() or "utf8" in declared.group().lower()
    return named and content == text.encode()


def _renamed(text: str) -> str:
    """The text with every known prefix that is bound to something else under another name."""
    bound: dict[str, set[str]] = {}
    for found in TAG.finditer(text):
        if not found.group().startswith(("<!", "<?")):
            for prefix, one, other in BINDING.findall(found.group()):
                bound.setdefault(prefix, set()).add(one or other)
    for prefix, addresses in bound.items():
        foreign = prefix in KNOWN and addresses.isdisjoint(KNOWN[prefix])
        if foreign:
            text = _rename(text, prefix, _free(prefix, bound))
    return text


def _free(prefix: str, bound: Mapping[str, object]) -> str:
    number = 1
    while f"{prefix}{number}" in bound:
        number += 1
    return f"{prefix}{number}"


def _rename(text: str, old: str, new: str) -> str:
    """Another prefix in names of elements and attributes, and in attributes whose values are qualified names."""
    start, colon = re.compile(rf"\A(</?){re.escape(old)}:"), f"{old}:"

    def in_attribute(found: re.Match[str]) -> str:
        space, name, equals, value = found.groups()
        if name.rpartition(":")[2] in QNAME_VALUES and value[1:].startswith(colon):
            value = f"{value[0]}{new}:{value[1 + len(colon) :]}"
        if name == f"xmlns:{old}":
            name = f"xmlns:{new}"
        elif name.startswith(colon):
            name = f"{new}:{name[len(colon) :]}"
        return f"{space}{name}{equals}{value}"

    def in_tag(found: re.Match[str]) -> str:
        tag = found.group()
        if tag.startswith(("<!", "<?")):
            return tag
        return ATTRIBUTE.sub(in_attribute, start.sub(rf"\g<1>{new}:", tag))

    return TAG.sub(in_tag, text)
