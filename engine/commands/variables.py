"""Write a variable of a running instance by hand, of the type that it has."""

from collections.abc import Mapping
from typing import Any

from engine.bpmn.errors import Fault, NotWaiting
from engine.commands.feel_types import Difference, compared, name_of
from engine.commands.operations import open_for
from engine.commands.refusals import BadVariableName, OtherType, SameValue, VariableGone
from engine.commands.retrying import command
from engine.policy import Actor
from engine.runtime import Runtime, Transaction
from engine.store import json

RULE = "instance.variable"
LONGEST_KEPT = 4_000
"""Characters of JSON of a value that the audit trail keeps; of a longer one it keeps the hash."""


@command
def set_variable(
    rt: Runtime,
    actor: Actor,
    instance_key: int,
    scope: str,
    name: str,
    value: Any,
    reason: str,
    *,
    other_type: bool = False,
    new: bool = False,
) -> None:
    """Write one variable in one open scope; deadlines that have passed act first, nothing else moves.

    `other_type` says that another type is meant; `new`, that there is none of this name yet. Raises NotFound,
    NotAllowed, NoReason, InstanceEnded, VariableGone, BadVariableName, OtherType, SameValue, BadJson.
    """
    with rt.transaction() as tx:
        args = (instance_key, scope, name, value, reason)
        set_variable_in(rt, tx, actor, *args, other_type=other_type, new=new)


def set_variable_in(
    rt: Runtime,
    tx: Transaction,
    actor: Actor,
    instance_key: int,
    scope: str,
    name: str,
    value: Any,
    reason: str,
    *,
    other_type: bool = False,
    new: bool = False,
) -> None:
    """The same within a transaction."""
    work = open_for(rt, tx, actor, instance_key, RULE, reason)
    work.fire_due()
    value = json.checked(value)
    former = _former(work.case.scopes(), scope, name, new)
    differs = [] if new else compared(former, value)
    if differs and not other_type:
        raise OtherType(name=name, zh=said(differs, "zh"), en=said(differs, "en"))
    if not new and json.canonical(former) == json.canonical(value):
        raise SameValue(name=name)
    try:
        work.case.set_variables(scope, {name: value}, local=True)
    except (Fault, NotWaiting) as error:
        raise VariableGone(name=name) from error
    if work.row.status == "ACTIVE":
        work.run()
    told = {"variable": name, "scope": scope, "before": kept(former), "after": kept(value)}
    work.save(detail={"reason": reason, **told, "types": [_type(former, new), _type(value, False)]})


def said(differs: list[Difference], language: str) -> str:
    """What differs in its type, in words of one language."""
    return ("；" if language == "zh" else "; ").join(each.told(language) for each in differs[:5])


def kept(value: Any) -> Any:
    """A value as the audit trail keeps it."""
    text = json.dumps(value)
    return value if len(text) <= LONGEST_KEPT else {"sha256": json.sha256(value), "characters": len(text)}


def _former(scopes: Mapping[str, Mapping[str, Any]], scope: str, name: str, new: bool) -> Any:
    """The value so far. Raises VariableGone, BadVariableName."""
    if scope not in scopes or (name not in scopes[scope]) is not new:
        raise VariableGone(name=name)
    if new and not (name.isidentifier() and len(name) <= 100):
        raise BadVariableName(name=name[:100])
    return scopes[scope].get(name)


def _type(value: Any, new: bool) -> str:
    return "" if new else name_of(value)
