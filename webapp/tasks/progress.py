"""The way of a case as its participants may see it: one line a step, names only for those who run the process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.store.instances import Instance
from engine.store.tasks import CANCELED, CREATED, UserTask
from webapp import access
from webapp.names import doer_name


@dataclass(frozen=True, slots=True)
class Step:
    """One step: how many of how many are done, when the last was, until when it is due, and by whom."""

    task: UserTask
    done: int
    total: int
    ended_at: datetime | None
    due: datetime | None
    people: str

    @property
    def open(self) -> bool:
        """Whether somebody still has to do it."""
        return self.done < self.total


def steps(tasks: Sequence[UserTask], names: Mapping[str, str], *, with_people: bool) -> list[Step]:
    """The steps in order. An open task that may be left undone (no due date, low priority) is no step."""
    by_element: dict[str, list[UserTask]] = {}
    for task in tasks:
        if task.state != CANCELED and not (task.state == CREATED and optional(task)):
            by_element.setdefault(task.element_id, []).append(task)
    return [_step(group, names, with_people) for group in by_element.values()]


def optional(task: UserTask) -> bool:
    """Whether the task only offers something, as the withdrawal of an application does."""
    return task.due is None and task.priority < 50


def _step(group: list[UserTask], names: Mapping[str, str], with_people: bool) -> Step:
    ended = [t for t in group if t.ended_at is not None]
    open_ones = [t for t in group if t.state == CREATED]
    people = dict.fromkeys(doer_name(t, names) for t in ended if t.ended_by)
    return Step(
        group[-1],
        len(ended),
        len(group),
        max((t.ended_at for t in ended if t.ended_at), default=None),
        min((t.due for t in open_ones if t.due), default=None),
        "、".join(people) if with_people else "",
    )


def runs_the_process(instance: Instance) -> bool:
    """Whether the person may know who did what: the offices that read every instance, not the applicant."""
    return instance.started_by != access.actor().login and access.may("instance.read", instance)
