"""A compiled file: what the layers above may know of it, and the specs that instances share and never change."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from engine import xml as xml_door
from engine.bpmn.extensions import BPMN, ZEEBE, first, read
from engine.bpmn.parser import DialectParser
from engine.bpmn.specs.definitions import Message, Signal, Timer
from engine.bpmn.specs.element import Element
from engine.bpmn.specs.events import StartEvent
from engine.bpmn.specs.multiinstance import Body
from engine.bpmn.specs.process import ProcessSpec
from engine.bpmn.specs.subprocess import CallActivity
from engine.bpmn.specs.tasks import Worker
from engine.bpmn.text import is_expression
from engine.problems import NotDeployable, Problem


@dataclass(frozen=True, slots=True)
class ElementInfo:
    """One element of a diagram. `type` is its BPMN name, e.g. `userTask`; `path` its enclosing sub-processes."""

    id: str
    type: str
    name: str
    lane: str | None
    documentation: str
    properties: Mapping[str, str]
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProcessInfo:
    """One process of a file. What is named by an expression is not in the sets: nobody knows it before it runs."""

    process_id: str
    name: str
    version_tag: str | None
    properties: Mapping[str, str]
    elements: Mapping[str, ElementInfo]
    flows: Mapping[str, str]
    """Every sequence flow, those of sub-processes too: id to name."""
    message_starts: tuple[tuple[str, str, str | None], ...]
    signal_starts: tuple[tuple[str, str], ...]
    timer_starts: tuple[tuple[str, str, str], ...]
    forms: frozenset[str]
    decisions: frozenset[str]
    calls: frozenset[str]
    verbs: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """An immutable compiled file."""

    file: str
    hash: str
    processes: Mapping[str, ProcessInfo]
    specs: Mapping[str, ProcessSpec] = field(repr=False)


def compile(file: str, xml: bytes) -> Model:
    """Compile a file; the same content is compiled once per process. Raises NotDeployable or XmlRefused."""
    return _compile(file, bytes(xml))


@lru_cache(maxsize=256)
def _compile(file: str, xml: bytes) -> Model:
    root = xml_door.parse(file, xml)
    specs: dict[str, ProcessSpec] = {}
    infos: dict[str, ProcessInfo] = {}
    try:
        parser = DialectParser(root, file)
        for node in root.iterfind(f"{{{BPMN}}}process"):
            if node.get("isExecutable", "true") == "true":
                id = node.get("id", "")
                specs[id] = parser.process_parsers[id].get_spec()
                infos[id] = _info(node, specs[id])
    except ValidationException as error:
        raise NotDeployable([_problem(file, error)]) from error
    return Model(file, hashlib.sha256(xml).hexdigest(), infos, specs)


def _problem(file: str, error: ValidationException) -> Problem:
    zh = f"不支持或不完整的元素：{error}"
    return Problem(file, error.id, "error", "BPMN_UNSUPPORTED", zh, str(error))


def _info(node: Any, spec: ProcessSpec) -> ProcessInfo:
    everything = list(walk(spec))
    starts = [s for s in spec.elements if isinstance(s, StartEvent)]
    tag = first(node, "versionTag")
    return ProcessInfo(
        process_id=spec.name,
        name=node.get("name") or spec.name,
        version_tag=None if tag is None else tag.get("value"),
        properties=read(node).properties,
        elements={s.bpmn_id: _element(s, path) for s, path in everything if not s.name.endswith("/instance")},
        flows={flow.get("id"): flow.get("name") or "" for flow in node.iter(f"{{{BPMN}}}sequenceFlow")},
        message_starts=tuple(
            (s.bpmn_id, d.name, d.correlation_key) for s, d in _defined(starts) if isinstance(d, Message)
        ),
        signal_starts=tuple((s.bpmn_id, d.name) for s, d in _defined(starts) if isinstance(d, Signal)),
        timer_starts=tuple(
            (s.bpmn_id, d.kind, d.expression) for s, d in _defined(starts) if isinstance(d, Timer)
        ),
        forms=_known(s.ext.assignment.form_id for s, _ in everything),
        decisions=_known(s.ext.decision.id for s, _ in everything if s.ext.decision),
        calls=_known(s.ext.call.id for s, _ in everything if isinstance(s, CallActivity) and s.ext.call),
        verbs=_known(verb(s) for s, _ in everything),
    )


def verb(spec: Element) -> str | None:
    """The verb that an element calls, or None."""
    if not isinstance(spec, Worker) or not spec.calls_verb:
        return None
    return spec.ext.job.type if spec.ext.job else spec.default_verb


def walk(spec: ProcessSpec, path: tuple[str, ...] = ()) -> Iterable[tuple[Element, tuple[str, ...]]]:
    """Every element with its enclosing sub-processes, outermost first."""
    for element in spec.elements:
        yield element, path
        inner = getattr(element, "spec", None)
        if isinstance(inner, ProcessSpec):
            yield from walk(inner, (*path, element.bpmn_id))


def _defined(starts: list[StartEvent]) -> list[tuple[StartEvent, Any]]:
    return [(start, start.event_definition) for start in starts]


def _element(spec: Element, path: tuple[str, ...]) -> ElementInfo:
    kind = spec._wf_spec.task_specs[spec.inner].type if isinstance(spec, Body) else spec.type
    return ElementInfo(
        id=spec.bpmn_id,
        type=kind,
        name=spec.bpmn_name or "",
        lane=spec.lane,
        documentation=spec.documentation or "",
        properties=dict(spec.ext.properties),
        path=path,
    )


def _known(names: Iterable[str | None]) -> frozenset[str]:
    return frozenset(name for name in names if name and not is_expression(name))


__all__ = ["ZEEBE", "ElementInfo", "Model", "ProcessInfo", "compile", "verb", "walk"]
