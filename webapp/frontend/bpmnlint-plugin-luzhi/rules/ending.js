const { is } = require("bpmnlint-utils");
const endEventRequired = require("bpmnlint/rules/end-event-required");
const noImplicitEnd = require("bpmnlint/rules/no-implicit-end");
const { boundaryEvents } = require("../reading");

/** As bpmnlint's end-event-required and no-implicit-end; work that only its boundary event ends (a deadline) may go round. */
module.exports = () => {
  const rules = [endEventRequired(), noImplicitEnd()];
  return {
    check(node, reporter) {
      if (!endsAtItsBoundary(node)) rules.forEach((rule) => rule.check(node, reporter));
    },
  };
};

function endsAtItsBoundary(node) {
  return is(node, "bpmn:SubProcess") && boundaryEvents(node).some((event) => event.cancelActivity !== false);
}
