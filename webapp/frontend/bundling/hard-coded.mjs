// Words that packages have in their code instead of asking translate(): each becomes say("…"), which looks it up in
// the dictionary of the page's language (src/studio/translate). File -> [old text, new text].
const SIMULATION = "bpmn-js-token-simulation/lib/features";

/** A JavaScript string literal: 'Task' -> say("Task"). */
const literal = (...texts) => texts.map((text) => [`'${text}'`, said(text)]);
/** Text of a template literal, between marks that are kept, e.g. title="…". */
const between = (before, text, after) => [`${before}${text}${after}`, `${before}\${ ${said(text)} }${after}`];
const said = (text) => `luzhiSay(${JSON.stringify(text)})`;

export const HARD_CODED = {
  [`${SIMULATION}/log/Log.js`]: [
    ...literal(
      "SubProcess", "Process", "finished", "canceled", "Service Task", "User Task", "Call Activity", "Script Task",
      "Business Rule Task", "Manual Task", "Receive Task", "Send Task", "Task", "Exclusive Gateway", "Parallel Gateway",
      "Inclusive Gateway", "Start Event", "Intermediate Event", "Boundary Event", "End Event",
    ),
    ["} started`", `} \${ ${said("started")} }\``],
    between("placeholder\">", "No Entries", "</p>"),
    between("\n        ", "Simulation Log", "\n"),
    between('aria-label="', "Close", '"'),
    between('title="', "Toggle Simulation Log", '"'),
  ],
  [`${SIMULATION}/show-scopes/ShowScopes.js`]: [between('title="', "Focus process instance", " ")],
  [`${SIMULATION}/reset-simulation/ResetSimulation.js`]: [
    between('title="', "Reset Simulation", '"'), ...literal("Reset Simulation"),
  ],
  [`${SIMULATION}/element-support/ElementSupport.js`]: literal("Found unsupported elements", "Not supported"),
  [`${SIMULATION}/pause-simulation/PauseSimulation.js`]: [
    between('title="', "Play/Pause Simulation", '"'), ...literal("Pause Simulation", "Play Simulation"),
  ],
  [`${SIMULATION}/set-animation-speed/SetAnimationSpeed.js`]: [
    ["Set animation speed = ${ label }", `\${ ${said("Set animation speed")} }: \${ luzhiSay(label) }`],
  ],
  [`${SIMULATION}/context-pads/handler/ExclusiveGatewayHandler.js`]: [between('title="', "Set Sequence Flow", '"')],
  [`${SIMULATION}/context-pads/handler/InclusiveGatewayHandler.js`]: [between('title="', "Set Sequence Flow", '"')],
  [`${SIMULATION}/context-pads/handler/PauseHandler.js`]: [
    ["${ wait ? 'Remove' : 'Add' } pause point", `\${ wait ? ${said("Remove pause point")} : ${said("Add pause point")} }`],
  ],
  [`${SIMULATION}/context-pads/handler/TriggerHandler.js`]: [between('title="', "Trigger Event", '"')],
  [`${SIMULATION}/simulation-state/SimulationState.js`]: literal("Finished"),
  // Where an entry is not handed a translate() of its own.
  "@bpmn-io/properties-panel/dist/index.esm.js": [
    ["function translateFallback(template, replacements) {", "function translateFallback(template, replacements) {\n  return luzhiSay(template, replacements);"],
  ],
  "bpmn-js-properties-panel/dist/index.esm.js": [["'<no type>'", said("<no type>")]],
  "bpmn-js-element-templates/dist/index.esm.js": [
    ['"Select a template"', said("Select a template")], ['"Toggle section"', said("Toggle section")],
  ],
  "diagram-js/lib/features/popup-menu/PopupMenuComponent.js": [
    ["'Search'", said("Search")], ["'Results'", said("Results")],
    ["'Open entry documentation'", said("Open entry documentation")],
    ["`Open entry documentation for ${ selectedEntry.label }`", said("Open entry documentation")],
  ],
  "diagram-js/lib/features/popup-menu/PopupMenuItem.js": [
    ['title="Open entry documentation"', `title=\${ ${said("Open entry documentation")} }`],
  ],
  "diagram-js/lib/features/popup-menu/PopupMenuBreadcrumbs.js": [
    ['title="Back"', `title=\${ ${said("Back")} }`], ['aria-label="Back"', `aria-label=\${ ${said("Back")} }`],
  ],
  "dmn-js-decision-table/lib/features/decision-table-head/components/DecisionTableHead.js": [
    ['createVNode(1, "th", "index-column")', 'createVNode(1, "th", "index-column", "#", 0)'], // an empty heading names nothing
  ],
  "dmn-js-shared/lib/components/List.js": [['"Remove item"', said("Remove item")]],
  "dmn-js-decision-table/lib/features/drag-and-drop/DragAndDrop.js": [
    ["`Move ${isInput(col) ? 'Input' : 'Output'}`", `isInput(col) ? ${said("Move input")} : ${said("Move output")}`],
  ],
  "dmn-js-decision-table/lib/features/context-menu/ContextMenu.js": [
    ['"Decision table context menu"', said("Decision table context menu")],
  ],
  "dmn-js-decision-table/lib/features/simple-duration-edit/components/InputDurationEdit.js": [
    ['createTextVNode("Value")', `createTextVNode(${said("Value")})`],
  ],
  "dmn-js-boxed-expression/lib/features/element-logic/ElementLogic.js": [
    ['createTextVNode("Expression of type "), expression.$type, createTextVNode(" is not supported.")',
      'createTextVNode(luzhiSay("Expression of type {type} is not supported.", { type: expression.$type }))'],
  ],
};
