"""Lint a set of files together: what one names, another must have; and no circle of calls."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import simplejson

import forms
from engine import dmn
from engine.bpmn.lint.diagram import Diagram, Element
from engine.bpmn.lint.kinds import Report, error, warning
from engine.bpmn.lint.known import Known
from engine.bpmn.lint.single import lint, read
from engine.problems import NotDeployable, Problem
from engine.xml import local

FILE_TYPE = error(
    "FILE_TYPE",
    "不认识的文件类型；应为 .bpmn、.dmn 或 .form。",
    "Not a known type of file; .bpmn, .dmn or .form is expected.",
)
DEFINED_TWICE = error(
    "DEFINED_TWICE", "{what}“{id}”已在 {other} 中定义。", "The {what} “{id}” is defined in {other}, too."
)
CALL_CYCLE = warning(
    "CALL_CYCLE",
    "流程相互调用成环：{path}；须确保能够结束。",
    "The processes call each other in a circle: {path}; make sure that it ends.",
)
NOT_TEXT = error("NOT_TEXT", "文件不是 UTF-8 文本。", "The file is not UTF-8 text.")


def lint_set(files: Mapping[str, bytes], known: Known | None = None) -> list[Problem]:
    """The findings of all files, in the order of their names, errors first in each.

    What the files define is known to all of them, in addition to `known`.
    """
    return _Set(files, known or Known()).problems()


class _Set:
    """One lint run: first who defines what, then each file against all of it."""

    def __init__(self, files: Mapping[str, bytes], known: Known) -> None:
        self.files = dict(sorted(files.items()))
        self.reports = {file: Report(file) for file in self.files}
        self.owners: dict[tuple[str, str], str] = {}
        self.diagrams: dict[str, Diagram] = {}
        self.fields: dict[str, Collection[str] | None] = {}
        for file in self.files:
            self._collect(file)
        self.known = replace(
            known,
            forms=self._forms(known.forms),
            decisions=self._with(known.decisions, "decision"),
            processes=self._with(known.processes, "process"),
        )

    def problems(self) -> list[Problem]:
        """Everything found."""
        for file, report in self.reports.items():
            if file.endswith(".bpmn"):
                report.problems.extend(lint(file, self.files[file], self.known))
        self._cycles()
        return [p for r in self.reports.values() for p in sorted(r.problems, key=lambda p: p.severity)]

    def _collect(self, file: str) -> None:
        data, report = self.files[file], self.reports[file]
        if file.endswith(".bpmn"):
            diagram, _ = read(file, data)
            if diagram is not None:
                self.diagrams[file] = diagram
                self._own(file, "process", (process.get("id", "") for process in diagram.processes))
        elif file.endswith(".dmn"):
            report.problems.extend(dmn.lint(file, data))
            self._own(file, "decision", dmn.ids(file, data))
        elif file.endswith(".form"):
            self._form(file, data, report)
        else:
            report.add(FILE_TYPE, "")

    def _form(self, file: str, data: bytes, report: Report) -> None:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            report.add(NOT_TEXT, "")
            return
        report.problems.extend(forms.lint(file, text))
        ids = _form_id(text)
        self._own(file, "form", ids)
        try:
            self.fields.update({id: forms.load(file, text).keys for id in ids})
        except NotDeployable:
            self.fields.update(dict.fromkeys(ids))  # its findings are told; its fields are not known

    def _own(self, file: str, what: str, ids: Iterable[str]) -> None:
        for id in ids:
            owner = self.owners.setdefault((what, id), file)
            if owner != file:
                self.reports[file].add(DEFINED_TWICE, id, what=what, id=id, other=owner)

    def _forms(self, known: Collection[str] | None) -> Mapping[str, Collection[str] | None]:
        given = known if isinstance(known, Mapping) else dict.fromkeys(known or ())
        return {**given, **self.fields}

    def _with(self, known: Collection[str] | None, what: str) -> set[str]:
        return {*(known or ()), *(id for kind, id in self.owners if kind == what)}

    def _cycles(self) -> None:
        """Processes that call each other, over all files; each circle is told once, where it begins."""
        calls = {
            id: (file, called) for file, diagram in self.diagrams.items() for id, called in _calls(diagram)
        }
        done: set[str] = set()
        for start in calls:
            path, todo = [start], [iter(calls[start][1])]
            while todo and start not in done:
                called = next(todo[-1], None)
                if called is None:
                    done.add(path.pop())
                    todo.pop()
                elif called in path:
                    circle = " → ".join([*path[path.index(called) :], called])
                    self.reports[calls[called][0]].add(CALL_CYCLE, called, path=circle)
                elif called in calls and called not in done:
                    path.append(called)
                    todo.append(iter(calls[called][1]))


def _form_id(text: str) -> list[str]:
    """The id in a form's JSON, whatever else is wrong with it, so that naming it is no second finding."""
    try:
        head = simplejson.loads(text)
    except (ValueError, RecursionError):
        return []
    id = head.get("id") if isinstance(head, dict) else None
    return [id] if isinstance(id, str) else []


def _calls(diagram: Diagram) -> Iterable[tuple[str, list[str]]]:
    """Each process with the processes that it calls by literal id."""
    called: dict[str, list[str]] = {process.get("id", ""): [] for process in diagram.processes}
    for node in diagram.nodes:
        for element in node.zeebe("calledElement") if node.kind == "callActivity" else ():
            called[_process_of(node.element)].append(element.get("processId", ""))
    return called.items()


def _process_of(element: Element) -> str:
    return next(at.get("id", "") for at in element.iterancestors() if local(at) == "process")
