"""The fields of a form file with their properties by path: `validate/required`, `properties/label_en`."""

from collections.abc import Iterator, Mapping
from typing import Any

import forms
from engine.store import json
from engine.studio.comparing.changes import Node

FORM = "form"
INSIDE = "components"
NO_MATTER = frozenset(["exporter", "schemaVersion", "executionPlatform", "executionPlatformVersion"])


def form_nodes(file: str, content: bytes) -> dict[str, Node]:
    """Every field of a form by its id, and the form itself. Raises NotDeployable for what is no form file."""
    text = content.decode("utf-8-sig", errors="replace")
    forms.load(file, text)  # names what is wrong with the file
    data = json.loads(text)
    head = Node(FORM, FORM, str(data.get("properties", {}).get("title") or data.get("id", "")), _own(data))
    return {FORM: head, **{node.id: node for node in _fields(data.get(INSIDE, []), "")}}


def _fields(components: list[dict[str, Any]], within: str) -> Iterator[Node]:
    after = ""
    for component in components:
        id = str(component.get("id") or component.get("key"))
        name = str(component.get("label") or component.get("dateLabel") or component.get("key") or id)
        yield Node(id, str(component["type"]), name, {"within": within, **_own(component)}, (after,))
        yield from _fields(component.get(INSIDE, []), id)
        after = id


def _own(component: Mapping[str, Any]) -> dict[str, str]:
    left_out = {"id", "type", INSIDE, "layout"} | NO_MATTER
    return dict(_flat({key: value for key, value in component.items() if key not in left_out}, ""))


def _flat(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _flat(each, f"{path}/{key}".lstrip("/"))
    elif isinstance(value, list):
        for number, each in enumerate(value, start=1):
            yield from _flat(each, f"{path}[{number}]")
    else:
        yield path, value if isinstance(value, str) else json.dumps(value)
