// Reading what the editors write into `bpmn:extensionElements`.

/** The first extension element of that type, e.g. "zeebe:FormDefinition", or undefined. */
function extension(node, type) {
  return (node.extensionElements?.values || []).find((element) => element.$instanceOf?.(type));
}

/** The value of a `zeebe:property`, or an empty text. */
function property(node, name) {
  const found = (extension(node, "zeebe:Properties")?.properties || []).find((entry) => entry.name === name);
  return (found?.value || "").trim();
}

/** Whether an event has a definition of that type, e.g. "bpmn:TimerEventDefinition". */
function triggeredBy(event, type) {
  return (event.eventDefinitions || []).some((definition) => definition.$instanceOf(type));
}

/** The boundary events of an activity. */
function boundaryEvents(activity) {
  return (activity.$parent?.flowElements || []).filter(
    (element) => element.$instanceOf("bpmn:BoundaryEvent") && element.attachedToRef === activity,
  );
}

module.exports = { extension, property, triggeredBy, boundaryEvents };
