"""Functions: defined, called by position and by name, registered by the programme, refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.errors import Refusal
from engine.feel import Functions
from tests.unit.feel.support import feel, warnings_of


def test_a_function_is_a_value_that_sees_where_it_was_defined() -> None:
    assert feel("{add: function(x, y) x + y + z, z: 1, r: add(1, 2)}.r", {"z": 10}) == 4
    assert feel("(function(x) x * 2)(4)") == 8


def test_arguments_by_name_may_come_in_any_order() -> None:
    assert feel('substring(start position: 2, string: "abc")') == "bc"
    assert feel("{f: function(a, b) a - b, r: f(b: 1, a: 3)}.r") == 2


@pytest.mark.parametrize(
    "text", ['substring("abc")', 'substring(text: "abc", start position: 1)', "abs(1, 2)", "abs()"]
)
def test_arguments_that_do_not_fit_give_null_and_a_warning(text: str) -> None:
    assert feel(text) is None
    assert [warning.code for warning in warnings_of(text)] == ["ARGUMENTS"]


def test_what_is_no_function_cannot_be_called() -> None:
    assert feel("a(1)", {"a": 5}) is None
    assert feel("unheard of(1)") is None


def test_a_one_element_list_serves_as_its_element_and_the_other_way_round() -> None:
    assert feel('upper case(["a"])') == "A"
    assert feel('string join("a")') == "a"


def test_a_typed_parameter_turns_what_does_not_conform_into_null() -> None:
    assert feel('{f: function(a: number) a, r: [f(1), f("x"), f([2])]}.r') == [1, None, 2]


def test_external_functions_are_refused() -> None:
    text = 'function(x) external {java: {class: "java.lang.Runtime", method signature: "exec(java.lang.String)"}}'
    assert feel(text) is None
    assert [warning.code for warning in warnings_of(text)] == ["EXTERNAL"]


def test_recursion_works_within_the_limit() -> None:
    assert feel("{f: function(n) if n = 0 then 0 else n + f(n - 1), r: f(10)}.r") == 55


def test_functions_can_be_passed_on() -> None:
    assert feel("{twice: function(f, x) f(f(x)), r: twice(function(x) x + 1, 1)}.r") == 3
    assert feel("{f: abs, r: f(-1)}.r") == 1


def _programme() -> Functions:
    functions = Functions()
    functions.register("workdays after", ("date", "n"), lambda day, n: f"{day}+{n}")
    functions.register("workdays between", ("first", "last"), lambda first, last: 5)
    functions.register("fee", ("amount", "rate"), lambda amount, rate=None: amount * (rate or 2), optional=1)
    return functions


def test_the_programme_can_add_functions_by_name() -> None:
    assert feel('workdays after(@"2024-09-30", 3)', functions=_programme()) == "2024-09-30+3"
    assert feel("fee(3) + fee(rate: 3, amount: 1)", functions=_programme()) == 9


def test_a_registered_name_may_contain_a_keyword() -> None:
    assert feel("workdays between(1, 2) > 4 and true", functions=_programme()) is True


def test_results_of_the_programme_become_feel_values() -> None:
    result = feel("workdays between(1, 2)", functions=_programme())
    assert type(result) is Decimal


def test_a_variable_hides_a_function_of_the_same_name_except_where_it_is_called() -> None:
    assert feel("count + 1", {"count": 4}) == 5
    assert feel("count([1, 2]) + count", {"count": 4}) == 6
    assert feel("abs(1)", {"abs": feel("function(x) x + 9")}) == 10


def test_a_name_is_registered_once() -> None:
    functions = _programme()
    with pytest.raises(ValueError, match="twice"):
        functions.register("fee", (), lambda: None)
    with pytest.raises(ValueError, match="twice"):
        functions.merge(_programme())


class YearIsUnknown(Refusal):
    """A refusal of the programme."""


def test_a_refusal_of_a_registered_function_reaches_the_caller() -> None:
    def refuse(year: Decimal) -> None:
        raise YearIsUnknown(year=year)

    functions = Functions()
    functions.register("workday", ("year",), refuse)
    with pytest.raises(YearIsUnknown):
        feel("workday(2031)", functions=functions)
