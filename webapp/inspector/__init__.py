"""Operations: what runs, what is stuck, and how long things take, for those who keep the system going."""

from webapp.inspector import (
    actions,
    batches,
    export,
    heat,
    incidents,
    instance,
    instance_events,
    instance_records,
    instance_trail,
    instances,
    jobs,
    outbox,
    overview,
    tabs,
    timers,
    views,
)
from webapp.inspector.blueprint import blueprint

__all__ = [
    "actions",
    "batches",
    "blueprint",
    "export",
    "heat",
    "incidents",
    "instance",
    "instance_events",
    "instance_records",
    "instance_trail",
    "instances",
    "jobs",
    "outbox",
    "overview",
    "tabs",
    "timers",
    "views",
]
