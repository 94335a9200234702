"""Reading FEEL text once and evaluating it often: the public face of the package."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from engine.feel.analysis import Analysis, analyse
from engine.feel.budget import DEFAULT_BUDGET, Budget, Meter
from engine.feel.builtins import BUILTINS
from engine.feel.compile import compile_node, compile_test
from engine.feel.compile.membership import any_of
from engine.feel.errors import depth_exceeded
from engine.feel.functions import Functions
from engine.feel.names import KnownNames
from engine.feel.nodes import Node
from engine.feel.parser import Parser
from engine.feel.scope import MISSING, Scope
from engine.feel.values import account_for_result, from_host
from engine.feel.values import prepared as prepared_value
from engine.feel.warnings import FeelWarning

if TYPE_CHECKING:
    from engine.clock import Clock

_BUILTIN_NAMES = KnownNames(BUILTINS)
_CACHE_SIZE = 4096
_CACHED_LENGTH = 4_000
"""Longer texts are read anew every time, so that the cache stays small."""


class _Source:
    """What expressions and unary tests share: the text and the variables that it may read."""

    __slots__ = ("_analysis", "text")

    def __init__(self, text: str, roots: Iterable[Node]) -> None:
        self.text = text
        self._analysis: Analysis = analyse(roots)

    @property
    def free_variables(self) -> frozenset[str]:
        """Names that the expression takes from its context; built-in functions are none of them."""
        return self._analysis.certain - BUILTINS.keys()

    @property
    def possible_variables(self) -> frozenset[str]:
        """The free variables and the names inside filters, which may be variables or properties of the items."""
        return self._analysis.possible - BUILTINS.keys()

    @property
    def mentioned(self) -> frozenset[str]:
        """Every name that is looked up in the context, those of built-in functions included: a variable may have one."""
        return self._analysis.possible

    def _scope(self, context: Mapping[str, Any], meter: Meter) -> Scope:
        """Only the names that the text mentions are taken over, so a large context costs nothing."""
        names: dict[str, Any] = {}
        for name in self._analysis.possible:
            value = context.get(name, MISSING)
            if value is not MISSING:
                names[name] = from_host(value, meter)
        return Scope(names, None, meter)


class Expression(_Source):
    """A parsed expression, immutable and re-usable."""

    __slots__ = ("_run",)

    def __init__(self, text: str, node: Node) -> None:
        super().__init__(text, (node,))
        self._run = compile_node(node, BUILTINS)

    def evaluate(
        self,
        context: Mapping[str, Any],
        *,
        clock: Clock,
        functions: Functions | None = None,
        budget: Budget | None = None,
        warnings: list[FeelWarning] | None = None,
    ) -> Any:
        """The value; null where FEEL cannot tell, with the reasons appended to `warnings`.

        Raises FeelBudgetExceeded, and what a registered function refuses; nothing else.
        """
        meter = Meter(budget or DEFAULT_BUDGET, clock, functions, warnings)
        try:
            result = self._run(self._scope(context, meter))
            account_for_result(result)
        except RecursionError:
            raise depth_exceeded() from None
        return result


class UnaryTests(_Source):
    """The parsed cell of a decision table: one or more tests of an input."""

    __slots__ = ("_negated", "_tests", "any_input")

    def __init__(self, text: str, negated: bool, tests: tuple[Node, ...]) -> None:
        super().__init__(text, tests)
        self._negated = negated
        self._tests = [compile_test(test, BUILTINS) for test in tests]
        self.any_input = not tests
        """Whether the cell is `-`: it lets everything pass."""

    @property
    def free_variables(self) -> frozenset[str]:
        """Names that the tests take from their context; `?`, the input, is none of them."""
        return super().free_variables - {"?"}

    def test(
        self,
        value: Any,
        context: Mapping[str, Any],
        *,
        clock: Clock,
        functions: Functions | None = None,
        budget: Budget | None = None,
        warnings: list[FeelWarning] | None = None,
    ) -> bool | None:
        """Whether the input passes; null where FEEL cannot tell. Raises as `Expression.evaluate` does."""
        if self.any_input:
            return True
        meter = Meter(budget or DEFAULT_BUDGET, clock, functions, warnings)
        try:
            scope = self._scope(context, meter)
            candidate = from_host(value, meter)
            inner = scope.inner({"?": candidate})
            verdict = any_of(test(inner, candidate) for test in self._tests)
        except RecursionError:
            raise depth_exceeded() from None
        if not self._negated or verdict is None:
            return verdict
        return not verdict


def parse(text: str, *, names: Iterable[str] = (), functions: Functions | None = None) -> Expression:
    """The expression of a text, cached. Raises FeelSyntaxError or FeelBudgetExceeded.

    `names` are those in scope (a mapping will do): needed only for names with operators or keywords in them.
    """
    return _expression(text, _special(names, functions))


def parse_unary_tests(
    text: str, *, names: Iterable[str] = (), functions: Functions | None = None
) -> UnaryTests:
    """The unary tests of a text, cached; the same otherwise as `parse`."""
    return _unary_tests(text, _special(names, functions))


def evaluate(
    text: str,
    context: Mapping[str, Any],
    *,
    clock: Clock,
    functions: Functions | None = None,
    budget: Budget | None = None,
    warnings: list[FeelWarning] | None = None,
) -> Any:
    """The value of an expression. Raises FeelSyntaxError, and as `Expression.evaluate` does."""
    expression = _expression(text, _special(context, functions))
    return expression.evaluate(context, clock=clock, functions=functions, budget=budget, warnings=warnings)


def prepared(value: Any, *, clock: Clock) -> Any:
    """Host data that nobody will change, taken over once: expressions that use it do not look through it again."""
    return prepared_value(value, Meter(DEFAULT_BUDGET, clock))


def unary_test(
    text: str,
    input: Any,
    context: Mapping[str, Any],
    *,
    clock: Clock,
    functions: Functions | None = None,
    budget: Budget | None = None,
) -> bool | None:
    """Whether an input passes unary tests. Raises FeelSyntaxError, and as `Expression.evaluate` does."""
    tests = _unary_tests(text, _special(context, functions))
    return tests.test(input, context, clock=clock, functions=functions, budget=budget)


def _special(names: Iterable[str], functions: Functions | None) -> frozenset[str]:
    """The names that are more than one plain word: only they change how a text is read."""
    known = names if isinstance(names, Mapping) else list(names)
    special = [] if _PLAIN.issuperset(known) else [name for name in known if not _is_plain(name)]
    if functions is not None:
        special += functions.special_names
    return frozenset(special) if special else _NONE


def _is_plain(name: str) -> bool:
    """Whether it is one word; remembered, for every evaluation asks it of every variable."""
    if name in _PLAIN:
        return True
    if name.isidentifier():
        if len(_PLAIN) >= MOST_PLAIN:
            _PLAIN.clear()
        _PLAIN.add(name)
        return True
    return False


_NONE: frozenset[str] = frozenset()
_PLAIN: set[str] = set()
MOST_PLAIN = 10_000


def _known(special: frozenset[str]) -> KnownNames:
    known = _BUILTIN_NAMES.copy()
    for name in special:
        known.add(name)
    return known


def _read_expression(text: str, special: frozenset[str]) -> Expression:
    try:
        return Expression(text, Parser(text, _known(special)).whole_expression())
    except RecursionError:
        raise depth_exceeded() from None


def _read_unary_tests(text: str, special: frozenset[str]) -> UnaryTests:
    try:
        return UnaryTests(text, *Parser(text, _known(special)).whole_unary_tests())
    except RecursionError:
        raise depth_exceeded() from None


_cached_expression = lru_cache(maxsize=_CACHE_SIZE)(_read_expression)
_cached_unary_tests = lru_cache(maxsize=_CACHE_SIZE)(_read_unary_tests)


def _expression(text: str, special: frozenset[str]) -> Expression:
    read = _cached_expression if len(text) <= _CACHED_LENGTH else _read_expression
    return read(text, special)


def _unary_tests(text: str, special: frozenset[str]) -> UnaryTests:
    read = _cached_unary_tests if len(text) <= _CACHED_LENGTH else _read_unary_tests
    return read(text, special)
