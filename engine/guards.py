"""Guards: rules of the programme that a click must pass before it counts.

A user task or start event names them in `zeebe:properties`, `luzhi:guard` (comma separated). A guard reads the
registers and raises a Refusal that names the article; it changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.clock import Clock
from engine.policy import Actor

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class GuardContext:
    """What a guard may look at. `instance_key` is None while an instance is only about to start."""

    session: "Session"
    clock: Clock
    actor: Actor
    instance_key: int | None
    business_key: str | None
    element_id: str
    variables: Mapping[str, Any]
    body: Mapping[str, Any]
    on_behalf_of: str | None = None
    """Who is away and has the actor stand in."""

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody who acts by this click: the actor, and for whom the actor stands in."""
        return (self.actor.login, *([self.on_behalf_of] if self.on_behalf_of else []))

    @property
    def facts(self) -> Mapping[str, Any]:
        """Variables and body together: what starts a process is the body, later it is variables."""
        return {**self.body, **self.variables}


Guard = Callable[[GuardContext], None]


class Guards:
    """The registry of one application: guards by name."""

    def __init__(self, guards: Mapping[str, Guard] | None = None) -> None:
        self._guards: dict[str, Guard] = dict(guards or {})

    def register(self, name: str) -> Callable[[Guard], Guard]:
        """Decorator that registers a guard. Raises ValueError when the name is taken."""

        def decorate(guard: Guard) -> Guard:
            if name in self._guards:
                raise ValueError(f"guard {name} is registered twice")
            self._guards[name] = guard
            return guard

        return decorate

    def names(self) -> frozenset[str]:
        """Every registered name."""
        return frozenset(self._guards)

    def check(self, listed: str, context: GuardContext) -> None:
        """Call the guards that a property lists, in its order. Raises what they raise; KeyError for an unknown name."""
        for name in filter(None, (part.strip() for part in listed.split(","))):
            self._guards[name](context)
