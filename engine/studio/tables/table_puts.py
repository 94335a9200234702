"""Put what a sheet says into a decision table of a file: only what differs is touched, everything else stays."""

from lxml import etree

from engine.dmn.elements import Element, children, first, text_of
from engine.dmn.table import AGGREGATIONS
from engine.studio.tables.table_sheets import (
    DESCRIPTION,
    INPUT,
    NOTE,
    OUTPUT,
    Sheet,
    SheetColumn,
    SheetRule,
    sheet_of,
)
from engine.xml import local


class _Ids:
    """Ids that the file does not have yet, each given once."""

    def __init__(self, table: Element) -> None:
        self.stem = table.get("id") or "table"
        self.taken = {e.get("id") for e in table.getroottree().getroot().iter()}

    def fresh(self, kind: str) -> str:
        """A new id for something of this kind."""
        number = 1
        while f"{self.stem}_{kind}_{number}" in self.taken:
            number += 1
        self.taken.add(f"{self.stem}_{kind}_{number}")
        return f"{self.stem}_{kind}_{number}"


def put(decision: Element, table: Element, sheet: Sheet) -> bool:
    """Make a decision's table say what a sheet says; answer whether it said anything else before."""
    before = sheet_of(decision, table)
    if before == sheet:
        return False
    ids = _Ids(table)
    _policy(table, sheet.policy)
    _put_columns(table, before, sheet, ids)
    _put_rules(table, before, sheet, ids)
    return True


def _policy(table: Element, policy: str) -> None:
    name, _, aggregation = (
        policy.rpartition(" ") if policy.split(" ")[-1] in AGGREGATIONS else (policy, "", "")
    )
    if (table.get("hitPolicy") or "UNIQUE") != name:
        table.set("hitPolicy", name)
    if aggregation:
        table.set("aggregation", aggregation)
    elif "aggregation" in table.attrib:
        del table.attrib["aggregation"]


def _put_columns(table: Element, before: Sheet, sheet: Sheet, ids: _Ids) -> None:
    """Columns that stay keep their elements; new ones get an id; those that are not there any more go."""
    for kind in (INPUT, OUTPUT, NOTE):
        found = list(children(table, kind))
        columns = _kind(before, kind)
        said = {column.id: column for column in columns}
        old: dict[str, Element] = {c.id: e for c, e in zip(columns, found, strict=True)}
        for element in found:
            table.remove(element)
        for column in _kind(sheet, kind):
            kept = old.get(column.id)
            fresh = "" if kind == NOTE or kept is not None else ids.fresh(kind)
            element = kept if kept is not None else _new(table, kind, fresh)
            if said.get(column.id) != column:
                _describe(element, column)
            _insert(table, element)


def _kind(sheet: Sheet, kind: str) -> list[SheetColumn]:
    return [column for column in sheet.columns if column.kind == kind]


def _describe(element: Element, column: SheetColumn) -> None:
    if column.kind == NOTE:
        _set(element, "name", column.label)
        return
    _set(element, "label", column.label)
    if column.kind == INPUT:
        expression = _ensure(element, "inputExpression")
        _text(expression, column.expression)
        _set(expression, "typeRef", column.type)
    else:
        _set(element, "name", column.expression)
        _set(element, "typeRef", column.type)
    _optional(element, "inputValues" if column.kind == INPUT else "outputValues", column.values)
    if column.kind == OUTPUT:
        _optional(element, "defaultOutputEntry", column.default)


def _put_rules(table: Element, before: Sheet, sheet: Sheet, ids: _Ids) -> None:
    found = list(children(table, "rule"))
    old: dict[str | None, Element] = {rule.get("id"): rule for rule in found}
    places = {id: {c.id: n for n, c in enumerate(_kind(before, id))} for id in (INPUT, OUTPUT, NOTE)}
    for rule in found:
        table.remove(rule)
    for row in sheet.rules:
        kept = old.get(row.id)
        rule = kept if kept is not None else _new(table, "rule", ids.fresh("rule"))
        _put_rule(rule, sheet, row, places, ids)
        table.append(rule)


def _put_rule(
    rule: Element, sheet: Sheet, row: SheetRule, places: dict[str, dict[str, int]], ids: _Ids
) -> None:
    """Entries that stay are the same elements; their order follows the columns."""
    for kind in (INPUT, OUTPUT, NOTE):
        entries = list(children(rule, f"{kind}Entry"))
        for entry in entries:
            rule.remove(entry)
        for column, text in zip(sheet.columns, row.cells, strict=True):
            if column.kind != kind:
                continue
            place = places[kind].get(column.id)
            if place is not None and place < len(entries):
                entry = entries[place]
            else:
                entry = _new(rule, f"{kind}Entry", "" if kind == NOTE else ids.fresh(f"{kind}Entry"))
            if text_of(entry) != text or first(entry, "text") is None:
                _text(entry, text)
            rule.append(entry)
    _put_description(rule, sheet, row)


def _put_description(rule: Element, sheet: Sheet, row: SheetRule) -> None:
    said = next((t for c, t in zip(sheet.columns, row.cells, strict=True) if c.kind == DESCRIPTION), None)
    element = first(rule, DESCRIPTION)
    if said is None or said == ((element.text if element is not None else None) or "").strip():
        return
    if element is None:
        element = etree.Element(_tag(rule, DESCRIPTION))
        rule.insert(0, element)
    element.text = said
    if not said:
        rule.remove(element)


def _insert(table: Element, column: Element) -> None:
    """Behind the columns that stand before it in the standard's order: inputs, outputs, annotations, rules."""
    order = (INPUT, OUTPUT, NOTE, "rule")
    rank = order.index(local(column))
    at = sum(1 for e in table if local(e) not in order or order.index(local(e)) <= rank)
    table.insert(at, column)


def _new(table: Element, name: str, id: str) -> Element:
    element = etree.Element(_tag(table, name))
    if id:
        element.set("id", id)
    return element


def _tag(near: Element, name: str) -> str:
    return f"{{{etree.QName(near).namespace}}}{name}"


def _ensure(element: Element, name: str) -> Element:
    child = first(element, name)
    if child is None:
        child = etree.SubElement(element, _tag(element, name))
    return child


def _text(element: Element, text: str) -> None:
    _ensure(element, "text").text = text


def _optional(element: Element, name: str, text: str) -> None:
    """Values stand before a default (the standard's order)."""
    child = first(element, name)
    if text and child is None:
        child = etree.Element(_tag(element, name))
        default = first(element, "defaultOutputEntry")
        element.insert(len(element) if default is None else element.index(default), child)
    if text and child is not None:
        _text(child, text)
    elif child is not None:
        element.remove(child)


def _set(element: Element, name: str, value: str) -> None:
    if value:
        element.set(name, value)
    elif name in element.attrib:
        del element.attrib[name]
