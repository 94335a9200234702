// The buttons around the drawing: [data-do] names what each does.
import { download } from "./draft.js";
import { asPng, asSvg } from "./diagram-export.js";

const PALETTE = 120; // pixels at the left that the palette covers

/** Show the whole drawing beside the palette. */
export function fit(modeler) {
  const canvas = modeler.get("canvas");
  canvas.zoom("fit-viewport");
  const { inner, outer, scale } = canvas.viewbox();
  const room = Math.min((outer.width - PALETTE - 20) / inner.width, (outer.height - 20) / inner.height, 1);
  const zoom = Math.min(room, scale || room);
  canvas.viewbox({
    x: inner.x - PALETTE / zoom, y: inner.y - 10 / zoom, width: outer.width / zoom, height: outer.height / zoom,
  });
}

export function bindButtons(root, modeler, draft) {
  const stack = modeler.get("commandStack");
  const file = root.dataset.file.replace(/\.bpmn$/, "");
  const xml = async () => (await modeler.saveXML({ format: true })).xml;
  const doings = {
    undo: () => stack.undo(),
    redo: () => stack.redo(),
    // Once this click is over: the pad closes at any click beside it, that of its own button included.
    find: () => modeler.get("searchPad").isOpen() || setTimeout(() => modeler.get("searchPad").open()),
    fit: () => fit(modeler),
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
