const { is, isAny } = require("bpmnlint-utils");
const { boundaryEvents, property, triggeredBy } = require("../reading");

/** What a task says will happen at its deadline is done by a timer on the task, or on what encloses it. */
module.exports = () => ({
  check(node, reporter) {
    if (!is(node, "bpmn:UserTask")) return;
    const happens = property(node, "luzhi:onDeadline");
    if (happens && !property(node, "luzhi:deadline")) {
      reporter.report(node.id, "User task tells what happens at its deadline, but not when that is (luzhi:deadline)");
    }
    if (happens && !enclosing(node).some(isTimed)) {
      reporter.report(node.id, "User task tells what happens at its deadline, but no timer does it");
    }
  },
});

function enclosing(node) {
  const found = [];
  for (let at = node; at; at = at.$parent) found.push(at);
  return found;
}

function isTimed(scope) {
  const starts = (scope.flowElements || [])
    .filter((element) => is(element, "bpmn:SubProcess") && element.triggeredByEvent)
    .flatMap((sub) => (sub.flowElements || []).filter((element) => is(element, "bpmn:StartEvent")));
  const boundaries = isAny(scope, ["bpmn:Activity"]) ? boundaryEvents(scope) : [];
  return [...starts, ...boundaries].some((event) => triggeredBy(event, "bpmn:TimerEventDefinition"));
}
