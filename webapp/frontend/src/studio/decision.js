// The decision editor of the studio: the drawing of what requires what, decision tables, expressions; below them the
// examples of the decision and what the server found in the tables.
import { showCheck } from "./decision-check.js";
import { showContexts } from "./decision-contexts.js";
import { showExamples } from "./decision-examples.js";
import { createModeler, showViews } from "./decision-modeler.js";
import { openDraft } from "./draft.js";
import { followLinks } from "./editor-page.js";
import { misses } from "./translate/say.js";

const root = document.getElementById("editor");
if (root) start();

async function start() {
  const words = JSON.parse(root.dataset.words);
  const draft = openDraft(root);
  const modeler = createModeler(root.querySelector("[data-canvas]"));
  const page = { root, words, modeler, readOnly: root.dataset.readOnly === "true", text: () => textOf(modeler) };
  page.changed = () => draft.changed(page.text);
  const parts = [showExamples(page), showContexts(page)];
  const check = showCheck(page, (found) => parts.forEach((part) => part.told?.(found)));
  showViews(page, (decision) => parts.forEach((part) => part.show(decision)));
  modeler.on("viewer.created", ({ viewer }) => watch(viewer, page));
  root.addEventListener("luzhi:draft", ({ detail }) => detail.state === "clean" && check());
  root.addEventListener("luzhi:replaced", ({ detail }) => open(page, detail.text, check));
  await open(page, await draft.load(), check);
  followLinks(root, draft);
  Object.assign(root, { editor: modeler, misses });
  root.removeAttribute("aria-busy");
  root.dispatchEvent(new CustomEvent("luzhi:open", { detail: { editor: modeler } }));
}

async function open(page, text, check) {
  const failed = page.root.querySelector("[data-unreadable]");
  try {
    await page.modeler.importXML(text);
    failed.hidden = true;
  } catch (error) {
    failed.hidden = false;
    failed.querySelector("[data-why]").textContent = error.message;
  }
  await check();
}

function watch(viewer, page) {
  viewer.on("commandStack.changed", ({ trigger }) => {
    if (trigger !== "clear" && !page.readOnly) page.changed();
  });
}

async function textOf(modeler) {
  return (await modeler.saveXML({ format: true })).xml;
}
