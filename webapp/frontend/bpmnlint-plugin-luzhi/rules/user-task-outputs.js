const { is } = require("bpmnlint-utils");
const { extension } = require("../reading");

/** A user task says which facts of its form enter the process; without mappings everything would. */
module.exports = () => ({
  check(node, reporter) {
    const outputs = extension(node, "zeebe:IoMapping")?.outputParameters || [];
    if (is(node, "bpmn:UserTask") && outputs.length === 0) {
      reporter.report(node.id, "User task has no output mapping: everything submitted would become variables");
    }
  },
});
