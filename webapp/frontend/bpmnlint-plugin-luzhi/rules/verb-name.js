const { is, isAny } = require("bpmnlint-utils");
const { extension } = require("../reading");

const VERB = /^[a-z_]+\.[a-z_]+$/;

/** A service task calls a verb, written `area.verb`; an expression there would choose code at run time. */
module.exports = () => ({
  check(node, reporter) {
    const definition = extension(node, "zeebe:TaskDefinition");
    if (is(node, "bpmn:ServiceTask") && !definition) reporter.report(node.id, "Service task names no verb");
    if (definition && isAny(node, ["bpmn:Activity", "bpmn:Event"]) && !VERB.test(definition.type || "")) {
      reporter.report(node.id, `Not a verb, which is written area.verb: ${definition.type || ""}`);
    }
  },
});
