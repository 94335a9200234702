const { isAny } = require("bpmnlint-utils");

/** A gateway that chooses has a default flow, so that no case is left standing there. */
module.exports = () => ({
  check(node, reporter) {
    if (!isAny(node, ["bpmn:ExclusiveGateway", "bpmn:InclusiveGateway"])) return;
    if ((node.outgoing || []).length > 1 && !node.default) {
      reporter.report(node.id, "Gateway has no default flow; if no condition holds, the process stops here", ["default"]);
    }
  },
});
