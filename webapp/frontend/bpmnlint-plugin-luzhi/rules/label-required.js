const { is, isAny } = require("bpmnlint-utils");
const labelRequired = require("bpmnlint/rules/label-required");

/** As bpmnlint's rule; the plain start and end of a sub-process need no label, its own name says it. */
module.exports = () => {
  const { check } = labelRequired();
  return { check: (node, reporter) => isPlain(node) || check(node, reporter) };
};

function isPlain(node) {
  return (
    isAny(node, ["bpmn:StartEvent", "bpmn:EndEvent"]) &&
    is(node.$parent, "bpmn:SubProcess") &&
    !(node.eventDefinitions || []).length
  );
}
