const { isAny } = require("bpmnlint-utils");
const noJoinFork = require("bpmnlint/rules/no-gateway-join-fork");

/** As bpmnlint's rule, for gateways that wait; an exclusive or event-based one passes each token on (BPMN 2.0, 13.4). */
module.exports = () => {
  const { check } = noJoinFork();
  return {
    check: (node, reporter) =>
      isAny(node, ["bpmn:ExclusiveGateway", "bpmn:EventBasedGateway"]) || check(node, reporter),
  };
};
