"""`luzhi …` with the verbs, the effect and the opening of the office: `python -m tests.faults.chaos worker`."""

import os
import threading
from pathlib import Path
from typing import Any

from sqlalchemy import text

from engine import programme
from engine.programme import openings
from engine.runtime import Runtime
from engine.verbs import VerbContext, Verbs
from tests.faults.chaos.matters import MATTER

LEDGER = text("INSERT INTO chaos_ledger (instance, element) VALUES (:instance, :element)")
"""Without any key: what is done twice stands there twice."""


def own_verbs() -> Verbs:
    """One that is done in the transaction of its step, and one that a worker calls, which also leaves an effect."""
    verbs = Verbs()

    @verbs.register("chaos.note", zh="记", en="note")
    def note(context: VerbContext) -> None:
        context.session.execute(LEDGER, {"instance": context.instance_key, "element": context.element_id})

    @verbs.register("chaos.call", zh="办", en="call", pure=False)
    def call(context: VerbContext) -> None:
        context.session.execute(LEDGER, {"instance": context.instance_key, "element": context.element_id})
        context.outbox("chaos.mark", {}, f"mark-{context.instance_key}")

    @verbs.register("chaos.slow", zh="慢", en="slow")
    def slow(context: VerbContext) -> None:
        _wait("web")

    @verbs.register("chaos.slow_call", zh="慢办", en="slow call", pure=False)
    def slow_call(context: VerbContext) -> None:
        context.session.execute(LEDGER, {"instance": context.instance_key, "element": context.element_id})
        _wait("worker")

    return verbs


def _wait(name: str) -> None:
    """Say that it has begun, and go on when the test allows it."""
    folder = Path(os.environ["CHAOS_FOLDER"])
    (folder / f"{name}-has-begun").touch()
    while not (folder / f"{name}-may-go-on").exists():
        threading.Event().wait(0.02)


def mark(payload: Any, key: str) -> None:
    """The effect on the world outside: a line in a file."""
    with (Path(os.environ["CHAOS_FOLDER"]) / "outside").open("a") as file:
        file.write(f"{key}\n")


def equip() -> None:
    """Let every runtime of this process know them, and let officers begin the matter by its form."""
    verbs, opened = programme.verbs, Runtime.open.__func__  # type: ignore[attr-defined]

    def with_own() -> Verbs:
        found = verbs()
        found.merge(own_verbs())
        return found

    def open(cls: type[Runtime], *given: Any, **named: Any) -> Runtime:
        runtime: Runtime = opened(cls, *given, **named)
        runtime.effects["chaos.mark"] = mark
        return runtime

    programme.verbs = with_own
    Runtime.open = classmethod(open)  # type: ignore[method-assign,assignment]
    opening = openings.Opening(MATTER, "chaos", "办事", "A matter", "办事。", "A matter.")
    openings.OPENINGS = (opening,)


if __name__ == "__main__":
    equip()
    from webapp.cli import main

    main()
