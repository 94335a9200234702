// The picture alone, to look at and to move about in.
import Viewer from "bpmn-js/lib/NavigatedViewer";
import { translateModule } from "./translate/say.js";

export async function begin(root, draft, text) {
  root.dataset.looking = "";
  const viewer = new Viewer({ container: root.querySelector("[data-canvas]"), additionalModules: [translateModule] });
  await viewer.importXML(text);
  viewer.get("canvas").zoom("fit-viewport", "auto");
  root.addEventListener("luzhi:replaced", ({ detail }) => viewer.importXML(detail.text));
  root.editor = viewer;
}
