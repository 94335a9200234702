"""What a task's form may refer to, kept as long as its case does not move: reading a stored state is costly."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from engine import bpmn
from engine.commands.environment import StoreEnvironment
from engine.runtime import Transaction
from engine.store.instances import Instance
from engine.store.tasks import CREATED, UserTask
from webapp import access
from webapp.shared import now, runtime

MOST = 256  # cases whose variables one process keeps; a filing season has that many people typing at most

Key = tuple[int, int, str, str]


class Scopes:
    """Variables by case, its revision and the waiting element: a case that moved has another revision."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[Key, Mapping[str, Any]] = OrderedDict()

    def get(self, key: Key) -> Mapping[str, Any] | None:
        """What is known, which is then the newest."""
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
            return self._known.get(key)

    def put(self, key: Key, variables: Mapping[str, Any]) -> None:
        """Keep it; the one that was not asked for the longest goes."""
        with self._lock:
            self._known[key] = variables
            while len(self._known) > MOST:
                self._known.popitem(last=False)


def variables(session: Session, task: UserTask, instance: Instance) -> Mapping[str, Any]:
    """The task's scope while it is open, the case's variables afterwards. Nobody may change what comes out."""
    scopes = _scopes()
    key = (instance.id, instance.revision, task.wait_key, task.state)
    known = scopes.get(key)
    if known is None:
        known = _read(session, task, instance)
        scopes.put(key, known)
    return known


def _read(session: Session, task: UserTask, instance: Instance) -> Mapping[str, Any]:
    environment = StoreEnvironment(runtime(), Transaction(session, now()), access.actor().login, instance)
    case = bpmn.Case.load(instance.state, environment)
    return dict(case.scope_view(task.wait_key) if task.state == CREATED else case.variables)


def _scopes() -> Scopes:
    """One for each runtime: two databases in one process have cases with the same number."""
    from flask import current_app

    found: Scopes = current_app.extensions.setdefault("luzhi_scopes", Scopes())
    return found
