"""Verbs: what a service task may call. A diagram names one (`taskDefinition type="titles.grant"`), never code.

A verb declares its inputs and outputs, from which lint and the element templates are made, and whether it is
*pure*: pure database work runs inside the transaction of the command that reaches it; anything else (mail,
rendering, HTTP) becomes a job after the commit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from engine.clock import Clock


@dataclass(frozen=True, slots=True)
class Parameter:
    """One input or output of a verb: its ASCII variable name, FEEL type, labels, and whether it must be given."""

    name: str
    type: str
    zh: str
    en: str
    required: bool = True


class BpmnError(Exception):
    """Raised by a verb: a business error that the diagram may catch by its code (BPMN 2.0, 10.5.1)."""

    def __init__(self, code: str, message: str = "", variables: Mapping[str, Any] | None = None) -> None:
        self.code, self.message, self.variables = code, message, dict(variables or {})
        super().__init__(f"{code}: {message}")


class Publish(Protocol):
    """Leaves a message for other instances; it is delivered by a job after the commit."""

    def __call__(
        self, name: str, correlation_key: str, variables: Mapping[str, Any], *, time_to_live: str = "PT0S"
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class VerbContext:
    """What a verb is handed: its transaction, the time, who it works for, and the way to tell others."""

    session: "Session"
    clock: "Clock"
    instance_key: int
    process_id: str
    business_key: str | None
    element_id: str
    element_instance: str
    actor: str
    headers: Mapping[str, str]
    publish: Publish
    broadcast: Callable[[str, Mapping[str, Any]], None]
    outbox: Callable[[str, Mapping[str, Any], str], None]
    """Leave an effect: (kind, payload, idempotency key); done after the commit, once."""

    @property
    def now(self) -> datetime:
        """The present instant."""
        return self.clock.now()


Handler = Callable[..., Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Verb:
    """A registered verb. `handler(context, **inputs)` returns its outputs by name."""

    type: str
    handler: Handler
    zh: str
    en: str
    pure: bool
    inputs: tuple[Parameter, ...] = field(default=())
    outputs: tuple[Parameter, ...] = field(default=())
    retired: bool = False
    """Running cases of earlier diagrams may call it; nothing that is deployed now."""

    def call(self, context: VerbContext, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Call the handler with its declared inputs out of `variables`. Raises KeyError when a required one is absent."""
        arguments = {
            p.name: variables[p.name] for p in self.inputs if p.required or variables.get(p.name) is not None
        }
        return dict(self.handler(context, **arguments) or {})


class Verbs:
    """The registry of one application: verbs by type."""

    def __init__(self) -> None:
        self._verbs: dict[str, Verb] = {}

    def register(
        self,
        type: str,
        *,
        zh: str,
        en: str,
        pure: bool = True,
        inputs: tuple[Parameter, ...] = (),
        outputs: tuple[Parameter, ...] = (),
        retired: bool = False,
    ) -> Callable[[Handler], Handler]:
        """Decorator that registers a handler under a type. Raises ValueError when the type is taken."""

        def decorate(handler: Handler) -> Handler:
            if type in self._verbs:
                raise ValueError(f"verb {type} is registered twice")
            self._verbs[type] = Verb(type, handler, zh, en, pure, inputs, outputs, retired)
            return handler

        return decorate

    def get(self, type: str) -> Verb | None:
        """The verb of that type, or None."""
        return self._verbs.get(type)

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(sorted(self._verbs.values(), key=lambda verb: verb.type))

    def merge(self, other: "Verbs") -> None:
        """Take in all verbs of another registry. Raises ValueError for a type that both have."""
        for verb in other:
            if verb.type in self._verbs:
                raise ValueError(f"verb {verb.type} is registered twice")
            self._verbs[verb.type] = verb

    def current(self) -> dict[str, Verb]:
        """By type, the verbs that diagrams may name now: lint knows no others."""
        return {verb.type: verb for verb in self if not verb.retired}
