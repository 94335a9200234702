"""What the office does: one process that meets every mechanism, and one that answers its messages."""

from engine.store import json
from tests.support.diagrams import (
    boundary,
    catch,
    chain,
    diagram,
    end,
    flow,
    input_,
    message,
    message_root,
    output,
    service,
    start,
    task,
    throw_message,
    timer,
)

GROUP = "dept_officer@370000"
MATTER, PARTNER = "measure", "chaos_partner"
"""The first is known to the site as something that officers may begin by hand."""
TASKS = ("t1", "a", "b", "t2", "p1")
"""The user tasks of one matter, each of which is completed once; the last is the partner's."""
TIMERS = ("sleep", "remind")
CALLED = ("call", "note", "mark")
"""The service tasks of one matter, each of which is done once."""
FORM = json.dumps(
    {
        "id": "chaos",
        "type": "default",
        "schemaVersion": 19,
        "components": [
            {
                "id": "f1",
                "type": "textfield",
                "key": "token",
                "label": "记号",
                "validate": {"required": True},
            }
        ],
    }
).encode()


def _task(id: str) -> str:
    return task(id, group=GROUP, form="chaos", mapping=output("=token", f"by_{id}"))


MATTER_DIAGRAM = diagram(
    MATTER,
    start()
    + _task("t1")
    + '<bpmn:parallelGateway id="fork"/><bpmn:parallelGateway id="join"/>'
    + _task("a")
    + _task("b")
    + boundary("remind", "b", timer("Duration", "PT0.2S"), interrupting=False)
    + service("mark", "chaos.note")
    + end("marked")
    + service("call", "chaos.call")
    + catch("sleep", timer("Duration", "PT0.5S"))
    + throw_message("tell", "chaos_asked", "=token", payload=input_("=token", "token"))
    + catch("hear", message("chaos_answered"))
    + service("note", "chaos.note")
    + _task("t2")
    + end()
    + chain("start", "t1", "fork")
    + flow("fork", "a")
    + flow("fork", "b")
    + flow("a", "join")
    + flow("b", "join")
    + chain("remind", "mark", "marked")
    + chain("join", "call", "sleep", "tell", "hear", "note", "t2", "end"),
    roots=message_root("chaos_asked", "=token") + message_root("chaos_answered", "=token"),
)
PARTNER_DIAGRAM = diagram(
    PARTNER,
    start("asked", message("chaos_asked"))
    + _task("p1")
    + throw_message("answer", "chaos_answered", "=token", payload=input_("=token", "token"))
    + end()
    + chain("asked", "p1", "answer", "end"),
    roots=message_root("chaos_asked") + message_root("chaos_answered", "=token"),
)
SLOW_DIAGRAM = diagram(
    "slow",
    start()
    + task("click", group=GROUP)
    + service("hold", "chaos.slow")
    + service("work", "chaos.slow_call")
    + end()
    + chain("start", "click", "hold", "work", "end"),
)
"""A click whose step takes as long as a test wants, and then work of a worker that does."""
FILES = {
    "chaos.form": FORM,
    "matter.bpmn": MATTER_DIAGRAM,
    "partner.bpmn": PARTNER_DIAGRAM,
    "slow.bpmn": SLOW_DIAGRAM,
}
