const { is } = require("bpmnlint-utils");
const { extension } = require("../reading");

/** A user task is offered to somebody. */
module.exports = () => ({
  check(node, reporter) {
    const assignment = extension(node, "zeebe:AssignmentDefinition") || {};
    const people = [assignment.assignee, assignment.candidateGroups, assignment.candidateUsers];
    if (is(node, "bpmn:UserTask") && !people.some((text) => (text || "").trim())) {
      reporter.report(node.id, "User task has no assignee and no candidates, so nobody would see it");
    }
  },
});
