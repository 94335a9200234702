const { is } = require("bpmnlint-utils");
const { extension } = require("../reading");

/** A user task has a form of ours: a formId, as external references are not rendered. */
module.exports = () => ({
  check(node, reporter) {
    if (is(node, "bpmn:UserTask") && !extension(node, "zeebe:FormDefinition")?.formId) {
      reporter.report(node.id, "User task has no form");
    }
  },
});
