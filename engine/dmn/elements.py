"""Small readings of DMN elements."""

from collections.abc import Iterator

from lxml import etree

from engine.xml import local

Element = etree._Element


def children(element: Element, kind: str) -> Iterator[Element]:
    """The children of one kind, by local name."""
    return (child for child in element if local(child) == kind)


def first(element: Element, kind: str) -> Element | None:
    """The first child of one kind, or None."""
    return next(children(element, kind), None)


def text_of(element: Element | None) -> str:
    """The content of the `text` child, with non-breaking spaces as plain ones; empty without one."""
    child = first(element, "text") if element is not None else None
    return ((child.text if child is not None else None) or "").replace("\u00a0", " ").strip()


def english_name(element: Element) -> str:
    """The `luzhi:name_en` property of a decision or function; "" without one."""
    properties = element.iterfind("{*}extensionElements/{*}properties/{*}property")
    return next((p.get("value", "") for p in properties if p.get("name") == "luzhi:name_en"), "")
