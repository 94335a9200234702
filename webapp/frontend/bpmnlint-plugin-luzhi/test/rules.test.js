// Each rule refuses one small diagram and passes its twin. Run with: node --test "bpmnlint-plugin-luzhi/test/*.test.js"
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { BpmnModdle } = require("bpmn-moddle");
const Linter = require("bpmnlint/lib/linter");
const NodeResolver = require("bpmnlint/lib/resolver/node-resolver");
const zeebe = require("zeebe-bpmn-moddle/resources/zeebe.json");
const plugin = require("..");

const NAMESPACES =
  'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"';

/** The findings of one rule in a process with that content, as "id: message". */
async function findings(rule, content) {
  const process = `<bpmn:process id="p" isExecutable="true">${content}</bpmn:process>`;
  const xml = `<bpmn:definitions ${NAMESPACES} id="definitions" targetNamespace="t">${process}</bpmn:definitions>`;
  const { rootElement, warnings } = await new BpmnModdle({ zeebe }).fromXML(xml);
  assert.deepEqual(warnings, []);
  const resolver = new NodeResolver({ require });
  resolver.resolveRule = (_, name) => require(`../rules/${name}`);
  const found = await new Linter({ config: { rules: { [`luzhi/${rule}`]: "error" } }, resolver }).lint(rootElement);
  return Object.values(found).flat().map(({ id, message }) => `${id}: ${message}`);
}

const extended = (inside) => `<bpmn:extensionElements>${inside}</bpmn:extensionElements>`;
const properties = (values) =>
  `<zeebe:properties>${Object.entries(values)
    .map(([name, value]) => `<zeebe:property name="${name}" value="${value}"/>`)
    .join("")}</zeebe:properties>`;
const task = (inside, id = "task") => `<bpmn:userTask id="${id}" name="办">${inside}</bpmn:userTask>`;
const flow = (id, from, to) => `<bpmn:sequenceFlow id="${id}" sourceRef="${from}" targetRef="${to}"/>`;
const boundary = (type, on) =>
  `<bpmn:boundaryEvent id="late" attachedToRef="${on}"><bpmn:${type}EventDefinition id="late_def"/></bpmn:boundaryEvent>`;
const fork = (kind, attributes = "") =>
  `<bpmn:${kind} id="g"${attributes}><bpmn:incoming>a</bpmn:incoming><bpmn:incoming>b</bpmn:incoming>` +
  `<bpmn:outgoing>c</bpmn:outgoing><bpmn:outgoing>d</bpmn:outgoing></bpmn:${kind}>` +
  '<bpmn:task id="t1"/><bpmn:task id="t2"/>' +
  flow("a", "t1", "g") + flow("b", "t2", "g") + flow("c", "g", "t1") + flow("d", "g", "t2");
const sub = (inside, id = "sub") => `<bpmn:subProcess id="${id}" name="段">${inside}</bpmn:subProcess>`;
const promise = extended(properties({ "luzhi:deadline": "5日", "luzhi:onDeadline": "视为放弃" }));

const CASES = [
  ["user-task-documentation", task(""), task("<bpmn:documentation>填写（第七条）</bpmn:documentation>")],
  ["user-task-documentation", task("<bpmn:documentation> </bpmn:documentation>"), "<bpmn:task id='x'/>"],
  ["user-task-form", task(""), task(extended('<zeebe:formDefinition formId="f"/>'))],
  ["user-task-form", task(extended('<zeebe:formDefinition externalReference="f"/>')), "<bpmn:task id='x'/>"],
  ["user-task-assignment", task(extended('<zeebe:assignmentDefinition candidateGroups=" "/>')),
    task(extended('<zeebe:assignmentDefinition assignee="=expert"/>'))],
  ["user-task-outputs", task(extended('<zeebe:ioMapping><zeebe:input source="=a" target="a"/></zeebe:ioMapping>')),
    task(extended('<zeebe:ioMapping><zeebe:output source="=a" target="a"/></zeebe:ioMapping>'))],
  ["english-name", "<bpmn:serviceTask id='s' name='登记'/>",
    `<bpmn:serviceTask id='s' name='登记'>${extended(properties({ "luzhi:name_en": "Register" }))}</bpmn:serviceTask>`],
  ["english-name", "<bpmn:exclusiveGateway id='g' name='同意？'/>",
    `<bpmn:exclusiveGateway id='g' name='同意？'>${extended(properties({ "luzhi:name_en": "Agreed?" }))}</bpmn:exclusiveGateway>`],
  ["english-name", "<bpmn:laneSet id='ls'><bpmn:lane id='l' name='企业'/></bpmn:laneSet>",
    "<bpmn:laneSet id='ls'><bpmn:lane id='l'/></bpmn:laneSet><bpmn:exclusiveGateway id='unnamed'/>"],
  ["english-name", "<bpmn:task id='t1'/><bpmn:task id='t2'/><bpmn:sequenceFlow id='f' name='是' sourceRef='t1' targetRef='t2'/>",
    `<bpmn:task id='t1'/><bpmn:task id='t2'/>${flow("f", "t1", "t2")}`],
  ["english-name", task(extended(properties({ "luzhi:name_en": "Do" }))),
    task(extended(properties({ "luzhi:name_en": "Do", "luzhi:documentation_en": "What to do" })))],
  ["on-deadline-timer", task(promise), task(promise) + boundary("timer", "task")],
  ["on-deadline-timer", task(promise) + boundary("error", "task"), sub(task(promise)) + boundary("timer", "sub")],
  ["on-deadline-timer", sub(task(promise)),
    sub(`${task(promise)}<bpmn:subProcess id="es" triggeredByEvent="true"><bpmn:startEvent id="at">` +
      '<bpmn:timerEventDefinition id="at_def"/></bpmn:startEvent></bpmn:subProcess>')],
  ["on-deadline-timer", task(extended(properties({ "luzhi:onDeadline": "失效" }))) + boundary("timer", "task"), task("")],
  ["distinct-persons", task(extended(properties({ "luzhi:differentFrom": "nobody" }))),
    task(extended(properties({ "luzhi:differentFrom": "first" }))) + sub(task("", "first"))],
  ["distinct-persons", task(extended(properties({ "luzhi:differentFrom": "task" }))), task("")],
  ["default-flow", fork("exclusiveGateway"), fork("exclusiveGateway", ' default="c"')],
  ["default-flow", fork("inclusiveGateway"), fork("parallelGateway")],
  ["in-a-lane", '<bpmn:laneSet id="ls"><bpmn:lane id="l"/></bpmn:laneSet>' + task(""),
    '<bpmn:laneSet id="ls"><bpmn:lane id="l"><bpmn:flowNodeRef>task</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>' + task("")],
  ["verb-name", `<bpmn:serviceTask id="s">${extended('<zeebe:taskDefinition type="=any"/>')}</bpmn:serviceTask>`,
    `<bpmn:serviceTask id="s">${extended('<zeebe:taskDefinition type="titles.grant"/>')}</bpmn:serviceTask>`],
  ["verb-name", '<bpmn:serviceTask id="s"/>', '<bpmn:task id="s"/>'],
  ["label-required", '<bpmn:startEvent id="s"/>', sub('<bpmn:startEvent id="s"/>')],
  ["label-required", '<bpmn:userTask id="s"/>', '<bpmn:userTask id="s" name="办"/>'],
  ["no-gateway-join-fork", fork("parallelGateway"), fork("exclusiveGateway")],
  ["no-gateway-join-fork", fork("inclusiveGateway"), fork("eventBasedGateway")],
  ["ending", sub('<bpmn:task id="t"/>'), null],
];

for (const [rule, bad, good] of CASES) {
  test(`${rule} refuses ${bad.replaceAll("bpmn:", "").slice(0, 70)}`, async () => {
    assert.notDeepEqual(await findings(rule, bad), []);
  });
  if (good !== null) {
    test(`${rule} passes ${good.replaceAll("bpmn:", "").slice(0, 70)}`, async () => {
      assert.deepEqual(await findings(rule, good), []);
    });
  }
}

test("work that only its deadline ends may go round", async () => {
  const round = sub('<bpmn:task id="t1"/><bpmn:task id="t2"/>' + flow("a", "t1", "t2") + flow("b", "t2", "t1"));
  const told = (ids) => ids.map((text) => text.split(":")[0]);
  assert.ok(told(await findings("ending", round)).includes("sub"));
  assert.ok(!told(await findings("ending", round + boundary("timer", "sub"))).includes("sub"));
});

test("every rule of the plugin is tested here, and on in its recommended set", () => {
  const names = Object.keys(plugin.rules).sort();
  assert.deepEqual([...new Set(CASES.map(([rule]) => rule))].sort(), names);
  const on = Object.entries(plugin.configs.recommended.rules).filter(([, level]) => level === "error");
  assert.deepEqual(on.map(([rule]) => rule.replace("luzhi/", "")).sort(), names);
});
