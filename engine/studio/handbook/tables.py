"""The decisions of a file as tables to read: columns of conditions and conclusions, a row a rule; or their texts."""

import re
from dataclasses import dataclass

from lxml import etree

from engine import xml
from engine.dmn.elements import english_name
from engine.errors import Language
from engine.studio.handbook.words import HIT, label, say

STRINGS = re.compile(r'"[^"]*"(?:\s*,\s*"[^"]*")*')
BOOLEANS = {"true": "yes", "false": "no", "-": "any", "": "any"}


@dataclass(frozen=True, slots=True)
class Table:
    """One decision. A decision without rules has `texts` (name and expression) instead of columns and rows."""

    id: str
    name: str
    text: str
    hit: str = ""
    columns: tuple[str, ...] = ()
    conditions: int = 0
    """How many of the columns are conditions; those behind them are conclusions, then remarks."""
    rows: tuple[tuple[str, ...], ...] = ()
    texts: tuple[tuple[str, str], ...] = ()


def tables(file: str, content: bytes, language: Language) -> list[Table]:
    """Every decision and business knowledge model of a file, in its order. Raises XmlRefused."""
    root = xml.parse(file, content)
    found = [node for node in root if xml.local(node) in ("decision", "businessKnowledgeModel")]
    return [_table(node, language) for node in found]


def required(file: str, content: bytes, decision_id: str) -> list[str]:
    """The decision and what it needs of its file, itself first. Raises XmlRefused."""
    root = xml.parse(file, content)
    needs = {node.get("id", ""): _needs(node) for node in root if node.get("id")}
    found = [decision_id]
    for each in found:
        found += [other for other in needs.get(each, []) if other not in found and other in needs]
    return [id for id in found if id in needs]


def _needs(node: etree._Element) -> list[str]:
    names = ("requiredDecision", "requiredKnowledge")
    return [
        each.get("href", "").rpartition("#")[2] for each in node.iterdescendants() if xml.local(each) in names
    ]


def _table(node: etree._Element, language: Language) -> Table:
    id, name = node.get("id", ""), node.get("name", "") or node.get("id", "")
    name = (english_name(node) if language == "en" else "") or name
    said = _text(node, "description")
    table = next((each for each in node.iterdescendants() if xml.local(each) == "decisionTable"), None)
    if table is None:
        return Table(id, name, said, texts=tuple(_texts(node, language)))
    parts = {kind: [e for e in table if xml.local(e) == kind] for kind in ("input", "output", "annotation")}
    rules = [e for e in table if xml.local(e) == "rule"]
    remarks = any(_text(rule, "description") for rule in rules)
    columns = [_label(e, n) for kind in parts.values() for n, e in enumerate(kind, start=1)]
    policy = table.get("hitPolicy", "UNIQUE")
    hit = say(HIT.get(policy, (policy, policy)), language)
    if aggregation := table.get("aggregation"):
        hit = f"{hit} ({aggregation})"
    return Table(
        id,
        name,
        said,
        hit,
        tuple(columns) + ((label("annotation", language),) if remarks else ()),
        len(parts["input"]),
        tuple(_row(rule, parts, remarks, language) for rule in rules),
    )


def _row(
    rule: etree._Element, parts: dict[str, list[etree._Element]], remarks: bool, language: Language
) -> tuple[str, ...]:
    """The cells in the order of the columns; one that the file does not have is empty."""
    cells: list[str] = []
    for kind, columns in parts.items():
        entries = [_text(e, "text") for e in rule if xml.local(e) == f"{kind}Entry"][: len(columns)]
        shown = [e if kind == "annotation" else cell_words(e, kind == "input", language) for e in entries]
        cells += [*shown, *[""] * (len(columns) - len(entries))]
    return (*cells, _text(rule, "description")) if remarks else tuple(cells)


def cell_words(text: str, condition: bool, language: Language) -> str:
    """A cell as people read it: yes and no, names without quotes; other FEEL as it is."""
    if text in BOOLEANS and (condition or text in ("true", "false")):
        return label(BOOLEANS[text], language)
    if STRINGS.fullmatch(text):
        return ("、" if language == "zh" else ", ").join(re.findall(r'"([^"]*)"', text))
    return text


def _label(column: etree._Element, number: int) -> str:
    expression = next((e for e in column if xml.local(e) == "inputExpression"), None)
    found = column.get("label") or column.get("name")
    return found or (_text(expression, "text") if expression is not None else "") or str(number)


def _texts(node: etree._Element, language: Language) -> list[tuple[str, str]]:
    """The expressions of a decision without a table: of a boxed context with the names of its entries."""
    found = []
    for each in node.iterdescendants():
        if xml.local(each) == "literalExpression" and (text := _text(each, "text")):
            around = each.getparent()
            variable = (
                next((v for v in around if xml.local(v) == "variable"), None) if around is not None else None
            )
            named = variable.get("name") if variable is not None and around is not node else None
            found.append((named or label("expression", language), text))
    return found


def _text(node: etree._Element, name: str) -> str:
    return next(((e.text or "").strip() for e in node if xml.local(e) == name), "")
