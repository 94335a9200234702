// The diagram editor of the studio: the draft, the drawing, its panel, and the buttons around them.
// On a narrow window, and where nothing may be changed, only the picture is loaded.
import { openDraft } from "./draft.js";

const root = document.getElementById("editor");

if (root) start();

async function start() {
  const draft = openDraft(root);
  const narrow = getComputedStyle(root).getPropertyValue("--narrow").trim() === "1"; // diagram.css knows from where on
  const looking = narrow || draft.readOnly;
  root.querySelector("[data-wider]").hidden = !narrow;
  try {
    const [{ begin }, text, pickers] = await Promise.all([
      looking ? import("./diagram-view.js") : import("./diagram-edit.js"),
      draft.load(),
      looking ? {} : fetchPickers(),
    ]);
    await begin(root, draft, text, pickers);
  } catch (error) {
    const place = root.querySelector("[data-unreadable]"); // nothing was drawn, so nothing can be saved over the file
    place.querySelector("[data-why]").textContent = error.message;
    place.hidden = false;
  }
  root.removeAttribute("aria-busy");
}

async function fetchPickers() {
  const answer = await fetch(root.dataset.pickersUrl, { headers: { Accept: "application/json" } });
  return answer.ok ? answer.json() : {}; // without them everything can be typed
}
