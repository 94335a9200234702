"""What one reader may see of a login, a variable, a line of history, a link of the trail."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from engine import policy
from engine.errors import Language
from engine.masking import hidden
from engine.masking.marks import masked_login, masked_name, masked_value
from engine.policy import RESERVED, Actor
from engine.store.instances import ElementEvent
from engine.store.trail import Audit

EXPERT = ("〔专家〕", "[an expert]")
OBJECTOR = ("〔异议人〕", "[an objector]")
WITHHELD = ("〔内容不可见〕", "[withheld]")

CONTENT: Mapping[str, Any] = {"candidate_groups": [], "candidate_users": []}
"""The most confidential content there is: what one person was asked for by name. Who may read it may read all."""

STEERING = frozenset(
    {
        "act",
        "agency",
        "anchor",
        "article",
        "city",
        "county",
        "deadline",
        "due",
        "first_time",
        "holder",
        "industry",
        "level",
        "loopCounter",
        "months",
        "needed",
        "parameters",
        "places",
        "round",
        "source",
        "step",
        "title_name",
        "title_type",
        "type",
        "uscc",
        "what",
        "workdays",
        "year",
    }
)
"""Variables that say where a case goes, not what anybody wrote or judged: machinery, which operations must see."""
STEERING_ENDS = ("_code", "_date", "_days", "_id", "_no", "_on", "_submission", "_at", "_until", "_year")

PEOPLE = frozenset(
    {"approver", "checker", "drafter", "expert", "leader", "second", "visit_leader", "visit_second"}
)
PEOPLE_END = "_by"
"""Variables and keys that hold the login of whoever did something; in capitals they say a level, e.g. `CITY`."""

_NAMED = (("name", "value"), ("variable", "value"), ("variable", "before"), ("variable", "after"))
"""Pairs of keys under which details of history and trail keep a variable."""


@dataclass(frozen=True)
class Reader:
    """One actor's eyes. Make it with `reader`, once a page; only `unmask` makes one that sees without masks."""

    actor: Actor
    language: Language = "zh"
    content: bool = False
    """May read what people wrote."""
    hidden_logins: frozenset[str] = frozenset()
    hidden_words: tuple[tuple[re.Pattern[str], tuple[str, str]], ...] = field(default=(), repr=False)
    unmasked: bool = False

    def login(self, login: str | None) -> str:
        """A login: one's own, the system and the public in full, an expert's not at all, others masked."""
        if not login or login == self.actor.login or login in RESERVED:
            return login or ""
        if login in self.hidden_logins:
            return self._say(EXPERT)
        return login if self.unmasked else masked_login(login)

    def name(self, login: str | None, name: str | None) -> str:
        """The name of the person with this login (None: nobody with an account), by the same rules."""
        if login in self.hidden_logins:
            return self._say(EXPERT)
        if self.unmasked or (login is not None and login == self.actor.login):
            return name or ""
        if login is not None:  # a namesake of an expert or an objector is somebody else
            return masked_name(name)
        shown = self.text(name or "")
        return shown if shown != (name or "") else masked_name(name)

    def text(self, text: str) -> str:
        """A text without the experts and objectors whom the reader may not know; numbers and addresses masked."""
        for found, instead in self.hidden_words:
            text = found.sub(self._say(instead), text)
        return text if self.unmasked else str(masked_value(text))

    def value(self, value: Any) -> Any:
        """The same for every text in a value (keys as well); numbers, booleans and None stay."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            shown = {self.text(str(key)): self._of(str(key), each) for key, each in value.items()}
            return self._details(shown)
        if isinstance(value, list | tuple):
            return [self.value(each) for each in value]
        return value

    def variable(self, name: str, value: Any) -> Any:
        """A variable of an instance: whoever may not read content sees only those that steer the case."""
        if self.content or value is None or isinstance(value, bool) or is_steering(name):
            return self._of(name, value)
        return self._say(WITHHELD)

    def event(self, line: ElementEvent) -> tuple[str, Any]:
        """Who a line of history names, and what it says."""
        return self.login(line.actor), self.value(line.detail)

    def link(self, link: Audit) -> tuple[str, str, Any]:
        """Who a link of the trail names, the key of its object, and what it says."""
        personal = link.object_type in ("account", "member", "substitution")
        key = self.login(link.object_key) if personal else self.text(link.object_key)
        return self.login(link.actor), key, self.value(link.detail)

    def payload(self, payload: Any) -> Any:
        """What a job, a message or a row of the outbox carries: with content only for whoever may read content."""
        if self.content or not isinstance(payload, Mapping):
            return self.value(payload) if self.content else self._say(WITHHELD) if payload else payload
        return {key: self.variable(str(key), each) for key, each in payload.items()}

    def without_masks(self) -> "Reader":
        """The same eyes after `unmask`; what is hidden stays hidden."""
        return replace(self, unmasked=True)

    def _of(self, name: str, value: Any) -> Any:
        """What stands under a name: a login where the name is that of a person."""
        person = name in PEOPLE or name == PEOPLE_END[1:] or name.endswith(PEOPLE_END)
        if person and isinstance(value, str) and not value.isupper():
            return self.login(value)
        return self.value(value)

    def _details(self, shown: dict[str, Any]) -> dict[str, Any]:
        """A variable inside a detail is a variable."""
        for name, value in _NAMED:
            if isinstance(shown.get(name), str) and value in shown:
                shown[value] = self.variable(shown[name], shown[value])
        return shown

    def _say(self, words: tuple[str, str]) -> str:
        return words[self.language == "en"]


def reader(session: Session, actor: Actor, language: Language = "zh") -> Reader:
    """The eyes of this actor, as the policy table and the pool of experts are now."""
    words: list[tuple[re.Pattern[str], tuple[str, str]]] = []
    logins: frozenset[str] = frozenset()
    if not policy.may(actor, "expert.read"):
        logins = hidden.expert_logins(session) - {actor.login}
        _add(words, hidden.expert_words(session, logins) - {actor.login, actor.name}, EXPERT)
    if not policy.may(actor, "objection.identify"):
        _add(words, hidden.objector_words(session), OBJECTOR)
    content = policy.may(actor, "submission.read", CONTENT)
    return Reader(actor, language, content, logins, tuple(words))


def is_steering(name: str) -> bool:
    """Whether a variable of this name says only where a case goes."""
    return name in STEERING or name.endswith(STEERING_ENDS)


def _add(
    words: list[tuple[re.Pattern[str], tuple[str, str]]], found: frozenset[str], instead: tuple[str, str]
) -> None:
    pattern = hidden.pattern(found)
    if pattern is not None:
        words.append((pattern, instead))
