"""A handbook put together from a set of files; the same files give the same handbook."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import forms
from engine import xml
from engine.bpmn.extensions import BPMN
from engine.documents.kinds import KINDS
from engine.errors import Language, Refusal
from engine.store import json
from engine.studio.handbook.fields import FormPart, form_part
from engine.studio.handbook.flow import Flow, Node
from engine.studio.handbook.made import MADE_AFTER
from engine.studio.handbook.messages import Message, messages
from engine.studio.handbook.steps import Around, Step, steps
from engine.studio.handbook.tables import Table, required, tables
from engine.studio.handbook.words import Pair, label, say
from engine.xml import XmlRefused, local

FIXED = re.compile(r"(\w+)\s*:\s*(\d+)\b")


class NoProcess(Refusal):
    """No diagram among the files has this process."""

    zh = "没有流程“{id}”。"
    en = "There is no process {id}."
    remedy_zh = "请从手册目录中选择。"
    remedy_en = "Choose one from the list of handbooks."
    status = 404


@dataclass(frozen=True, slots=True)
class Facts:
    """Where the rules come from: a deployed version, or the drafts of a change (`change` is its number and title)."""

    version: int | None = None
    at: datetime | None = None
    by: str = ""
    message: str = ""
    change: str = ""


@dataclass(frozen=True, slots=True)
class Handbook:
    """A process as people read it, in one language."""

    process_id: str
    file: str
    name: str
    text: str
    sha256: str
    """Of the diagram."""
    lanes: tuple[str, ...]
    steps: tuple[Step, ...]
    forms: tuple[FormPart, ...]
    decisions: tuple[Table, ...]
    messages: tuple[Message, ...]
    documents: tuple[tuple[str, str, str], ...]
    """Name, basis, and the step after which it can be made."""
    facts: Facts = field(default_factory=Facts)


def processes(files: Mapping[str, bytes]) -> dict[str, str]:
    """The file of every process, by id; files that cannot be read have none."""
    return {
        node.get("id", ""): file
        for file, content in sorted(files.items())
        if file.endswith(".bpmn") and (root := _readable(file, content)) is not None
        for node in root.iterchildren(f"{{{BPMN}}}process")
        if node.get("id")
    }


def _readable(file: str, content: bytes) -> Node | None:
    """The root of a file; None for a draft that cannot be read: what is wrong with it is told on its own page."""
    try:
        return xml.parse(file, content)
    except XmlRefused:
        return None


def handbook(
    files: Mapping[str, bytes],
    process_id: str,
    language: Language,
    verbs: Mapping[str, Pair],
    facts: Facts | None = None,
) -> Handbook:
    """The handbook of a process; `verbs` are their names by type. Raises NoProcess, XmlRefused, NotDeployable."""
    return Library(files, language, verbs).book(process_id, facts or Facts())


class Library:
    """A set of files, by what they define: handbooks of several processes are read from one."""

    def __init__(self, files: Mapping[str, bytes], language: Language, verbs: Mapping[str, Pair]) -> None:
        self.files, self.language, self.verbs = files, language, verbs
        self.owners = processes(files)
        self.decisions = {
            node.get("id", ""): file
            for file, content in sorted(files.items())
            if file.endswith(".dmn") and (root := _readable(file, content)) is not None
            for node in root
            if local(node) == "decision"
        }
        self.form_files = dict(_form_ids(files))
        self._read: dict[str, list[Table]] = {}
        self._books: dict[str, Handbook] = {}

    def book(self, process_id: str, facts: Facts) -> Handbook:
        """The handbook of a process, read once. Raises NoProcess, XmlRefused, NotDeployable."""
        if process_id not in self.owners:
            raise NoProcess(id=process_id)
        if process_id not in self._books:
            self._books[process_id] = self._book(process_id)
        return replace(self._books[process_id], facts=facts)

    def _book(self, process_id: str) -> Handbook:
        file = self.owners[process_id]
        content = self.files[file]
        root = xml.parse(file, content)
        process = next(p for p in root.iterchildren(f"{{{BPMN}}}process") if p.get("id") == process_id)
        flow = Flow(root, process, self.language)
        around = Around(self.verbs.get, self._form_name, self._decision_name, self._name, self._numbers(flow))
        found = steps(flow, around)
        return Handbook(
            process_id=process_id,
            file=file,
            name=flow.name(process) or process_id,
            text=flow.text(process),
            sha256=hashlib.sha256(content).hexdigest(),
            lanes=tuple(dict.fromkeys(name for lane in flow.lanes() if (name := flow.name(lane)))),
            steps=tuple(found),
            forms=tuple(self._forms(flow)),
            decisions=tuple(self._tables(flow)),
            messages=tuple(messages(flow)),
            documents=tuple(self._documents(flow)),
        )

    def _forms(self, flow: Flow) -> Iterable[FormPart]:
        used: dict[str, list[str]] = {}
        for node in flow.steps:
            if id := flow.extensions(node).assignment.form_id:
                used.setdefault(id, []).append(flow.told(node.get("id", "")))
        for id, told in used.items():
            if (form := self._form(id)) is not None:
                yield form_part(form, self.language, tuple(told))

    def _form(self, id: str) -> forms.Form | None:
        file = self.form_files.get(id)
        return forms.reopen(file, self.files[file].decode("utf-8-sig")) if file is not None else None

    def _form_name(self, id: str) -> str:
        form = self._form(id)
        return (
            form.definition.title(self.language)
            if form is not None
            else label("no_form", self.language, id=id)
        )

    def _decision_name(self, id: str) -> str:
        file = self.decisions.get(id)
        if file is None:
            return label("no_decision", self.language, id=id)
        return next(t.name for t in self._of(file) if t.id == id)

    def _tables(self, flow: Flow) -> list[Table]:
        called = [flow.extensions(node).decision for node in flow.steps]
        found: dict[str, Table] = {}
        for id in dict.fromkeys(each.id for each in called if each is not None and each.id in self.decisions):
            file = self.decisions[id]
            needed = required(file, self.files[file], id)
            found |= {t.id: t for t in self._of(file) if t.id in needed}
        return list(found.values())

    def _numbers(self, flow: Flow) -> dict[str, str]:
        """The numbers that decisions without conditions fix, by the names under which the process knows them."""
        found: dict[str, str] = {}
        for node in flow.steps:
            called = flow.extensions(node).decision
            if called is not None and called.id in self.decisions:
                file = self.decisions[called.id]
                table = next(t for t in self._of(file) if t.id == called.id)
                for _, text in table.texts:
                    found |= {f"{called.result}.{name}": number for name, number in FIXED.findall(text)}
        return found

    def _of(self, file: str) -> list[Table]:
        if file not in self._read:
            self._read[file] = tables(file, self.files[file], self.language)
        return self._read[file]

    def _name(self, process_id: str) -> str:
        file = self.owners.get(process_id)
        if file is None:
            return process_id
        root = xml.parse(file, self.files[file])
        process = next(p for p in root.iterchildren(f"{{{BPMN}}}process") if p.get("id") == process_id)
        return Flow(root, process, self.language).name(process) or process_id

    def _documents(self, flow: Flow) -> Iterable[tuple[str, str, str]]:
        for node in flow.steps:
            job = flow.extensions(node).job
            for kind in (KINDS[id] for id in MADE_AFTER.get(job.type, ())) if job is not None else ():
                yield say((kind.zh, kind.en), self.language), kind.article, flow.told(node.get("id", ""))


def _form_ids(files: Mapping[str, bytes]) -> Iterable[tuple[str, str]]:
    for file, content in sorted(files.items()):
        if file.endswith(".form"):
            try:
                head = json.loads(content.decode("utf-8-sig", errors="replace"))
            except (json.BadJson, RecursionError):
                continue  # told on its own page
            if isinstance(head, dict) and isinstance(head.get("id"), str):
                yield head["id"], file
