const { is } = require("bpmnlint-utils");
const { property } = require("../reading");

/** A task that another person must do names existing user tasks of its process (two-person rule). */
module.exports = () => ({
  check(node, reporter) {
    if (!is(node, "bpmn:UserTask")) return;
    const named = property(node, "luzhi:differentFrom").split(",").map((id) => id.trim()).filter(Boolean);
    for (const id of named) {
      if (id === node.id) reporter.report(node.id, "luzhi:differentFrom names the task itself");
      else if (!tasks(process(node)).has(id)) reporter.report(node.id, `luzhi:differentFrom names no user task: ${id}`);
    }
  },
});

function process(node) {
  let at = node;
  while (at.$parent && !is(at, "bpmn:Process")) at = at.$parent;
  return at;
}

function tasks(scope) {
  const here = scope.flowElements || [];
  const below = here.filter((element) => is(element, "bpmn:SubProcess")).flatMap((sub) => [...tasks(sub)]);
  return new Set([...here.filter((element) => is(element, "bpmn:UserTask")).map((task) => task.id), ...below]);
}
