"""Why a scenario did not come out, in both languages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.bpmn.waits import Incident
from engine.errors import Language, Refusal
from engine.store import json


@dataclass(frozen=True, slots=True)
class Failure:
    """One reason: what was expected, and what was so."""

    zh: str
    en: str

    def told(self, language: Language) -> str:
        """The reason in one language."""
        return self.en if language == "en" else self.zh

    def as_dict(self) -> dict[str, str]:
        """The reason as plain data, as runs and checks keep it."""
        return {"zh": self.zh, "en": self.en}


def of_refusal(refusal: Refusal) -> Failure:
    """A step that was refused."""
    return Failure(refusal.message("zh"), refusal.message("en"))


def of_incident(incident: Incident, *, message: bool = True) -> Failure:
    """An element that stopped; the engine's message is technical, English, and quotes values of the case."""
    what = f"{incident.type}: {incident.message}" if message else incident.type
    return Failure(
        f"{incident.element_id} 出错停下：{what}", f"{incident.element_id} stopped with an error: {what}"
    )


def of_end(ended: bool, open: Sequence[str]) -> Failure:
    """The case should have ended, or should not have."""
    zh = f"应{'' if ended else '未'}结束；在办：{listed(open, '、')}"
    en = f"The case should {'' if ended else 'not '}have ended; open tasks: {listed(open, ', ')}"
    return Failure(zh, en)


def of_open(expected: Sequence[str], open: Sequence[str]) -> Failure:
    """Other tasks are open."""
    return Failure(
        f"在办任务应为 {listed(expected, '、')}，实为 {listed(open, '、')}",
        f"Open tasks should be {listed(expected, ', ')}, but are {listed(open, ', ')}",
    )


def of_path(id: str, reached: Sequence[str]) -> Failure:
    """An element was not reached in its turn; `reached` are the last ones that were."""
    return Failure(
        f"没有依次到达 {id}；经过：{listed(reached, '、')}",
        f"{id} was not reached in its turn; reached last: {listed(reached, ', ')}",
    )


def of_never(id: str) -> Failure:
    """An element was reached that should not have been."""
    return Failure(f"不应到达 {id}", f"{id} should not have been reached")


def of_variable(name: str, expected: Any, value: Any) -> Failure:
    """A variable has another value at the end."""
    should, so = json.dumps(expected), json.dumps(value)
    return Failure(f"{name} 应为 {should}，实为 {so}", f"{name} should be {should}, but is {so}")


def listed(ids: Sequence[str], stop: str) -> str:
    """Ids in a row, a dash for none."""
    return stop.join(ids) or "—"
