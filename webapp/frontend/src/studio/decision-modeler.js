// dmn-js as we set it up: our words, no delay between typing and the model, our examples kept as elements of their own.
import NavigatedViewer from "dmn-js/lib/NavigatedViewer";
import Modeler from "dmn-js/lib/Modeler";
import { learn, translateModule } from "./translate/say.js";
import zh from "./translate/zh-dmn.js";

learn(zh);
const VIEWS = ["drd", "decisionTable", "literalExpression", "boxedExpression"];

// What stands among the extension elements of a decision (engine/studio/decisions/examples.py).
const EXAMPLES = {
  name: "Luzhi",
  uri: "urn:luzhi:dmn",
  prefix: "luzhi",
  xml: { tagAlias: "lowerCase" },
  types: [
    { name: "Examples", superClass: ["Element"], properties: [{ name: "all", type: "Example", isMany: true }] },
    {
      name: "Example",
      superClass: ["Element"],
      properties: [
        { name: "name", type: "String", isAttr: true },
        { name: "at", type: "String", isAttr: true },
        { name: "given", type: "Given", isMany: true },
        { name: "expected", type: "Expected" },
      ],
    },
    {
      name: "Given",
      superClass: ["Element"],
      properties: [{ name: "name", type: "String", isAttr: true }, { name: "text", type: "String", isBody: true }],
    },
    { name: "Expected", superClass: ["Element"], properties: [{ name: "text", type: "String", isBody: true }] },
  ],
};

export function createModeler(container) {
  const readOnly = container.closest("#editor").dataset.readOnly === "true";
  const options = { additionalModules: [translateModule], debounceInput: false };
  const Editor = readOnly ? NavigatedViewer : Modeler;
  return new Editor({
    container,
    moddleExtensions: { luzhi: EXAMPLES },
    ...Object.fromEntries(VIEWS.map((view) => [view, options])),
    common: { expressionLanguages: FEEL, ...(readOnly ? {} : { dataTypes: TYPES }) },
  });
}

const FEEL = { options: [{ value: "feel", label: "FEEL" }], defaults: { editor: "feel" } };
const TYPES = ["string", "number", "integer", "boolean", "date", "time", "dateTime", "dayTimeDuration", "yearMonthDuration", "Any"];

/** Tabs for the drawing and every table and expression; `show` hears which decision is looked at. */
export function showViews({ root, words, modeler }, show) {
  const place = root.querySelector("[data-views]");
  modeler.on("views.changed", ({ views, activeView }) => {
    place.replaceChildren(...views.map((view) => tab(view, view === activeView || same(view, activeView), words, modeler)));
    show(activeView?.element);
    if (activeView?.type === "drd") fit(modeler);
  });
}

/** The whole drawing in sight, beside the palette and the name of the file. */
function fit(modeler) {
  const viewer = modeler.getActiveViewer();
  if (viewer && !fitted.has(viewer)) viewer.get("canvas").zoom("fit-viewport", "auto");
  if (viewer) fitted.add(viewer);
}

const fitted = new WeakSet();

function same(view, other) {
  return Boolean(other) && view.id === other.id && view.type === other.type;
}

function tab(view, active, words, modeler) {
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("role", "tab");
  button.setAttribute("aria-selected", String(active));
  button.dataset.view = view.type;
  button.textContent = view.type === "drd" ? words.drd : view.name || view.id;
  button.addEventListener("click", () => modeler.open(view));
  return button;
}
