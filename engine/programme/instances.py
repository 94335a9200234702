"""What a verb may do to the instance that calls it: give it the number by which people know the case."""

from engine.store.instances import Instance
from engine.verbs import VerbContext


def name_case(context: VerbContext, business_key: str) -> None:
    """Set the business key of the calling instance."""
    instance = context.session.get(Instance, context.instance_key)
    if instance is not None:
        instance.business_key = business_key
