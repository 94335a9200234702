"""The parser: FEEL text to a syntax tree, by operator precedence (DMN 1.5, 10.3.1.2 and 10.3.1.3)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from engine.feel import nodes
from engine.feel.cursor import Cursor
from engine.feel.errors import depth_exceeded
from engine.feel.lexer import Token, unescape
from engine.feel.names import KnownNames
from engine.feel.nodes import Node
from engine.feel.temporal.parse import at_literal
from engine.feel.type_parser import read_type
from engine.feel.types import Type
from engine.feel.values import number

T = TypeVar("T")

MAX_NESTING = 50
MAX_CHAIN = 250

_OR, _AND, _COMPARE, _ADD, _MULTIPLY, _POWER, _NEGATE, _INSTANCE, _POSTFIX = range(1, 10)
_BINARY = {
    "or": _OR,
    "and": _AND,
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), _COMPARE),
    **dict.fromkeys(("+", "-"), _ADD),
    **dict.fromkeys(("*", "/"), _MULTIPLY),
    "**": _POWER,
}
_STRENGTH = {**_BINARY, "between": _COMPARE, "in": _COMPARE, "instance": _INSTANCE}
_STRENGTH |= dict.fromkeys((".", "[", "("), _POSTFIX)
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_CONSTANTS = {"true": True, "false": False, "null": None}


class Parser(Cursor):
    """Reads one text. `known` are the names in scope that are more than one plain word."""

    def __init__(self, text: str, known: KnownNames) -> None:
        super().__init__(text, known)
        self.nesting = 0
        self._tests_at = -1
        self._words: dict[str, Callable[[], Node]] = {
            "if": self._if,
            "for": self._for,
            "some": self._quantified,
            "every": self._quantified,
        }
        self._symbols: dict[str, Callable[[], Node]] = {
            "-": self._negation,
            "(": self._parenthesis,
            "[": self._bracket,
            "]": self._bracket,
            "{": self._context,
            "@": self._at,
        }

    # entry points

    def whole_expression(self) -> Node:
        """The text as one expression. Raises FeelSyntaxError or FeelBudgetExceeded."""
        node = self.expression()
        self.expect_end()
        return node

    def whole_unary_tests(self) -> tuple[bool, tuple[Node, ...]]:
        """The text as unary tests: whether they are negated, and the tests; none for `-`."""
        if self.at("-") and self.peek().kind == "end":
            return False, ()
        negated = self.token.text == "not" and self.peek().text == "(" and self._closes_at_end()
        if negated:
            self.index += 2
        tests = self._separated(self._test)
        if negated:
            self.expect(")")
        self.expect_end()
        return negated, tests

    def _closes_at_end(self) -> bool:
        depth = 0
        for index in range(self.index + 1, len(self.tokens) - 1):
            depth += {"(": 1, ")": -1}.get(self.tokens[index].text, 0)
            if depth == 0:
                return self.tokens[index + 1].kind == "end"
        return False

    # expressions

    def expression(self, strength: int = 0) -> Node:
        """Reads an expression whose operators bind more tightly than `strength`."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise depth_exceeded()
        node = self._operand()
        for _ in range(MAX_CHAIN):
            binding = _STRENGTH.get(self.token.text, 0) if self.token.kind in ("operator", "name") else 0
            if binding <= strength:
                self.nesting -= 1
                return node
            node = self._continue(node, self.token.text, binding)
        raise depth_exceeded()

    def _continue(self, left: Node, operator: str, binding: int) -> Node:
        if operator in _BINARY:
            self.index += 1
            return nodes.Binary(operator, left, self.expression(binding))
        if operator == "in":
            self.index += 1
            return nodes.In(left, self._in_tests())
        if operator == "between":
            self.index += 1
            low = self.expression(_COMPARE)
            self.expect("and")
            return nodes.Between(left, low, self.expression(_COMPARE))
        if operator == "instance":
            self.index += 1
            self.expect("of")
            return nodes.InstanceOf(left, read_type(self))
        return self._postfix(left, operator)

    def _postfix(self, left: Node, operator: str) -> Node:
        self.index += 1
        if operator == ".":
            return nodes.Path(left, self.name(any_word=True))
        if operator == "[":
            condition = self.expression()
            self.expect("]")
            return nodes.Filter(left, condition)
        return self._call(left)

    def _operand(self) -> Node:
        token = self.token
        if token.kind == "number":
            self.index += 1
            return self._number(token)
        if token.kind == "string":
            self.index += 1
            return nodes.Literal(unescape(token.text))
        if token.kind == "name":
            return self._word(token)
        read = self._symbols.get(token.text) if token.kind == "operator" else None
        if read is None:
            raise self.error(
                f"此处应为表达式，而不是{self.found('zh')}",
                f"expected an expression but found {self.found('en')}",
            )
        return read()

    def _number(self, token: Token) -> Node:
        value = number(token.text)
        if value is None:
            raise self.error("数值超出可表示的范围", "the number cannot be represented", token)
        return nodes.Literal(value)

    def _word(self, token: Token) -> Node:
        _, known = self.known.match(self.text, self.tokens, self.index)
        if known <= 1:
            if token.text in _CONSTANTS:
                self.index += 1
                return nodes.Literal(_CONSTANTS[token.text])
            if token.text in self._words:
                return self._words[token.text]()
            if token.text == "function" and self.peek().text == "(":
                return self._function()
        return nodes.Name(self.name())

    def _negation(self) -> Node:
        self.index += 1
        operand = self.expression(_NEGATE)
        if isinstance(operand, nodes.Literal) and isinstance(operand.value, Decimal):
            return nodes.Literal(-operand.value)
        return nodes.Negation(operand)

    def _at(self) -> Node:
        self.index += 1
        token = self.token
        if token.kind != "string":
            raise self.error(
                "“@”后应为带引号的日期、时间或时长", "“@” must be followed by a quoted date, time or duration"
            )
        self.index += 1
        return nodes.Literal(at_literal(unescape(token.text)))

    # parentheses, ranges, lists, contexts

    def _parenthesis(self) -> Node:
        allow_tests = self._tests_at == self.index
        self.index += 1
        first = self._test()
        if self.at("..") and not isinstance(first, nodes.Test):
            return self._range_rest(first, closed=False)
        tests = [first]
        while allow_tests and self.take(","):
            tests.append(self._test())
        self.expect(")")
        return first if len(tests) == 1 else nodes.Tests(tuple(tests))

    def _bracket(self) -> Node:
        closed = self.token.text == "["
        self.index += 1
        if closed and self.take("]"):
            return nodes.ListNode(())
        first = self.expression()
        if self.at(".."):
            return self._range_rest(first, closed)
        if not closed:
            raise self.error("此处应为“..”", "expected “..”")
        items = [first]
        while self.take(","):
            items.append(self.expression())
        self.expect("]")
        return nodes.ListNode(tuple(items))

    def _range_rest(self, low: Node, closed: bool) -> Node:
        self.expect("..")
        high = self.expression()
        if self.take("]"):
            return nodes.RangeNode(low, high, closed, True)
        if not self.take("["):
            self.expect(")")
        return nodes.RangeNode(low, high, closed, False)

    def _context(self) -> Node:
        self.index += 1
        entries: dict[str, Node] = {}
        while not self.at("}"):
            place = self.token
            key = self._key()
            self.expect(":")
            if key in entries:
                raise self.error(f"键“{key}”重复", f"the key “{key}” is given twice", place)
            entries[key] = self.expression()
            self.known.add(key)
            if not self.take(","):
                break
        self.expect("}")
        return nodes.ContextNode(tuple(entries.items()))

    def _key(self) -> str:
        if self.token.kind == "string":
            self.index += 1
            return unescape(self.tokens[self.index - 1].text)
        return self.label((":",))

    # calls and functions

    def _call(self, function: Node) -> Node:
        arguments: list[Node] = []
        names: list[str] = []
        while not self.at(")"):
            if self._is_named_argument():
                names.append(self.label((":",)))
                self.expect(":")
            arguments.append(self.expression())
            if not self.take(","):
                break
        if names and len(names) != len(arguments):
            raise self.error("命名参数不能与位置参数混用", "named and positional arguments cannot be mixed")
        self.expect(")")
        return nodes.Call(function, tuple(arguments), tuple(names) if names else None)

    def _is_named_argument(self) -> bool:
        ahead = 0
        while self.peek(ahead).kind in ("name", "number") or self.peek(ahead).text in ("-", "'"):
            ahead += 1
        return ahead > 0 and self.peek(ahead).text == ":"

    def _function(self) -> Node:
        self.index += 2
        parameters = () if self.at(")") else self._separated(self._parameter)
        self.expect(")")
        if self.token.text == "external":
            self.index += 1
            return nodes.FunctionDefinition(parameters, self.expression(), external=True)
        return nodes.FunctionDefinition(parameters, self.expression(), external=False)

    def _parameter(self) -> tuple[str, Type | None]:
        name = self.label((":", ",", ")"))
        self.known.add(name)
        return name, read_type(self) if self.take(":") else None

    # if, for, some, every

    def _if(self) -> Node:
        self.index += 1
        condition = self.expression()
        self.expect("then")
        yes = self.expression()
        self.expect("else")
        return nodes.If(condition, yes, self.expression())

    def _for(self) -> Node:
        self.index += 1
        self.known.add("partial")
        iterators = self._separated(self._iterator)
        self.expect("return")
        return nodes.For(iterators, self.expression())

    def _quantified(self) -> Node:
        every = self.token.text == "every"
        self.index += 1
        iterators = self._separated(self._iterator)
        self.expect("satisfies")
        return nodes.Quantified(every, iterators, self.expression())

    def _iterator(self) -> nodes.Iterator:
        name = self.label(("in",))
        self.known.add(name)
        self.expect("in")
        source = self.expression()
        return nodes.Iterator(name, source, self.expression() if self.take("..") else None)

    # unary tests

    def _in_tests(self) -> tuple[Node, ...]:
        if self.at("("):
            self._tests_at = self.index
        node = self._test(_COMPARE)
        return node.tests if isinstance(node, nodes.Tests) else (node,)

    def _test(self, strength: int = 0) -> Node:
        if self.token.kind == "operator" and self.token.text in _COMPARISONS:
            operator = self.token.text
            self.index += 1
            return nodes.Test(operator, self.expression(_COMPARE))
        return self.expression(strength)

    def _separated(self, read: Callable[[], T]) -> tuple[T, ...]:
        items = [read()]
        while self.take(","):
            items.append(read())
        return tuple(items)
