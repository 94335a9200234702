// The form editor of the studio: form-js-editor for what form-js knows, and beside it our own properties.
import { FormEditor } from "@bpmn-io/form-js-editor";
import flatpickr from "flatpickr";
import { Mandarin } from "flatpickr/dist/l10n/zh.js";
import { openDraft } from "./draft.js";
import { followLinks, showDraftProblems } from "./editor-page.js";
import { showOwnProperties } from "./form-own.js";
import { misses } from "./translate/say.js";
import { say } from "./translate/say-form.js";

if (document.documentElement.lang.startsWith("zh")) flatpickr.localize(Mandarin);
const root = document.getElementById("editor");
if (root) start();

async function start() {
  const words = JSON.parse(root.dataset.words);
  const draft = openDraft(root);
  const editor = new FormEditor({
    container: root.querySelector("[data-canvas]"),
    propertiesPanel: { parent: root.querySelector("[data-panel]"), debounce: false },
    debounce: false,
    additionalModules: [{ translate: ["value", say] }],
  });
  const page = { root, words, editor, properties: JSON.parse(root.dataset.properties) };
  page.readOnly = root.dataset.readOnly === "true";
  const own = showOwnProperties(page);
  await open(page, await draft.load());
  let quiet = false; // while another's content is put in place
  editor.on("changed", () => {
    own();
    if (!quiet && !page.readOnly) draft.changed(() => written(editor.saveSchema()));
  });
  root.addEventListener("luzhi:replaced", async ({ detail }) => {
    quiet = true;
    await open(page, detail.text);
    quiet = false;
  });
  for (const button of root.querySelectorAll("[data-do]")) {
    button.disabled = page.readOnly;
    button.addEventListener("click", () => editor.get("editorActions").trigger(button.dataset.do));
  }
  followLinks(root, draft);
  showDraftProblems(root, (element) => select(editor, element));
  if (page.readOnly) root.querySelector(".form-body").inert = true;
  Object.assign(root, { editor, misses });
  root.removeAttribute("aria-busy");
  root.dispatchEvent(new CustomEvent("luzhi:open", { detail: { editor } }));
}

async function open({ root, editor }, text) {
  const failed = root.querySelector("[data-unreadable]");
  try {
    await editor.importSchema(JSON.parse(text));
    failed.hidden = true;
  } catch (error) {
    failed.hidden = false;
    failed.querySelector("[data-why]").textContent = error.message;
  }
}

/** As the files in the tree are written: two spaces, a line break at the end. */
function written(schema) {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function select(editor, id) {
  const field = editor.get("formFieldRegistry").get(id);
  if (field) editor.get("selection").set(field);
}
