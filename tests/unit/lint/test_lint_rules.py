"""Each kind of finding: a good diagram has none, the same diagram broken in one place has it."""

import re

import lint_diagrams as diagrams
import pytest
from lint_diagrams import CHOICE, EVENTS, LINE, TASKS

from engine.bpmn.lint import Known, lint, sets, single
from engine.bpmn.lint.kinds import kinds
from engine.bpmn.lint.rules import interfaces
from engine.problems import Problem

KNOWN = Known(
    forms={"county"},
    decisions={"eligible"},
    processes=set(),
    verbs={"titles.grant"},
    functions={"workdays after"},
)
USER_TASK_EXT = '<z:ioMapping><z:output source="=ok" target="ok"/></z:ioMapping>'


OF_INTERFACES = (interfaces.FORM_FIELD, interfaces.VERB_INPUT, interfaces.VERB_OUTPUT)


def findings(text: str) -> list[Problem]:
    return lint("t.bpmn", text.encode(), KNOWN)


@pytest.mark.parametrize("good", ["LINE", "CHOICE", "FORK", "EVENTS", "TASKS"])
def test_good_diagrams_have_no_findings(good: str) -> None:
    assert findings(getattr(diagrams, good)) == []


def at(end: str) -> tuple[str, str]:
    return "</process>", f"{end}</process>"


BROKEN: list[tuple[str, str, str, str]] = [
    # what the engine does not run
    ("UNSUPPORTED_ELEMENT", LINE, *at('<transaction id="z"/>')),
    ("UNSUPPORTED_ELEMENT", LINE, *at('<adHocSubProcess id="z"/>')),
    ("UNSUPPORTED_ELEMENT", LINE, *at('<complexGateway id="z"/>')),
    ("UNSUPPORTED_ELEMENT", LINE, *at('<callChoreography id="z"/>')),
    ("UNSUPPORTED_EVENT", EVENTS, "timerEventDefinition", "conditionalEventDefinition"),
    ("UNSUPPORTED_EVENT", EVENTS, "terminateEventDefinition", "cancelEventDefinition"),
    (
        "UNSUPPORTED_EVENT",
        EVENTS,
        '<startEvent id="is"/>',
        '<startEvent id="is"><timerEventDefinition/></startEvent>',
    ),
    ("UNSUPPORTED_EVENT", LINE, '<endEvent id="e"/>', '<endEvent id="e"><timerEventDefinition/></endEvent>'),
    ("SEVERAL_EVENT_DEFINITIONS", EVENTS, "<terminateEventDefinition/>", "<terminateEventDefinition/>" * 2),
    ("UNSUPPORTED_COMPENSATION", CHOICE, '<task id="a"', '<task isForCompensation="true" id="a"'),
    ("UNSUPPORTED_COMPENSATION", EVENTS, "<terminateEventDefinition/>", "<compensateEventDefinition/>"),
    (
        "UNSUPPORTED_STANDARD_LOOP",
        CHOICE,
        '<task id="a"/>',
        '<task id="a"><standardLoopCharacteristics/></task>',
    ),
    ("UNSUPPORTED_INSTANTIATE", TASKS, '<receiveTask id="w"', '<receiveTask instantiate="true" id="w"'),
    (
        "UNSUPPORTED_PARALLEL_EVENTS",
        EVENTS,
        '<eventBasedGateway id="x"',
        '<eventBasedGateway eventGatewayType="Parallel" id="x"',
    ),
    ("UNSUPPORTED_EXTENSION", LINE, "<z:userTask/>", "<z:userTask/><z:executionListeners/>"),
    (
        "FOREIGN_EXTENSION",
        LINE,
        "<z:userTask/>",
        '<q:formData xmlns:q="http://camunda.org/schema/1.0/bpmn"/>',
    ),
    # structure
    ("NO_PROCESS", CHOICE, 'isExecutable="true"', 'isExecutable="false"'),
    ("NOT_EXECUTABLE", CHOICE, 'isExecutable="true"', 'isExecutable="false"'),
    ("EXECUTABLE_UNSAID", CHOICE, ' isExecutable="true"', ""),
    ("NO_ID", CHOICE, '<task id="a"/>', "<task/>"),
    ("BAD_ID", CHOICE, '<task id="a"/>', '<task id="初审"/>'),
    ("DUPLICATE_ID", CHOICE, '<task id="a"/>', '<task id="b"/>'),
    ("DANGLING_FLOW", CHOICE, 'targetRef="m"', 'targetRef="nowhere"'),
    ("DANGLING_FLOW", CHOICE, 'sourceRef="a"', 'sourceRef="nowhere"'),
    ("DANGLING_FLOW", EVENTS, 'sourceRef="s" targetRef="sub"', 'sourceRef="s" targetRef="it"'),
    ("NO_START", CHOICE, '<startEvent id="s"/>', '<task id="s"/>'),
    ("NO_START", EVENTS, '<startEvent id="is"/>', '<task id="is"/>'),
    ("SEVERAL_STARTS", CHOICE, '<task id="a"/>', '<startEvent id="a"/>'),
    ("EVENT_SUB_START", EVENTS, '<signalEventDefinition signalRef="g1"/></startEvent>', "</startEvent>"),
    ("EVENT_SUB_FLOW", EVENTS, 'targetRef="e"', 'targetRef="es"'),
    ("FLOW_INTO_START", CHOICE, 'targetRef="a"', 'targetRef="s"'),
    ("FLOW_OUT_OF_END", CHOICE, 'sourceRef="m" targetRef="e"', 'sourceRef="e" targetRef="m"'),
    ("FLOW_INTO_BOUNDARY", LINE, 'targetRef="e"', 'targetRef="b"'),
    ("NO_OUTGOING", CHOICE, '<endEvent id="e"/>', '<task id="e"/>'),
    ("UNREACHABLE", CHOICE, *at('<task id="alone"/>')),
    ("ATTACHED_TO", EVENTS, 'attachedToRef="sub"><error', 'attachedToRef="es"><error'),
    ("ATTACHED_TO", LINE, 'attachedToRef="t"', 'attachedToRef="nowhere"'),
    # gateways
    ("FLOW_CONDITION_MISSING", CHOICE, "<conditionExpression>=score &gt;= 60</conditionExpression>", ""),
    (
        "FLOW_CONDITION_MISPLACED",
        CHOICE,
        'targetRef="e">',
        'targetRef="a"><conditionExpression>=x</conditionExpression></sequenceFlow>'
        '<sequenceFlow id="z" sourceRef="a" targetRef="e"><conditionExpression>=y</conditionExpression>',
    ),
    (
        "DEFAULT_FLOW_CONDITION",
        CHOICE,
        'targetRef="b">',
        'targetRef="b"><conditionExpression>=x</conditionExpression>',
    ),
    ("DEFAULT_FLOW_UNKNOWN", CHOICE, 'default="x_b"', 'default="a_m"'),
    ("NO_DEFAULT_FLOW", CHOICE, 'default="x_b"', ""),
    ("EVENT_GATEWAY_TARGET", EVENTS, 'sourceRef="x" targetRef="k2"', 'sourceRef="x" targetRef="g"'),
    ("EVENT_GATEWAY_SIZE", EVENTS, 'sourceRef="x" targetRef="k2"', 'sourceRef="l2" targetRef="k2"'),
    ("JOIN_IMPOSSIBLE", CHOICE, '<exclusiveGateway id="m"/>', '<parallelGateway id="m"/>'),
    # events
    ("EVENT_REFERENCE", EVENTS, 'messageRef="m1"', 'messageRef="nowhere"'),
    ("EVENT_REFERENCE", EVENTS, 'signalRef="g1"', 'signalRef="m1"'),
    (
        "EVENT_REFERENCE",
        EVENTS,
        '<endEvent id="ie"><errorEventDefinition errorRef="r1"/>',
        '<endEvent id="ie"><errorEventDefinition/>',
    ),
    ("EVENT_REFERENCE", TASKS, '<receiveTask id="w" messageRef="m1"/>', '<receiveTask id="w"/>'),
    ("EVENT_NAME", EVENTS, 'id="g1" name="cycle.closed"', 'id="g1"'),
    ("EVENT_CODE", EVENTS, 'id="r1" errorCode="LATE"', 'id="r1"'),
    (
        "CORRELATION_KEY",
        TASKS,
        '<receiveTask id="w" messageRef="m1"/>',
        '<receiveTask id="w" messageRef="m2"/>',
    ),
    ("PUBLISH_CORRELATION_KEY", TASKS, 'target="correlationKey"', 'target="other"'),
    (
        "LINK_PARTNER",
        EVENTS,
        '<intermediateThrowEvent id="l1"><linkEventDefinition name="on"/>',
        '<intermediateThrowEvent id="l1"><linkEventDefinition name="off"/>',
    ),
    ("LINK_NAME", EVENTS, '<linkEventDefinition name="on"/>', "<linkEventDefinition/>"),
    (
        "LINK_TWICE",
        EVENTS,
        '<intermediateCatchEvent id="l2">',
        '<intermediateCatchEvent id="l3"><linkEventDefinition name="on"/></intermediateCatchEvent>'
        '<sequenceFlow id="l3_g" sourceRef="l3" targetRef="g"/><intermediateCatchEvent id="l2">',
    ),
    (
        "ERROR_NOT_INTERRUPTING",
        EVENTS,
        'attachedToRef="sub"><error',
        'attachedToRef="sub" cancelActivity="false"><error',
    ),
    (
        "DUPLICATE_CATCH",
        EVENTS,
        '<boundaryEvent id="b1" attachedToRef="sub"><errorEventDefinition errorRef="r1"/>',
        '<boundaryEvent id="b1" attachedToRef="sub"><messageEventDefinition messageRef="m1"/>',
    ),
    # expressions and timers
    ("FEEL_SYNTAX", CHOICE, "=score &gt;= 60", "=score &gt;= "),
    ("FEEL_SYNTAX", LINE, 'source="=opinion"', 'source="=opinion +"'),
    ("FEEL_TOO_LARGE", CHOICE, "=score &gt;= 60", "=" + "(" * 500 + "1" + ")" * 500),
    ("FEEL_EMPTY", CHOICE, "=score &gt;= 60", "="),
    ("FEEL_EQUALS_MISSING", CHOICE, "=score &gt;= 60", "score &gt;= 60"),
    ("FEEL_EQUALS_MISSING", TASKS, 'inputCollection="=experts"', 'inputCollection="experts"'),
    ("FEEL_EQUALS_MISSING", TASKS, "=all(sheets)", "all(sheets)"),
    ("FEEL_EQUALS_MISSING", EVENTS, 'correlationKey="=application_no"', 'correlationKey="application_no"'),
    ("FEEL_EQUALS_MISSING", LINE, 'source="=opinion"', 'source="opinion"'),
    ("FEEL_NO_BREAK_SPACE", CHOICE, "=score &gt;= 60", "=score\u00a0&gt;= 60"),
    ("FEEL_UNKNOWN_NAME", LINE, 'dueDate="=deadline"', 'dueDate="=workdays afer(today(), 5)"'),
    ("TIMER_DEFINITION", EVENTS, "<timeDuration>P3D</timeDuration>", ""),
    ("TIMER_DEFINITION", EVENTS, "<timeDuration>P3D</timeDuration>", "<timeDuration>P3D</timeDuration>" * 2),
    ("TIMER_KIND", EVENTS, "<timeDuration>P3D</timeDuration>", "<timeCycle>R3/P3D</timeCycle>"),
    ("TIMER_KIND", EVENTS, "<timeCycle>R/P1D</timeCycle>", "<timeDuration>P1D</timeDuration>"),
    ("TIMER_CRON", EVENTS, "R/P1D", "0 0 9 * * MON"),
    ("TIMER_CRON", EVENTS, "R/P1D", "@daily"),
    ("TIMER_ISO", EVENTS, "P3D", "3 days"),
    ("TIMER_ISO", EVENTS, "R/P1D", "R/tomorrow"),
    ("TIMER_ISO", LINE, "<timeDate>=deadline</timeDate>", "<timeDate>2024-13-01T00:00:00Z</timeDate>"),
    ("SCHEDULE_ISO", LINE, 'dueDate="=deadline"', 'dueDate="next week"'),
    ("PRIORITY", LINE, 'priority="50"', 'priority="high"'),
    ("PRIORITY", LINE, 'priority="50"', 'priority="101"'),
    ("RETRIES", TASKS, 'retries="5"', 'retries="many"'),
    # tasks
    ("NO_VERB", TASKS, 'type="titles.grant"', 'type=""'),
    ("NO_DECISION", TASKS, 'resultVariable="ok"', ""),
    ("NO_DECISION", TASKS, '<z:calledDecision decisionId="eligible" resultVariable="ok"/>', ""),
    ("NO_SCRIPT", TASKS, 'resultVariable="two"', ""),
    ("TWO_IMPLEMENTATIONS", TASKS, "<z:script ", '<z:taskDefinition type="titles.grant"/><z:script '),
    (
        "SCRIPT_CODE",
        TASKS,
        '<scriptTask id="f">',
        '<scriptTask id="f" scriptFormat="python"><script>import os</script>',
    ),
    ("NO_CALLED_PROCESS", TASKS, '<z:calledElement processId="p" bindingType="deployment"/>', ""),
    ("BINDING", TASKS, 'bindingType="deployment"', 'bindingType="yesterday"'),
    ("BINDING", TASKS, 'bindingType="deployment"', 'bindingType="versionTag"'),
    ("NO_INPUT_COLLECTION", TASKS, 'inputCollection="=experts"', ""),
    ("OUTPUT_COLLECTION", TASKS, 'outputElement="=sheet"', ""),
    ("USER_TASK_DOCUMENTATION", LINE, "<documentation>第七条</documentation>", ""),
    ("USER_TASK_FORM", LINE, '<z:formDefinition externalReference="paper"/>', ""),
    ("USER_TASK_ASSIGNMENT", LINE, '<z:assignmentDefinition assignee="anna"/>', ""),
    ("MANUAL_TASK_ASSIGNMENT", TASKS, '<z:assignmentDefinition candidateGroups="seal"/>', ""),
    ("FORM_WITHOUT_OUTPUT", LINE, USER_TASK_EXT, ""),
    ("DEADLINE_WITHOUT_TIMER", LINE, 'attachedToRef="t"', 'attachedToRef="u"'),
    ("DUE", LINE, 'name="luzhi:due" value="closes"', 'name="luzhi:due" value="soon"'),
    ("DUE_TIMER", LINE, '<z:property name="luzhi:due" value="closes"/>', ""),
    ("DUE_TIMER", LINE, 'name="luzhi:due" value="closes"', 'name="luzhi:due" value="overdue"'),
    ("DUE_TIMER", LINE, 'attachedToRef="t"', 'attachedToRef="t" cancelActivity="false"'),
    ("DUE_TIMER", LINE, "<timeDate>=deadline<", "<timeDate>=later<"),
    ("DIFFERENT_FROM", LINE, 'value="u"', 'value="nobody"'),
    ("COUNTERSIGN", LINE, 'name="luzhi:differentFrom" value="u"', 'name="luzhi:countersign" value="yes"'),
    # data
    ("VARIABLE_NAME", LINE, 'target="opinion"', 'target="意见"'),
    ("VARIABLE_NAME", LINE, 'target="opinion"', 'target="opinion-1"'),
    ("VARIABLE_NAME", TASKS, 'resultVariable="two"', 'resultVariable="return"'),
    ("VARIABLE_NAME", TASKS, 'inputElement="expert"', 'inputElement="=expert"'),
    (
        "MAPPED_TWICE",
        LINE,
        USER_TASK_EXT,
        USER_TASK_EXT.replace("</z", '<z:output source="=a" target="ok"/></z'),
    ),
    ("EMPTY_EXTENSION", LINE, "<z:ioMapping>", "<z:ioMapping><z:input/>"),
    ("EMPTY_EXTENSION", LINE, "<z:properties>", "<z:properties><z:property/>"),
    ("EMPTY_EXTENSION", TASKS, "<z:taskHeaders>", "<z:taskHeaders><z:header/>"),
    ("EMPTY_EXTENSION", LINE, '<z:assignmentDefinition assignee="anna"/>', "<z:assignmentDefinition/>"),
    ("EMPTY_EXTENSION", LINE, '<z:formDefinition externalReference="paper"/>', "<z:formDefinition/>"),
    # what it refers to
    ("UNKNOWN_FORM", LINE, 'formId="county"', 'formId="city"'),
    ("UNKNOWN_DECISION", TASKS, 'decisionId="eligible"', 'decisionId="eligibel"'),
    ("UNKNOWN_PROCESS", TASKS, 'processId="p"', 'processId="q"'),
    ("UNKNOWN_VERB", TASKS, 'type="titles.grant"', 'type="os.system"'),
    # the drawing
    ("NO_SHAPE", CHOICE, '<di:BPMNShape bpmnElement="a"/>', ""),
    ("NO_EDGE", CHOICE, '<di:BPMNEdge bpmnElement="a_m"/>', ""),
    ("NO_DRAWING", CHOICE, CHOICE[CHOICE.index("<di:BPMNDiagram>") : CHOICE.index("</definitions>")], ""),
]


@pytest.mark.parametrize(("code", "good", "old", "new"), BROKEN)
def test_one_break_one_finding(code: str, good: str, old: str, new: str) -> None:
    assert old in good
    assert code not in {problem.code for problem in findings(good)}
    found = {problem.code: problem for problem in findings(good.replace(old, new))}
    assert code in found, sorted(found)
    declared = {kind.code: kind for kind in kinds()}[code]
    assert found[code].severity == declared.severity


def test_every_kind_of_finding_has_a_test() -> None:
    of_sets = {sets.FILE_TYPE, sets.DEFINED_TWICE, sets.CALL_CYCLE, sets.NOT_TEXT}
    tested = {code for code, *_ in BROKEN} | {
        kind.code for kind in (*of_sets, single.NOT_BPMN, *OF_INTERFACES)
    }
    assert {kind.code for kind in kinds()} == tested


def test_findings_are_in_both_languages_and_name_their_element() -> None:
    for code, good, old, new in BROKEN:
        problem = next(p for p in findings(good.replace(old, new)) if p.code == code)
        assert any("\u4e00" <= character <= "\u9fff" for character in problem.zh)
        assert not re.search("[\u4e00-\u9fff]", re.sub("“.*?”|初审|意见", "", problem.en))
        assert problem.element or code in ("NO_PROCESS", "NO_DRAWING")
        assert "{" not in problem.zh
        assert "{" not in problem.en


def test_a_syntax_error_tells_line_and_column() -> None:
    (problem,) = findings(CHOICE.replace("=score &gt;= 60", "=score\n&gt;= )"))
    assert "line 2" in problem.en
    assert "第 2 行" in problem.zh
    assert problem.element == "x_a"


def test_nothing_outside_is_checked_when_nothing_is_known() -> None:
    broken = TASKS.replace('processId="p"', 'processId="q"').replace("titles.grant", "os.system")
    assert lint("t.bpmn", broken.encode()) == []


def test_errors_come_first() -> None:
    text = LINE.replace("<documentation>第七条</documentation>", "").replace(
        'source="=opinion"', 'source="="'
    )
    assert [p.severity for p in findings(text)] == ["error", "warning"]


def test_an_activity_may_fork() -> None:
    forked = CHOICE.replace("</process>", '<sequenceFlow id="a_e" sourceRef="a" targetRef="e"/></process>')
    assert [p.code for p in findings(forked)] == ["NO_EDGE"]


def test_deadlines_kept_by_what_encloses_the_task() -> None:
    event_sub = (
        '<subProcess id="es" triggeredByEvent="true"><startEvent id="x"><timerEventDefinition>'
        "<timeDate>=deadline</timeDate></timerEventDefinition></startEvent></subProcess></process>"
    )
    text = LINE.replace('attachedToRef="t"', 'attachedToRef="u"').replace("</process>", event_sub)
    assert "DEADLINE_WITHOUT_TIMER" not in {p.code for p in findings(text)}
