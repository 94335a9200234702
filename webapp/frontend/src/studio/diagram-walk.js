// Walking through the drawing with tokens: a look at the ways it takes, without data. The trial run is the test.
import Simulation from "bpmn-js-token-simulation/lib/viewer";
import Viewer from "bpmn-js/lib/NavigatedViewer";
import { translateModule } from "./translate/say.js";

export async function walk(root, xml) {
  const dialog = root.querySelector("[data-walk]");
  const viewer = new Viewer({
    container: dialog.querySelector("[data-walk-canvas]"),
    additionalModules: [translateModule, Simulation],
  });
  dialog.addEventListener("close", () => viewer.destroy(), { once: true });
  dialog.showModal();
  await viewer.importXML(xml);
  viewer.get("canvas").zoom("fit-viewport", "auto");
  viewer.get("toggleMode").toggleMode(true);
}
