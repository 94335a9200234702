"""Who does a step, by the names of roles: read from candidate groups and assignees, expressions or plain texts."""

import re

from engine.bpmn.extensions import Assignment
from engine.errors import Language
from engine.policy import ROLES
from engine.studio.handbook.words import PEOPLE, label, say

QUOTED = re.compile(r'"([^"]*)"')
NAME = re.compile(r"[A-Za-z_][\w.]*")


def who(assignment: Assignment, language: Language) -> str:
    """The people of a step in words; roles that nobody knows keep their id."""
    found = [_role(group, language) for group in _groups(assignment.candidate_groups or "")]
    for text in (assignment.assignee, assignment.candidate_users):
        if text:
            found += _people(text, language)
    comma = "、" if language == "zh" else ", "
    return comma.join(dict.fromkeys(found)) or label("nobody", language)


def _groups(text: str) -> list[str]:
    parts = QUOTED.findall(text) if text.startswith("=") else text.split(",")
    return [role for part in parts if (role := part.partition("@")[0].strip())]


def _role(role: str, language: Language) -> str:
    return say(ROLES[role], language) if role in ROLES else role


def _people(text: str, language: Language) -> list[str]:
    if not text.startswith("="):
        return [name.strip() for name in text.split(",") if name.strip()]
    name = text[1:].strip()
    if name in PEOPLE:
        return [say(PEOPLE[name], language)]
    return [label("variable", language, name=name)]
