// The buttons around the drawing: [data-do] names what each does.
import { download } from "./draft.js";
import { asPng, asSvg } from "./diagram-export.js";

export function bindButtons(root, modeler, draft) {
  const stack = modeler.get("commandStack");
  const file = root.dataset.file.replace(/\.bpmn$/, "");
  const xml = async () => (await modeler.saveXML({ format: true })).xml;
  const doings = {
    undo: () => stack.undo(),
    redo: () => stack.redo(),
    find: () => modeler.get("searchPad").toggle(),
    fit: () => modeler.get("canvas").zoom("fit-viewport", "auto"),
    minimap: () => modeler.get("minimap").toggle(),
    panel: () => root.classList.toggle("without-panel"),
    keys: () => root.querySelector("[data-keys]").showModal(),
    walk: async () => (await import("./diagram-walk.js")).walk(root, await xml()),
    svg: async () => download(`${file}.svg`, await asSvg(modeler), "image/svg+xml"),
    png: async () => download(`${file}.png`, await asPng(modeler)),
    xml: async () => download(`${file}.bpmn`, await xml(), "application/xml"),
  };
  for (const button of root.querySelectorAll("[data-do]")) {
    button.addEventListener("click", () => {
      button.closest("details")?.removeAttribute("open");
      doings[button.dataset.do]();
    });
  }
  for (const link of root.querySelectorAll("[data-after-save]")) {
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      if (await draft.flush()) location.assign(link.href);
    });
  }
  const enable = () => {
    root.querySelector("[data-do=undo]").disabled = !stack.canUndo();
    root.querySelector("[data-do=redo]").disabled = !stack.canRedo();
  };
  modeler.on(["commandStack.changed", "import.done"], enable);
  enable();
}
