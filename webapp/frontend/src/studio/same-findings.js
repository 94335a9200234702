// Lint in the browser and the server's own find some things both: the list tells each once.

/** What the server calls it -> the rules of the browser that find the same. */
export const SAME = {
  DEADLINE_WITHOUT_TIMER: ["on-deadline-timer"],
  DIFFERENT_FROM: ["distinct-persons"],
  EVENT_CODE: ["error-reference", "escalation-reference"],
  EVENT_GATEWAY_SIZE: ["event-based-gateway"],
  EVENT_GATEWAY_TARGET: ["event-based-gateway", "event-based-gateway-target"],
  EVENT_NAME: ["message-reference", "signal-reference"],
  EVENT_REFERENCE: ["message-reference", "signal-reference", "error-reference", "escalation-reference"],
  EXECUTABLE_UNSAID: ["executable-process"],
  FEEL_SYNTAX: ["feel"],
  FLOW_CONDITION_MISPLACED: ["sequence-flow-condition"],
  FLOW_CONDITION_MISSING: ["conditional-flows", "sequence-flow-condition"],
  FORM_WITHOUT_OUTPUT: ["user-task-outputs"],
  LINK_NAME: ["link-event"],
  LINK_PARTNER: ["link-event"],
  LINK_TWICE: ["link-event"],
  NOT_EXECUTABLE: ["executable-process"],
  NO_CALLED_PROCESS: ["called-element"],
  NO_DECISION: ["implementation"],
  NO_DEFAULT_FLOW: ["default-flow"],
  NO_DRAWING: ["no-bpmndi"],
  NO_EDGE: ["no-bpmndi"],
  NO_INPUT_COLLECTION: ["loop-characteristics"],
  NO_OUTGOING: ["ending"],
  NO_SCRIPT: ["implementation"],
  NO_SHAPE: ["no-bpmndi"],
  NO_START: ["start-event-required"],
  NO_VERB: ["verb-name", "implementation"],
  OUTPUT_COLLECTION: ["loop-characteristics"],
  PRIORITY: ["priority-definition"],
  SCHEDULE_ISO: ["task-schedule"],
  SEVERAL_EVENT_DEFINITIONS: ["single-event-definition"],
  SEVERAL_STARTS: ["single-blank-start-event", "no-multiple-none-start-events"],
  TIMER_CRON: ["timer"],
  TIMER_DEFINITION: ["timer"],
  TIMER_ISO: ["timer"],
  TIMER_KIND: ["timer"],
  UNREACHABLE: ["no-implicit-start", "no-disconnected"],
  UNSUPPORTED_ELEMENT: ["element-type", "no-complex-gateway"],
  UNSUPPORTED_EVENT: ["element-type"],
  USER_TASK_ASSIGNMENT: ["user-task-assignment"],
  USER_TASK_DOCUMENTATION: ["user-task-documentation"],
  USER_TASK_FORM: ["user-task-form"],
  VARIABLE_NAME: ["variable-name"],
};

const name = ({ code }) => code.split("/").at(-1);

/**
 * Both lists as one: of the same finding on the same element the server's stays, because it names what is meant, with
 * the worse of both severities. One finding of the server takes one of each rule with it, never more.
 */
export function once(here, there) {
  const left = [...here];
  const kept = there.map((finding) => {
    let { severity } = finding;
    for (const rule of SAME[finding.code] ?? []) {
      const at = left.findIndex((each) => each.element === finding.element && name(each) === rule);
      if (at < 0) continue;
      const [same] = left.splice(at, 1);
      if (same.severity === "error") severity = "error";
    }
    return { ...finding, severity };
  });
  const said = new Set();
  return [...left, ...kept].filter(({ element, text }) => {
    const key = `${element}\n${text}`;
    return !said.has(key) && said.add(key);
  });
}
