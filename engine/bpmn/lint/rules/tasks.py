"""Tasks, call activities and multi-instances: what each needs to run."""

from engine.bpmn.lint.diagram import Node, children, documentation, zeebe
from engine.bpmn.lint.kinds import error, warning
from engine.bpmn.lint.registry import Subject, rule
from engine.xml import local

NO_VERB = error("NO_VERB", "须用 taskDefinition type 指明动作。", "A taskDefinition type must name the verb.")
NO_DECISION = error(
    "NO_DECISION",
    "业务规则任务须指明决策编号和结果变量。",
    "A business rule task needs a decision id and a result variable.",
)
NO_SCRIPT = error(
    "NO_SCRIPT", "脚本任务须有表达式和结果变量。", "A script task needs an expression and a result variable."
)
TWO_WAYS = error(
    "TWO_IMPLEMENTATIONS",
    "同一任务不能既有 {one} 又有 taskDefinition。",
    "A task cannot have both {one} and a taskDefinition.",
)
SCRIPT_CODE = error(
    "SCRIPT_CODE",
    "不能运行程序代码；请改用 FEEL 表达式。",
    "Program code is never run; use a FEEL expression.",
)
NO_PROCESS_ID = error(
    "NO_CALLED_PROCESS",
    "调用活动须指明被调用流程的编号。",
    "A call activity needs the id of the process it calls.",
)
BINDING = error(
    "BINDING",
    "绑定方式“{binding}”无效或缺少版本标签。",
    "The binding “{binding}” is not valid or lacks its version tag.",
)
NO_COLLECTION = error(
    "NO_INPUT_COLLECTION", "多实例须有输入集合。", "A multi-instance needs an input collection."
)
HALF_OUTPUT = error(
    "OUTPUT_COLLECTION",
    "多实例的输出集合与输出元素须同时填写。",
    "Output collection and output element of a multi-instance belong together.",
)
NO_DOCUMENTATION = warning(
    "USER_TASK_DOCUMENTATION",
    "用户任务“{name}”没有说明：做什么、依据哪一条。",
    "The user task “{name}” has no documentation: what to do, under which article.",
)
NO_FORM = warning("USER_TASK_FORM", "用户任务“{name}”没有表单。", "The user task “{name}” has no form.")
NO_ASSIGNMENT = warning(
    "USER_TASK_ASSIGNMENT",
    "用户任务“{name}”没有指定办理人或候选组，没有人会看到它。",
    "The user task “{name}” has no assignee or candidates, so nobody will see it.",
)
MANUAL_WITHOUT_PEOPLE = warning(
    "MANUAL_TASK_ASSIGNMENT",
    "人工任务“{name}”没有指定办理人或候选组，没有人会看到它，流程会停在这里。",
    "The manual task “{name}” has no assignee or candidates: nobody will see it, and the process will stand there.",
)
NO_OUTPUT = error(
    "FORM_WITHOUT_OUTPUT",
    "用户任务“{name}”有表单但没有输出映射，全部填报内容会进入流程变量。",
    "The user task “{name}” has a form but no output mapping: everything submitted would become variables.",
)
DIFFERENT_FROM = error(
    "DIFFERENT_FROM",
    "luzhi:differentFrom 引用的元素“{id}”不存在。",
    "luzhi:differentFrom names “{id}”, which does not exist.",
)
COUNTERSIGN = error(
    "COUNTERSIGN",
    "luzhi:countersign 的值“{value}”不认识，只能写 allowed 或 none。",
    "luzhi:countersign is “{value}”; only allowed and none are known.",
)

_BINDINGS = frozenset({"latest", "deployment", "versionTag"})


@rule
def verbs(subject: Subject) -> None:
    """Service tasks name a verb; rule and script tasks have a decision, an expression or a verb."""
    for node in subject.diagram.nodes:
        named = any(e.get("type", "").strip() for e in node.zeebe("taskDefinition"))
        if node.kind == "serviceTask" and not named:
            subject.report.add(NO_VERB, node.id)
        if node.kind == "businessRuleTask":
            _either(subject, node, "calledDecision", ("decisionId", "resultVariable"), named)
        if node.kind == "scriptTask":
            _either(subject, node, "script", ("expression", "resultVariable"), named)
            if any((code.text or "").strip() for code in children(node.element, "script")):
                subject.report.add(SCRIPT_CODE, node.id)


def _either(subject: Subject, node: Node, name: str, keys: tuple[str, ...], named: bool) -> None:
    found = list(node.zeebe(name))
    if found and node.has("taskDefinition"):
        subject.report.add(TWO_WAYS, node.id, one=name)
    complete = any(all(element.get(key, "").strip() for key in keys) for element in found)
    if (found and not complete) or (not found and not named):
        subject.report.add(NO_DECISION if name == "calledDecision" else NO_SCRIPT, node.id)


@rule
def calls(subject: Subject) -> None:
    """Call activities name a process; bindings are of a known kind."""
    for node in subject.diagram.nodes:
        called = [e.get("processId", "") for e in node.zeebe("calledElement")]
        if node.kind == "callActivity" and not any((*called, node.element.get("calledElement", ""))):
            subject.report.add(NO_PROCESS_ID, node.id)
        for name in ("calledElement", "calledDecision", "formDefinition"):
            for element in node.zeebe(name):
                binding = element.get("bindingType", "latest")
                if binding not in _BINDINGS or (binding == "versionTag" and not element.get("versionTag")):
                    subject.report.add(BINDING, node.id, binding=binding)


@rule
def multi_instances(subject: Subject) -> None:
    """A multi-instance has a collection to go through, and collects results as a pair of texts."""
    for node in subject.diagram.nodes:
        for loop in children(node.element, "multiInstanceLoopCharacteristics"):
            given = list(zeebe(loop, "loopCharacteristics"))
            if not any(element.get("inputCollection", "").strip() for element in given):
                subject.report.add(NO_COLLECTION, node.id)
            for element in given:
                if bool(element.get("outputCollection")) != bool(element.get("outputElement")):
                    subject.report.add(HALF_OUTPUT, node.id)


@rule
def user_tasks(subject: Subject) -> None:
    """A user task tells what to do, has a form with named results, and people who see it."""
    for node in subject.diagram.nodes:
        if node.kind != "userTask":
            continue
        add, name = subject.report.add, node.name or node.id
        if not documentation(node.element):
            add(NO_DOCUMENTATION, node.id, name=name)
        if not _form(node):
            add(NO_FORM, node.id, name=name)
        elif not any(local(mapping) == "output" for io in node.zeebe("ioMapping") for mapping in io):
            add(NO_OUTPUT, node.id, name=name)
        if not _offered(node):
            add(NO_ASSIGNMENT, node.id, name=name)


@rule
def manual_tasks(subject: Subject) -> None:
    """A manual task is offered to somebody who can confirm it."""
    for node in subject.diagram.nodes:
        if node.kind == "manualTask" and not _offered(node):
            subject.report.add(MANUAL_WITHOUT_PEOPLE, node.id, name=node.name or node.id)


def _offered(node: Node) -> bool:
    return any(value.strip() for e in node.zeebe("assignmentDefinition") for value in e.attrib.values())


def _form(node: Node) -> bool:
    keys = ("formId", "externalReference", "formKey")
    return any(element.get(key, "").strip() for element in node.zeebe("formDefinition") for key in keys)


@rule
def different_people(subject: Subject) -> None:
    """The steps whose completer may not complete this one are there."""
    for node in subject.diagram.nodes:
        for id in filter(None, (part.strip() for part in node.property("luzhi:differentFrom").split(","))):
            if node.kind == "userTask" and id not in subject.diagram.by_id:
                subject.report.add(DIFFERENT_FROM, node.id, id=id)


@rule
def countersignatures(subject: Subject) -> None:
    """Whether a step may be countersigned is said in one of two words."""
    for node in subject.diagram.nodes:
        value = node.property("luzhi:countersign")
        if node.kind == "userTask" and value not in ("", "none", "allowed"):
            subject.report.add(COUNTERSIGN, node.id, value=value)
