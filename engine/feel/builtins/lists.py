"""Functions that take lists apart and put them together (DMN 1.5, 10.3.4.4). Positions count from 1 or from -1."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from engine.feel.budget import Meter
from engine.feel.builtins.registry import builtin
from engine.feel.comparison import equal
from engine.feel.functions import Invocable


def _position(items: list[Any], position: Decimal) -> int | None:
    """The index of a position, None when the list has no such."""
    index = int(position)
    if index == 0 or abs(index) > len(items):
        return None
    return index - 1 if index > 0 else len(items) + index


def _made(meter: Meter, items: list[Any]) -> list[Any]:
    meter.take(8 * len(items))
    return items


@builtin("list contains", "list: list, element: any")
def list_contains(meter: Meter, items: list[Any], element: Any) -> bool:
    """Whether an item equals the element."""
    return any(equal(item, element, meter) is True for item in items)


@builtin("count", "list: list")
def count(meter: Meter, items: list[Any]) -> Decimal:
    """The number of items."""
    return Decimal(len(items))


@builtin("is empty", "list: list")
def is_empty(meter: Meter, items: list[Any]) -> bool:
    """Whether there are no items (Camunda 8)."""
    return not items


@builtin("sublist", "list: list, start position: number, length?: number")
def sublist(meter: Meter, items: list[Any], start: Decimal, length: Decimal | None) -> list[Any] | None:
    """From a position, at most `length` items."""
    first = _position(items, start)
    if first is None or (length is not None and length < 0):
        meter.warn("VALUE", "sublist", start)
        return None
    return _made(meter, items[first:] if length is None else items[first : first + int(length)])


@builtin("append", "list: list, item...: any")
def append(meter: Meter, items: list[Any], *added: Any) -> list[Any]:
    """With items added at the end."""
    return _made(meter, [*items, *added])


@builtin("concatenate", "lists...: each")
def concatenate(meter: Meter, lists: list[Any]) -> list[Any] | None:
    """The items of all lists."""
    return _chain(meter, "concatenate", lists)


@builtin("union", "lists...: each")
def union(meter: Meter, lists: list[Any]) -> list[Any] | None:
    """The items of all lists without duplicates."""
    joined = _chain(meter, "union", lists)
    return None if joined is None else _distinct(meter, joined)


def _chain(meter: Meter, name: str, lists: list[Any]) -> list[Any] | None:
    joined: list[Any] = []
    for each in lists:
        if each is None:
            meter.warn("ARGUMENTS", name)
            return None
        joined.extend(each if type(each) is list else [each])
        meter.step(len(joined) // 8)
    return _made(meter, joined)


@builtin("insert before", "list: list, position: number, newItem: any")
def insert_before(meter: Meter, items: list[Any], position: Decimal, new: Any) -> list[Any] | None:
    """With a new item at the position."""
    index = _position(items, position)
    if index is None:
        meter.warn("VALUE", "insert before", position)
        return None
    return _made(meter, [*items[:index], new, *items[index:]])


@builtin("remove", "list: list, position: number")
def remove(meter: Meter, items: list[Any], position: Decimal) -> list[Any] | None:
    """Without the item at the position."""
    index = _position(items, position)
    if index is None:
        meter.warn("VALUE", "remove", position)
        return None
    return _made(meter, items[:index] + items[index + 1 :])


@builtin("list replace", "list: list, position: number, newItem: any")
def list_replace(meter: Meter, items: list[Any], position: Decimal, new: Any) -> list[Any] | None:
    """With another item at the position."""
    index = _position(items, position)
    if index is None:
        meter.warn("VALUE", "list replace", position)
        return None
    return _made(meter, [*items[:index], new, *items[index + 1 :]])


@builtin("list replace", "list: list, match: function, newItem: any")
def list_replace_matching(meter: Meter, items: list[Any], match: Invocable, new: Any) -> list[Any] | None:
    """With another item wherever match(item, newItem) is true; null when it is not boolean."""
    replaced: list[Any] = []
    for item in items:
        verdict = match.invoke(meter, [item, new])
        if type(verdict) is not bool:
            meter.warn("ARGUMENTS", "list replace")
            return None
        replaced.append(new if verdict else item)
    return _made(meter, replaced)


@builtin("reverse", "list: list")
def reverse(meter: Meter, items: list[Any]) -> list[Any]:
    """Last first."""
    return _made(meter, items[::-1])


@builtin("index of", "list: list, match: any")
def index_of(meter: Meter, items: list[Any], match: Any) -> list[Decimal]:
    """The positions of the items that equal the value."""
    return [Decimal(index) for index, item in enumerate(items, 1) if equal(item, match, meter) is True]


@builtin("distinct values", "list: list")
def distinct_values(meter: Meter, items: list[Any]) -> list[Any]:
    """The first of every set of equal items."""
    return _distinct(meter, items)


def _distinct(meter: Meter, items: Iterable[Any]) -> list[Any]:
    kept: list[Any] = []
    seen: set[tuple[type, Any]] = set()
    for item in items:
        if type(item) in (str, Decimal, bool):
            # Equality of these is Python's, so a set decides it at once.
            if (type(item), item) not in seen:
                seen.add((type(item), item))
                kept.append(item)
            continue
        meter.step(len(kept) // 8)
        if not any(equal(item, other, meter) is True for other in kept):
            kept.append(item)
    return _made(meter, kept)


@builtin("duplicate values", "list: list")
def duplicate_values(meter: Meter, items: list[Any]) -> list[Any]:
    """The items that occur more than once, each once (Camunda 8)."""
    kept: list[Any] = []
    for item in _distinct(meter, items):
        meter.step(len(items) // 8)
        if sum(equal(item, other, meter) is True for other in items) > 1:
            kept.append(item)
    return kept


@builtin("flatten", "list: list")
def flatten(meter: Meter, items: list[Any]) -> list[Any]:
    """Nested lists replaced by their items."""
    flat: list[Any] = []
    rest = [iter(items)]
    while rest:
        for item in rest[-1]:
            meter.step()
            if type(item) is list:
                rest.append(iter(item))
                break
            flat.append(item)
        else:
            rest.pop()
    return _made(meter, flat)


@builtin("partition", "list: list, size: number")
def partition(meter: Meter, items: list[Any], size: Decimal) -> list[Any] | None:
    """Lists of at most `size` consecutive items (Camunda 8)."""
    length = int(size)
    if length < 1:
        meter.warn("VALUE", "partition", size)
        return None
    return [_made(meter, items[first : first + length]) for first in range(0, len(items), length)]


@builtin("sort", "list: list, precedes: function")
def sort(meter: Meter, items: list[Any], precedes: Invocable) -> list[Any] | None:
    """In the order in which precedes(x, y) is true for neighbours; equal items keep their order."""
    failed = False

    def order(a: Any, b: Any) -> int:
        nonlocal failed
        first = precedes.invoke(meter, [a, b])
        failed = failed or type(first) is not bool
        if first is True:
            return -1
        return 1 if precedes.invoke(meter, [b, a]) is True else 0

    ordered = sorted(items, key=cmp_to_key(order))
    if failed:
        meter.warn("ARGUMENTS", "sort")
        return None
    return _made(meter, ordered)


@builtin("sort", "list: list")
def sort_plain(meter: Meter, items: list[Any]) -> list[Any] | None:
    """Numbers or strings in ascending order."""
    if {type(item) for item in items} <= {Decimal} or {type(item) for item in items} <= {str}:
        return _made(meter, sorted(items))
    meter.warn("ARGUMENTS", "sort")
    return None
