"""Read a DMN file into a decision requirements graph, and note everything that is wrong with it.

The reader goes by local names, so that DMN 1.1 to 1.6 read alike; diagrams, item definitions, sources
and vendors' extensions are passed over.
"""

from collections.abc import Iterable, Iterator

from engine import xml
from engine.dmn.boxes import BoxReader
from engine.dmn.elements import Element, children, english_name, first
from engine.dmn.findings import Findings
from engine.dmn.model import FEEL_LANGUAGES, NAMESPACES, Decision, Graph, Knowledge
from engine.problems import Problem
from engine.xml import XmlRefused, local


def read(file: str, data: bytes) -> tuple[Graph, list[Problem]]:
    """The graph and the problems found; the graph is empty when the file is not DMN at all."""
    findings = Findings(file)
    try:
        root = xml.parse(file, data)
    except XmlRefused as refused:
        return Graph(file, ""), [refused.problem]
    if local(root) != "definitions" or xml.namespace(root) not in NAMESPACES:
        findings.error("", "DMN_NOT_DMN", "不是 DMN 1.1 至 1.6 的文件", "This is not a DMN 1.1 to 1.6 file")
        return Graph(file, ""), findings.problems
    return _Reader(root, findings).graph(), findings.problems


class _Reader:
    """Reads one file; `findings` collects what is wrong."""

    def __init__(self, root: Element, findings: Findings) -> None:
        self.root = root
        self.findings = findings
        self.elements = {e.get("id", ""): e for e in root if e.get("id")}

    def graph(self) -> Graph:
        """The whole graph; references that lead nowhere are left out of it."""
        self._check_root()
        inputs = {id: _variable(element) for id, element in self._of("inputData")}
        knowledge = {id: self._knowledge(id, element) for id, element in self._of("businessKnowledgeModel")}
        decisions = {id: self._decision(id, element) for id, element in self._of("decision")}
        if not decisions:
            self.findings.error("", "DMN_NO_DECISION", "文件中没有决策", "The file has no decision")
        self._check_cycles(
            {d.id: (*d.decisions, *d.knowledge) for d in decisions.values()}
            | {k.id: k.knowledge for k in knowledge.values()}
        )
        return Graph(self.findings.file, self.root.get("name", ""), decisions, inputs, knowledge)

    def _check_root(self) -> None:
        self._check_ids()
        self._check_language(self.root, "expressionLanguage")
        for element in children(self.root, "import"):
            self.findings.error(
                element.get("name", ""),
                "DMN_IMPORT",
                "不支持从其他 DMN 文件导入",
                "Imports of other DMN files are not supported",
            )

    def _check_ids(self) -> None:
        seen: set[str] = set()
        for element in self.root.iter():
            id = element.get("id")
            if id and id in seen:
                self.findings.error(id, "DMN_DUPLICATE_ID", f"编号 {id} 重复", f"The id {id} stands twice")
            seen.add(id or "")

    def _check_language(self, element: Element, attribute: str) -> None:
        language = element.get(attribute)
        if language and language.lower() not in FEEL_LANGUAGES:
            self.findings.error(
                element.get("id", ""),
                "DMN_LANGUAGE",
                f"不支持表达式语言 {language}，只支持 FEEL",
                f"The expression language {language} is not supported, only FEEL is",
            )

    def _of(self, kind: str) -> Iterator[tuple[str, Element]]:
        for element in children(self.root, kind):
            if not element.get("id"):
                name = element.get("name", "")
                self.findings.error(name, "DMN_NO_ID", f"“{name}”没有编号", f"“{name}” has no id")
                continue
            yield element.get("id", ""), element

    def _decision(self, id: str, element: Element) -> Decision:
        decisions = self._required(id, element, "requiredDecision", "decision")
        inputs = self._required(id, element, "requiredInput", "inputData")
        knowledge = self._required(id, element, "requiredKnowledge", "businessKnowledgeModel")
        names = [self._name(ref) for ref in (*decisions, *inputs, *knowledge)]
        name = element.get("name") or id
        logic = self._boxes(id, names).child(element)
        if logic is None:
            self.findings.error(
                id, "DMN_NO_LOGIC", f"决策“{name}”没有内容", f"The decision “{name}” has no logic"
            )
        return Decision(
            id, name, _variable(element) or id, logic, decisions, inputs, knowledge, english_name(element)
        )

    def _knowledge(self, id: str, element: Element) -> Knowledge:
        required = self._required(id, element, "requiredKnowledge", "businessKnowledgeModel")
        name = element.get("name") or id
        function = first(element, "encapsulatedLogic")
        if function is None:
            self.findings.error(id, "DMN_NO_LOGIC", f"“{name}”没有内容", f"“{name}” has no logic")
            return Knowledge(id, name, (), None, required)
        if function.get("kind", "FEEL") != "FEEL":
            self.findings.error(
                id, "DMN_FUNCTION_KIND", "函数只能用 FEEL 编写", "Functions can only be written in FEEL"
            )
        parameters = tuple(e.get("name", "") for e in children(function, "formalParameter"))
        names = [*parameters, name, *(self._name(ref) for ref in required)]
        return Knowledge(
            id, _variable(element) or name, parameters, self._boxes(id, names).child(function), required
        )

    def _boxes(self, id: str, names: Iterable[str]) -> BoxReader:
        return BoxReader(self.findings, id, frozenset(name for name in names if name), self._check_language)

    def _name(self, id: str) -> str:
        return _variable(self.elements[id])

    def _required(self, id: str, element: Element, kind: str, target: str) -> tuple[str, ...]:
        """The ids that requirements of this kind lead to, in this file."""
        found = []
        for reference in element.iter():
            if local(reference) != kind:
                continue
            href = reference.get("href", "")
            ref = href.rpartition("#")[2]
            foreign = href.partition("#")[0] not in ("", self.root.get("namespace", ""))
            if foreign or ref not in self.elements or local(self.elements[ref]) != target:
                self.findings.error(
                    id,
                    "DMN_REFERENCE",
                    f"引用的 {href or '?'} 不存在",
                    f"The reference {href or '?'} leads nowhere",
                )
                continue
            found.append(ref)
        return tuple(found)

    def _check_cycles(self, requires: dict[str, tuple[str, ...]]) -> None:
        """Depth first, each decision once; a decision met again on its own path closes a cycle (6.3.7)."""
        done: set[str] = set()
        for start in requires:
            stack = [(start, iter(requires[start]))] if start not in done else []
            path = [start]
            while stack:
                ref = next(stack[-1][1], None)
                if ref is None:
                    done.add(stack.pop()[0])
                    path.pop()
                elif ref in path:
                    self._cycle([*path[path.index(ref) :], ref])
                elif ref not in done and ref in requires:
                    stack.append((ref, iter(requires[ref])))
                    path.append(ref)

    def _cycle(self, path: list[str]) -> None:
        text = " → ".join(path)
        self.findings.error(
            path[0], "DMN_CYCLE", f"决策相互依赖成环：{text}", f"The decisions require each other: {text}"
        )


def _variable(element: Element) -> str:
    """The name under which others see the element's value."""
    names = (child.get("name") for child in children(element, "variable"))
    return next((name for name in names if name), None) or element.get("name") or element.get("id") or ""
