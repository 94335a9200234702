"""What a running instance may reach: time, expressions, decisions, verbs and other deployed diagrams."""

from collections import ChainMap
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError

from engine import feel
from engine.bpmn.errors import Interrupted
from engine.clock import Clock, VirtualClock
from engine.commands import publishing
from engine.commands.retrying import given_up
from engine.commands.stacks import stack
from engine.runtime import Runtime, Transaction
from engine.store.definitions import DECISION, PROCESS
from engine.store.trouble import unable
from engine.verbs import VerbContext

if TYPE_CHECKING:
    from engine.bpmn import Model
    from engine.bpmn.waits import JobWait
    from engine.store.instances import Instance


class UnknownVerb(LookupError):
    """A diagram names a verb that this installation does not have."""


class StoreEnvironment:
    """The `engine.bpmn.Environment` of one instance inside one transaction; its clock stands at `tx.now`."""

    def __init__(self, rt: Runtime, tx: Transaction, actor: str, instance: "Instance") -> None:
        self._rt, self._tx, self.actor, self._instance = rt, tx, actor, instance
        self.clock: Clock = VirtualClock(tx.now)
        self.stacks: dict[str, str | None] = {}
        """Where in the program what failed has failed, by wait key: for the incident that it becomes."""

    def evaluate(self, expression: str, context: Mapping[str, Any]) -> Any:
        """The value of a FEEL expression. Raises the refusals of `engine.feel`."""
        return feel.evaluate(expression, context, clock=self.clock, functions=self._rt.functions)

    def decide(self, decision_id: str, context: Mapping[str, Any]) -> Any:
        """The result of a decision, in the version of the deployment that the instance is pinned to."""
        version = self._rt.definitions.find(
            DECISION, decision_id, binding="deployment", as_of=self._instance.deployment_id
        )
        decisions = self._rt.definitions.decisions(self._tx.session, version)
        return decisions.decide(decision_id, context, clock=self.clock, functions=self._rt.functions)

    def call_verb(self, job: "JobWait", variables: Mapping[str, Any]) -> dict[str, Any] | None:
        """The outputs of a pure verb; None for one that must wait for the commit.

        It runs in a savepoint: what it wrote goes when it fails, what the person did stays. Raises Interrupted
        when the database gave the transaction up, or has no room: then the command is done again.
        """
        verb = self._rt.verbs.get(job.type)
        if verb is None:
            raise UnknownVerb(job.type)
        if not verb.pure:
            return None
        try:
            with self._tx.session.begin_nested():
                result = call(verb, self.context(job), variables)
                self._tx.session.flush()
        except DBAPIError as error:
            if given_up(error) or unable(error):
                raise Interrupted from error
            self.stacks[job.key] = stack(error)
            raise
        except Exception as error:
            self.stacks[job.key] = stack(error)
            raise
        return result

    def model(self, process_id: str, binding: str, version_tag: str | None) -> "tuple[str, Model]":
        """A called process and the reference under which `pinned` finds it again. Raises NotDeployed."""
        version = self._rt.definitions.find(
            PROCESS, process_id, binding=binding, tag=version_tag, as_of=self._instance.deployment_id
        )
        return str(version.key), self._rt.definitions.model(self._tx.session, version)

    def pinned(self, reference: str) -> "Model":
        """The diagram that a reference in a state means. Raises NotDeployed."""
        version = self._rt.definitions.by_key(self._tx.session, int(reference))
        return self._rt.definitions.model(self._tx.session, version)

    def context(self, job: "JobWait") -> VerbContext:
        """What a verb called from this element is handed."""
        session, now, key = self._tx.session, self._tx.now, self._instance.id
        return VerbContext(
            session=session,
            clock=self.clock,
            instance_key=key,
            process_id=self._instance.process_id,
            business_key=self._instance.business_key,
            element_id=job.element_id,
            element_instance=job.key,
            actor=self.actor,
            headers=job.headers,
            publish=self._publish,
            broadcast=partial(publishing.broadcast, session, now, origin=key, hops=self._instance.hops + 1),
            outbox=partial(publishing.leave, session, now),
        )

    def _publish(
        self, name: str, correlation_key: str, variables: Mapping[str, Any], *, time_to_live: str = "PT0S"
    ) -> None:
        """Leave a message that has gone one instance further. Raises GoesInCircles."""
        hops = self._instance.hops + 1
        if hops > self._rt.settings.hop_limit:
            raise publishing.GoesInCircles(hops)
        publishing.publish(
            self._tx.session,
            self._tx.now,
            name,
            correlation_key,
            variables,
            time_to_live=time_to_live,
            origin=self._instance.id,
            hops=hops,
        )


def call(verb: Any, context: VerbContext, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Call a verb; `message.publish` alone takes whatever the element maps, as its payload."""
    if verb.type == publishing.PUBLISH:
        own = variables.maps[0] if isinstance(variables, ChainMap) else variables
        verb.handler(context, **own)
        return {}
    result: dict[str, Any] = verb.call(context, variables)
    return result
