// For tests only: the real form-js viewer and editor, asked what they make of our forms.
import { Form } from "@bpmn-io/form-js-viewer";
import { FormEditor } from "@bpmn-io/form-js-editor";

const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
const settled = async () => {
  await frame();
  await frame();
};

async function open(schema, data) {
  const container = document.createElement("div");
  document.body.replaceChildren(container);
  const form = new Form({ container, debounce: false }); // with the default, typed characters get lost
  const { warnings } = await form.importSchema(schema, data);
  await settled();
  return { form, container, warnings };
}

// What the viewer shows: the data paths of the fields that are there, and its words.
async function view(schema, data) {
  const { form, container, warnings } = await open(schema, data);
  const shown = {
    warnings: warnings.map(String),
    paths: form.get("formFieldInstanceRegistry").getAllKeyed().map((each) => each.valuePath),
    words: [...container.querySelectorAll("label, legend, .fjs-form-field-label")].map((each) => each.textContent),
    text: container.textContent,
  };
  form.destroy();
  return shown;
}

// What the editor gives back when nothing was changed.
async function edit(schema) {
  const container = document.createElement("div");
  document.body.replaceChildren(container);
  const editor = new FormEditor({ container });
  const { warnings } = await editor.importSchema(schema);
  await settled();
  const saved = editor.saveSchema();
  editor.destroy();
  return { warnings: warnings.map(String), saved };
}

window.formJs = { view, edit };
