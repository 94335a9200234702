const { is, isAny } = require("bpmnlint-utils");
const { property } = require("../reading");

const MET = ["bpmn:FlowNode", "bpmn:SequenceFlow", "bpmn:Lane", "bpmn:Participant", "bpmn:Process"];

/** What people meet by its name, in pictures too, has an English name beside the Chinese one; user tasks an English text, too. */
module.exports = () => ({
  check(node, reporter) {
    if (isAny(node, MET) && node.name && !property(node, "luzhi:name_en")) {
      reporter.report(node.id, "Element has no English name (property luzhi:name_en)");
    }
    if (is(node, "bpmn:UserTask") && !property(node, "luzhi:documentation_en")) {
      reporter.report(node.id, "User task has no English documentation (property luzhi:documentation_en)");
    }
  },
});
