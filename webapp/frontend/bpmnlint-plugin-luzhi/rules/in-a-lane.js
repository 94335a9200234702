const { is, isAny } = require("bpmnlint-utils");

/** Where a process has lanes, each element outside sub-processes lies in one: whose work is it? */
module.exports = () => ({
  check(node, reporter) {
    if (!is(node, "bpmn:Process") || !(node.laneSets || []).length) return;
    const placed = new Set(node.laneSets.flatMap(inLanes));
    for (const element of node.flowElements || []) {
      if (isAny(element, ["bpmn:Activity", "bpmn:Event", "bpmn:Gateway"]) && !element.triggeredByEvent && !placed.has(element)) {
        reporter.report(element.id, "Element lies in no lane");
      }
    }
  },
});

function inLanes(laneSet) {
  return (laneSet.lanes || []).flatMap((lane) => [
    ...(lane.flowNodeRef || []),
    ...(lane.childLaneSet ? inLanes(lane.childLaneSet) : []),
  ]);
}
