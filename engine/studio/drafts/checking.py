"""What is wrong in a set of rules, found with the real parsers: one file while somebody types, or the whole set."""

import hashlib
from collections.abc import Collection, Mapping
from pathlib import PurePosixPath

import forms
from engine import bpmn, dmn, xml
from engine.bpmn.lint import lint_set
from engine.problems import NotDeployable, Problem
from engine.runtime import Runtime
from engine.store import json
from engine.studio.decisions.examples import failures
from engine.table_lint import lint_tables
from engine.tables import is_table

MOST = 1_000
"""Contents whose names are remembered."""
MOST_SETS = 30
"""Sets whose findings are remembered."""
_sets: dict[tuple[tuple[tuple[str, str], ...], frozenset[str], frozenset[str]], list[Problem]] = {}
_named: dict[tuple[str, str], Mapping[str, Collection[str] | None]] = {}


def file_problems(rt: Runtime, files: Mapping[str, bytes], file: str) -> list[Problem]:
    """The findings of one file among the others, errors first. Never raises for what a file contains."""
    content, suffix = files[file], PurePosixPath(file).suffix
    if suffix == ".bpmn":
        return bpmn.lint(file, content, known(rt, files))
    if suffix == ".dmn":
        found = [*dmn.lint(file, content), *failures({file: content}, rt.functions)]
        return sorted(found, key=lambda problem: problem.severity)
    if is_table(file):
        return [problem for problem in _table_problems(rt, files) if problem.file == file]
    return lint_set({file: content})


def set_problems(rt: Runtime, files: Mapping[str, bytes]) -> list[Problem]:
    """The findings of all files together, failing examples included. Never raises for what a file contains."""
    ours = {file: content for file, content in files.items() if not is_table(file)}
    return _linted(rt, ours) + failures(ours, rt.functions) + _table_problems(rt, files)


def _linted(rt: Runtime, files: Mapping[str, bytes]) -> list[Problem]:
    """The findings of diagrams, decisions and forms: a page of a change asks for those of one set again and again."""
    hashes = tuple(sorted((file, hashlib.sha256(content).hexdigest()) for file, content in files.items()))
    verbs, functions = rt.verbs.current(), frozenset(rt.functions.names)
    key = (hashes, frozenset(verbs), functions)
    if key not in _sets:
        if len(_sets) >= MOST_SETS:
            _sets.clear()
        _sets[key] = lint_set(files, bpmn.Known(verbs=verbs, functions=functions))
    return _sets[key]


def _table_problems(rt: Runtime, files: Mapping[str, bytes]) -> list[Problem]:
    """The findings of the catalogues and calendars, together with those that are deployed, errors first."""
    with rt.reading() as session:
        found = lint_tables(files, rt.tables, rt.pins(session))
    return sorted(found, key=lambda problem: problem.severity)


def known(rt: Runtime, files: Mapping[str, bytes]) -> bpmn.Known:
    """What a diagram of the set may refer to."""
    fields: dict[str, Collection[str] | None] = {}
    ids: dict[str, set[str]] = {".bpmn": set(), ".dmn": set()}
    for file, content in files.items():
        suffix = PurePosixPath(file).suffix
        if suffix == ".form":
            fields.update(names(file, content))
        elif suffix in ids:
            ids[suffix].update(names(file, content))
    return bpmn.Known(
        forms=fields,
        decisions=ids[".dmn"],
        processes=ids[".bpmn"],
        verbs=rt.verbs.current(),
        functions=frozenset(rt.functions.names),
    )


def names(file: str, content: bytes) -> Mapping[str, Collection[str] | None]:
    """The ids that a file defines, whatever else is wrong with it; of a form with the keys of its data."""
    key = (file, hashlib.sha256(content).hexdigest())
    if key not in _named:
        if len(_named) >= MOST:
            _named.clear()
        _named[key] = _read(file, content)
    return _named[key]


def _read(file: str, content: bytes) -> Mapping[str, Collection[str] | None]:
    if file.endswith(".dmn"):
        return dict.fromkeys(dmn.ids(file, content))
    if file.endswith(".bpmn"):
        return dict.fromkeys(_processes(file, content))
    try:
        form = forms.load(file, content.decode("utf-8-sig", errors="replace"))
    except NotDeployable:
        return dict.fromkeys(_form_id(content))  # its findings are told on its own page
    return {form.id: form.keys}


def _processes(file: str, content: bytes) -> list[str]:
    try:
        root = xml.parse(file, content)
    except xml.XmlRefused:
        return []
    return [each.get("id", "") for each in root if xml.local(each) == "process"]


def _form_id(content: bytes) -> list[str]:
    try:
        head = json.loads(content.decode("utf-8-sig", errors="replace"))
    except (json.BadJson, RecursionError):
        return []
    id = head.get("id") if isinstance(head, dict) else None
    return [id] if isinstance(id, str) else []
