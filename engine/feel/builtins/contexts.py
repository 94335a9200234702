"""Functions on contexts (DMN 1.5, 10.3.4.11)."""

from __future__ import annotations

from typing import Any

from engine.feel.budget import Meter
from engine.feel.builtins.registry import builtin
from engine.feel.errors import depth_exceeded

Context = dict[str, Any]


@builtin("get value", "m: context, key: string")
def get_value(meter: Meter, m: Context, key: str) -> Any:
    """The value of the entry, null when there is none."""
    return m.get(key)


@builtin("get value", "context: context, keys: list")
def get_nested_value(meter: Meter, context: Context, keys: list[Any]) -> Any:
    """The value at the end of a path of keys (Camunda 8)."""
    value: Any = context
    for key in keys:
        value = value.get(key) if type(value) is dict and type(key) is str else None
    return value


@builtin("get entries", "m: context")
def get_entries(meter: Meter, m: Context) -> list[Context]:
    """A list of {key, value}."""
    meter.take(300 * len(m))
    return [{"key": key, "value": value} for key, value in m.items()]


@builtin("context", "entries: list")
def context_(meter: Meter, entries: list[Any]) -> Context | None:
    """The context of a list of {key, value}; null for a key that is given twice."""
    made: Context = {}
    for entry in entries:
        key = entry.get("key") if type(entry) is dict else None
        if type(key) is not str or key in made or "value" not in entry:
            meter.warn("ARGUMENTS", "context")
            return None
        made[key] = entry["value"]
    meter.take(100 * len(made))
    return made


@builtin("context put", "context: context, key: string, value: any")
def context_put(meter: Meter, context: Context, key: str, value: Any) -> Context:
    """With the entry added or replaced."""
    return _with_entry(meter, context, key, value)


@builtin("context put", "context: context, keys: list, value: any")
def context_put_nested(meter: Meter, context: Context, keys: list[Any], value: Any) -> Context | None:
    """With the entry at the end of a path of keys added or replaced; contexts on the way are made."""
    if not keys or not all(type(key) is str for key in keys):
        meter.warn("ARGUMENTS", "context put")
        return None
    if len(keys) > 60:
        raise depth_exceeded()
    return _put_path(meter, context, keys, value)


def _put_path(meter: Meter, context: Context, keys: list[str], value: Any) -> Context:
    if len(keys) == 1:
        return _with_entry(meter, context, keys[0], value)
    inner = context.get(keys[0])
    nested = _put_path(meter, inner if type(inner) is dict else {}, keys[1:], value)
    return _with_entry(meter, context, keys[0], nested)


def _with_entry(meter: Meter, context: Context, key: str, value: Any) -> Context:
    meter.take(100 * (len(context) + 1))
    return {**context, key: value}


@builtin("context merge", "contexts: list")
def context_merge(meter: Meter, contexts: list[Any]) -> Context | None:
    """The entries of all; the last context that has a key gives its value."""
    merged: Context = {}
    for each in contexts:
        if type(each) is not dict:
            meter.warn("ARGUMENTS", "context merge")
            return None
        meter.step(len(each))
        meter.take(100 * len(each))
        merged.update(each)
    return merged
