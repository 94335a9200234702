const { is } = require("bpmnlint-utils");

/** A user task tells the person what to do and under which article. */
module.exports = () => ({
  check(node, reporter) {
    const texts = (node.documentation || []).map((entry) => (entry.text || "").trim());
    if (is(node, "bpmn:UserTask") && !texts.some(Boolean)) {
      reporter.report(node.id, "User task has no documentation: what to do, under which article");
    }
  },
});
