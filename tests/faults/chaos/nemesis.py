"""Who attacks: from a seed, an attack every so many accepted calls, and PostgreSQL restarted in between."""

import random
import time
from dataclasses import dataclass, field

from engine.store.private_postgres import Server
from tests.faults.chaos.history import History
from tests.faults.chaos.machines import Machine

ATTACKS = ("kill", "kill", "kill_child", "pause", "terminate")


@dataclass(slots=True)
class Nemesis:
    """Attacks one machine at a time; `done` says what it did, for the report of a failure."""

    machines: list[Machine]
    server: Server
    history: History
    seed: int
    pause_seconds: float
    done: list[str] = field(default_factory=list)

    def attack(self, rounds: int, calm: int, seconds: float, restarts: int) -> None:
        """`rounds` attacks, each after `calm` accepted calls or `seconds`, with `restarts` of PostgreSQL among them."""
        rng = random.Random(self.seed)
        cut = {rounds * (number + 1) // (restarts + 1) for number in range(restarts)}
        plan = [self.machines[number % len(self.machines)] for number in range(rounds)]
        rng.shuffle(plan)
        for number, machine in enumerate(plan):
            self.history.wait(calm, seconds)
            if number in cut:
                self._note("postgres", "restart")
                self.server.restart()
                self.history.wait(1, seconds)
            self._one(machine, rng.choice(ATTACKS))

    def attack_until(self, end: float, every: float, restarts: int) -> None:
        """The same until the monotonic clock shows `end`, an attack every so many seconds."""
        rng = random.Random(self.seed)
        begun = time.monotonic()
        cuts = [begun + (end - begun) * (number + 1) / (restarts + 1) for number in range(restarts)]
        while (now := time.monotonic()) < end:
            if cuts and now >= cuts[0]:
                cuts.pop(0)
                self._note("postgres", "restart")
                self.server.restart()
            self.history.wait(10**9, max(0.0, min(every, end - now)))  # only the time ends this
            self._one(rng.choice(self.machines), rng.choice(ATTACKS))

    def _one(self, machine: Machine, attack: str) -> None:
        self._note(machine.name, attack)
        if attack == "pause":
            machine.pause()
            self.history.wait(10**9, self.pause_seconds)  # longer than a lease: that is the point
            machine.go_on()
        else:
            getattr(machine, attack)()

    def _note(self, name: str, attack: str) -> None:
        self.done.append(f"{len(self.history.calls)}: {attack} {name}")
