const { is, isAny } = require("bpmnlint-utils");
const { property } = require("../reading");

/** What people meet by its name has an English name beside the Chinese one; user tasks an English text, too. */
module.exports = () => ({
  check(node, reporter) {
    const met = isAny(node, ["bpmn:Activity", "bpmn:Event", "bpmn:Process"]);
    if (met && node.name && !property(node, "luzhi:name_en")) {
      reporter.report(node.id, "Element has no English name (property luzhi:name_en)");
    }
    if (is(node, "bpmn:UserTask") && !property(node, "luzhi:documentation_en")) {
      reporter.report(node.id, "User task has no English documentation (property luzhi:documentation_en)");
    }
  },
});
