"""Read boxed expressions out of XML: one method a kind."""

from collections.abc import Callable, Iterable

from engine.dmn.boxed import (
    Box,
    Conditional,
    Context,
    Filter,
    Invocation,
    Iteration,
    ListBox,
    Literal,
    Relation,
)
from engine.dmn.elements import Element, children, first, text_of
from engine.dmn.findings import Findings
from engine.dmn.tables import read_table
from engine.errors import Refusal
from engine.feel import Expression, parse
from engine.xml import local

CheckLanguage = Callable[[Element, str], None]


class BoxReader:
    """Reads the boxed expressions of one decision. `names` are the names with spaces that are in scope."""

    def __init__(
        self, findings: Findings, owner: str, names: frozenset[str], check_language: CheckLanguage
    ) -> None:
        self.findings = findings
        self.owner = owner
        self.names = names
        self.check_language = check_language
        self.readers: dict[str, Callable[[Element], Box | None]] = {
            "literalExpression": self.literal,
            "decisionTable": lambda element: read_table(self, element),
            "context": self._context,
            "invocation": self._invocation,
            "list": self._list,
            "relation": self._relation,
            "conditional": self._conditional,
            "filter": self._filter,
            "for": self._iteration,
            "some": self._iteration,
            "every": self._iteration,
        }

    def child(self, element: Element | None) -> Box | None:
        """The first boxed expression inside an element, or None."""
        for inner in element if element is not None else ():
            reader = self.readers.get(local(inner))
            if reader is not None:
                return reader(inner)
            if local(inner) == "functionDefinition":
                self.error(
                    inner, "DMN_FUNCTION", "此处不支持函数定义", "A function definition is not supported here"
                )
        return None

    def literal(self, element: Element) -> Box | None:
        """A FEEL text. An empty one is null."""
        self.check_language(element, "expressionLanguage")
        text = text_of(element)
        expression = self.expression(element, text or "null")
        return Literal(text, expression) if expression else None

    def expression(self, element: Element, text: str, more: Iterable[str] = ()) -> Expression | None:
        """Parse FEEL, or note where it is wrong."""
        try:
            return parse(text, names=self.names | set(more))
        except Refusal as refused:
            self.error(
                element,
                "DMN_FEEL",
                f"{refused.message('zh')} （{text}）",
                f"{refused.message('en')} ({text})",
            )
            return None

    def with_names(self, more: Iterable[str]) -> "BoxReader":
        """A reader that knows more names."""
        return BoxReader(self.findings, self.owner, self.names | set(more), self.check_language)

    def error(self, element: Element, code: str, zh: str, en: str) -> None:
        """Note an error at the element, or at the decision when the element has no id."""
        self.findings.error(element.get("id") or self.owner, code, zh, en)

    def required(self, element: Element, part: str) -> Box:
        """The boxed expression in a named part; an error and null when it is missing."""
        inner = first(element, part)
        box = self.child(inner)
        if box is None:
            self.error(element, "DMN_INCOMPLETE", f"缺少 {part}", f"{part} is missing")
        return box or Literal("null", parse("null"))

    def _context(self, element: Element) -> Box:
        reader, entries = self, []
        for entry in children(element, "contextEntry"):
            variable = first(entry, "variable")
            name = variable.get("name") if variable is not None else None
            box = reader.child(entry)
            if box is None:
                self.error(entry, "DMN_INCOMPLETE", "上下文条目没有内容", "A context entry has no content")
                continue
            entries.append((name, box))
            reader = reader.with_names([name] if name else [])
        return Context(tuple(entries))

    def _invocation(self, element: Element) -> Box | None:
        function = text_of(first(element, "literalExpression"))
        bindings = []
        for binding in children(element, "binding"):
            parameter = next((child.get("name", "") for child in children(binding, "parameter")), "")
            box = self.child(binding)
            if not parameter or box is None:
                self.error(
                    element, "DMN_INCOMPLETE", "调用的参数不完整", "An argument of the call is incomplete"
                )
                continue
            bindings.append((parameter, box))
        arguments = ", ".join(f"{name}: argument_{n}" for n, (name, _) in enumerate(bindings))
        call = self.expression(element, f"{function}({arguments})", (name for name, _ in bindings))
        return Invocation(function, call, tuple(bindings)) if call else None

    def _list(self, element: Element) -> Box:
        boxes = [self.readers[local(child)](child) for child in element if local(child) in self.readers]
        return ListBox(tuple(box for box in boxes if box is not None))

    def _relation(self, element: Element) -> Box | None:
        columns = tuple(child.get("name", "") for child in children(element, "column"))
        rows = []
        for row in children(element, "row"):
            cells = [self.readers[local(cell)](cell) for cell in row if local(cell) in self.readers]
            rows.append(tuple(cell for cell in cells if cell is not None))
        if any(len(row) != len(columns) for row in rows):
            self.error(
                element, "DMN_INCOMPLETE", "行与列的数目不一致", "A row has not as many cells as columns"
            )
            return None
        return Relation(columns, tuple(rows))

    def _conditional(self, element: Element) -> Box:
        return Conditional(*(self.required(element, part) for part in ("if", "then", "else")))

    def _filter(self, element: Element) -> Box:
        return Filter(self.required(element, "in"), self.with_names(["item"]).required(element, "match"))

    def _iteration(self, element: Element) -> Box:
        kind, variable = local(element), element.get("iteratorVariable", "item")
        body = "return" if kind == "for" else "satisfies"
        inner = self.with_names([variable, "partial"])
        return Iteration(kind, variable, self.required(element, "in"), inner.required(element, body))
