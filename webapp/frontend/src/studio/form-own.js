// Our own properties of what is selected, below the editor's panel. They stand in `properties`, which form-js keeps.

export function showOwnProperties({ root, words, editor, properties, readOnly }) {
  const place = root.querySelector("[data-own]");
  const of = root.querySelector("[data-own-of]");
  let shown = null;
  let opened = false; // the rarely used ones
  const show = () => {
    const field = editor.get("selection").get() ?? editor._getState().schema;
    if (!field || (field === shown?.field && place.contains(document.activeElement))) return;
    shown = { field };
    of.textContent = field.type === "default" ? words.form : words.of.replace("{name}", field.label || field.key || field.id);
    const own = properties.filter(({ types }) => types.includes(field.type ?? "default"));
    const set = own.filter(({ name }) => (field.properties ?? {})[name] !== undefined);
    const first = own.filter((each) => set.includes(each) || USUAL.has(each.name));
    const rest = own.filter((each) => !first.includes(each));
    const write = (name, text) => edit(editor, field, name, text);
    place.replaceChildren(...first.map((each) => entry(each, field, write, readOnly)));
    if (rest.length) place.append(more(rest, field, write, readOnly, words, opened, (open) => { opened = open; }));
  };
  editor.on("selection.changed", () => {
    shown = null;
    show();
  });
  return show;
}

const USUAL = new Set(["title", "title_en", "desk", "layout", "label_en", "text_en", "description", "description_en", "article"]);

function edit(editor, field, name, text) {
  const properties = { ...(editor.get("formFieldRegistry").get(field.id)?.properties ?? field.properties) };
  if (text) properties[name] = text;
  else delete properties[name];
  editor.get("modeling").editFormField(field, "properties", Object.keys(properties).length ? properties : undefined);
}

function more(rest, field, write, readOnly, words, opened, remember) {
  const box = document.createElement("details");
  box.open = opened;
  box.addEventListener("toggle", () => remember(box.open));
  box.append(Object.assign(document.createElement("summary"), { textContent: words.more }));
  box.append(...rest.map((each) => entry(each, field, write, readOnly)));
  return box;
}

function entry(property, field, write, readOnly) {
  const box = Object.assign(document.createElement("div"), { className: "field" });
  const id = `own-${property.name}`;
  const label = Object.assign(document.createElement("label"), { htmlFor: id, textContent: property.label });
  const input = control(property, (field.properties ?? {})[property.name] ?? "");
  input.id = id;
  input.disabled = readOnly;
  input.dataset.own = property.name;
  const changed = () => write(property.name, input.type === "checkbox" ? (input.checked ? "true" : "") : input.value);
  input.addEventListener(input.tagName === "SELECT" || input.type === "checkbox" ? "change" : "input", changed);
  box.append(...(input.type === "checkbox" ? [input, " ", label] : [label, input]));
  return box;
}

function control({ kind, choices }, value) {
  if (kind === "tick") return Object.assign(document.createElement("input"), { type: "checkbox", checked: value === "true", className: "form-check-input" });
  if (kind === "choice") {
    const select = Object.assign(document.createElement("select"), { className: "form-select" });
    select.append(new Option("—", ""), ...[...new Set([...choices, ...(value ? [value] : [])])].map((each) => new Option(each, each)));
    select.value = value;
    return select;
  }
  const area = kind === "feel" || value.length > 40;
  const field = Object.assign(document.createElement(area ? "textarea" : "input"), { className: "form-control", value, spellcheck: false });
  if (kind === "feel") field.placeholder = "=";
  if (area) field.rows = 1;
  return field;
}
