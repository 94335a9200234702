// Editing: every change of the drawing is a change of the draft; another's content is drawn again in its place.
import { bindButtons, fit } from "./diagram-buttons.js";
import { makeModeler } from "./diagram-modeler.js";
import { checkNow, showProblems } from "./diagram-problems.js";
import { misses } from "./translate/say.js";

export async function begin(root, draft, text, pickers) {
  const canvas = root.querySelector("[data-canvas]");
  const modeler = makeModeler(canvas, root.querySelector("[data-panel]"), pickers);
  showProblems(root, modeler);
  const show = async (content) => {
    await modeler.importXML(content);
    fit(modeler);
    checkNow(root, content);
  };
  await show(text);
  modeler.on("commandStack.changed", () => draft.changed(async () => (await modeler.saveXML({ format: true })).xml));
  root.addEventListener("luzhi:replaced", ({ detail }) => show(detail.text));
  bindButtons(root, modeler, draft);
  performance.mark("luzhi:editable");
  Object.assign(root, { editor: modeler, draft, misses }); // for whoever looks from outside, tests above all
}
