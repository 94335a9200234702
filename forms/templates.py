"""form-js text templates: `{{ FEEL }}`, `{{#if FEEL}}…{{/if}}`, `{{#loop FEEL}}…{{/loop}}`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from engine.clock import in_words
from engine.errors import Language
from forms.expressions import Evaluator, Scope, is_feel

MAX_TURNS = 1000
_TAG = re.compile(r"\{\{\s*(#if|#loop|/if|/loop|)\s*(.*?)\s*\}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Node:
    """Literal text (`kind` "text"), an expression ("value"), or a block ("if", "loop") with its body."""

    kind: str
    text: str
    body: tuple["Node", ...] = ()


class BrokenTemplate(ValueError):
    """A block that is not closed, or closed but not open; `args` are the Chinese and the English text."""


@lru_cache(maxsize=2048)
def parse(text: str) -> tuple[Node, ...]:
    """The nodes of a template. Raises BrokenTemplate."""
    stack: list[tuple[str, str, list[Node]]] = [("", "", [])]
    position = 0
    for tag in _TAG.finditer(text):
        stack[-1][2].append(Node("text", text[position : tag.start()]))
        position = tag.end()
        _take(stack, tag[1], tag[2])
    if len(stack) > 1:
        raise BrokenTemplate(f"{{{{#{stack[-1][0]}}}}} 没有结束", f"{{{{#{stack[-1][0]}}}}} is not closed")
    return (*stack[0][2], Node("text", text[position:]))


def _take(stack: list[tuple[str, str, list[Node]]], tag: str, text: str) -> None:
    if tag.startswith("#"):
        stack.append((tag[1:], text, []))
    elif tag.startswith("/"):
        kind, expression, body = stack.pop()
        if kind != tag[1:] or not stack:
            raise BrokenTemplate(f"{{{{{tag}}}}} 没有对应的开始", f"{{{{{tag}}}}} closes nothing")
        stack[-1][2].append(Node(kind, expression, tuple(body)))
    else:
        stack[-1][2].append(Node("value", text))


def expressions(nodes: tuple[Node, ...]) -> list[str]:
    """Every FEEL text in a template."""
    found: list[str] = []
    for node in nodes:
        if node.kind != "text":
            found.append(node.text)
        found.extend(expressions(node.body))
    return found


def render(
    text: str,
    scope: Scope,
    evaluator: Evaluator,
    language: Language = "zh",
    escape: Callable[[str], str] = str,
) -> str:
    """The text with its expressions filled in; values go through `escape`. FEEL text (`=…`) is evaluated whole."""
    if is_feel(text):
        return told(evaluator.evaluate(text, scope), language)
    if "{{" not in text:
        return text
    try:
        nodes = parse(text)
    except BrokenTemplate:
        return text
    return "".join(_render(node, scope, evaluator.evaluate, evaluator, language, escape) for node in nodes)


def _render(
    node: Node,
    scope: Scope,
    evaluate: Callable[[str, Scope], Any],
    evaluator: Evaluator,
    language: Language,
    escape: Callable[[str], str],
) -> str:
    if node.kind == "text":
        return node.text
    value = evaluate(node.text, scope)
    if node.kind == "value":
        return escape(told(value, language))
    scopes: list[Scope] = []
    if node.kind == "if":
        scopes = [scope] if value is True else []
    elif isinstance(value, list):
        scopes, evaluate = [_entry_scope(scope, entry) for entry in value[:MAX_TURNS]], evaluator.apart
    return "".join(_render(n, s, evaluate, evaluator, language, escape) for s in scopes for n in node.body)


def _entry_scope(scope: Scope, entry: Any) -> Scope:
    return {**scope, **(entry if isinstance(entry, Mapping) else {}), "this": entry, "parent": scope}


def told(value: Any, language: Language = "zh") -> str:
    """A FEEL value within a text: as `written`, but days and instants in words (`2027年3月1日 17:00`)."""
    if isinstance(value, list):
        return ("、" if language == "zh" else ", ").join(told(entry, language) for entry in value)
    return in_words(written(value, language), language)


def written(value: Any, language: Language = "zh") -> str:
    """A FEEL value as people read it; nothing for null. Of {zh, en} the text of the language."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return {"zh": ("否", "是"), "en": ("no", "yes")}[language][value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list):
        return ("、" if language == "zh" else ", ").join(written(entry, language) for entry in value)
    return str(value.get(language) or "") if isinstance(value, Mapping) else str(value)
