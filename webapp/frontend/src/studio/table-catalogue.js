// A catalogue: its head, its lists as tables of cells. An empty cell is a fact that the entry does not have.
import { catalogueText, readJson, spaced, Written } from "./table-text.js";
import { fill, make } from "./table-words.js";

const FIRST = ["value", "label", "label_en", "parent"];
const STATUSES = ["official", "inferred", "recollected", "incomplete"];

export function catalogueEditor({ root, place, words, text, readOnly, changed }) {
  const data = readJson(text);
  const names = JSON.parse(root.dataset.names);
  const english = document.documentElement.lang.startsWith("en");
  const state = { list: data.lists[root.dataset.list] ? root.dataset.list : Object.keys(data.lists)[0], find: "" };
  const world = { root, data, state, words, readOnly, changed, name: (key) => names[key]?.[english ? 1 : 0] ?? key };
  world.render = (focus) => render(world, place, focus);
  world.render();
  return {
    text: () => catalogueText(data),
    goTo: (element) => goTo(world, place, element),
  };
}

function render(world, place, focus) {
  const { data, state } = world;
  place.replaceChildren(head(world), tabs(world), tools(world, place), table(world, data.lists[state.list]));
  for (const field of world.root.querySelectorAll("[data-list-name]")) field.value = state.list;
  for (const link of world.root.querySelectorAll("a[data-export]")) link.href = world.root.dataset.exportUrl + encodeURIComponent(state.list);
  filter(world, place);
  if (focus) place.querySelector(focus)?.focus();
}

function head(world) {
  const { data, words, readOnly, changed } = world;
  const field = (key, label, props = {}) => {
    const input = make(props.rows ? "textarea" : "input", { className: "form-control", id: `c-${key}`, readOnly, ...props });
    input.value = key === "source" ? (Array.isArray(data.source) ? data.source.join("\n") : String(data.source ?? "")) : String(data[key] ?? "");
    input.addEventListener("input", () => {
      data[key] = key === "source" ? lines(input.value) : input.value;
      changed();
    });
    return make("div", { className: "field" }, make("label", { htmlFor: input.id, textContent: label }), input);
  };
  const status = make("select", { className: "form-select", id: "c-status", disabled: readOnly });
  for (const each of STATUSES) status.append(make("option", { value: each, textContent: words[each], selected: data.status === each }));
  status.addEventListener("change", () => change(world, () => (data.status = status.value)));
  const standard = make("input", { type: "checkbox", checked: data.default === true, disabled: readOnly });
  standard.addEventListener("change", () => change(world, () => (data.default = standard.checked)));
  return make(
    "section", { className: "panel table-head" },
    field("zh", words.zh), field("en", words.en),
    make("div", { className: "field" }, make("label", { htmlFor: "c-status", textContent: words.status }), status),
    field("confidence", words.confidence), field("source", words.source, { rows: 2 }),
    make("div", { className: "field check" }, make("label", {}, standard, ` ${words.makeDefault}`)),
  );
}

function change(world, act) {
  act();
  world.changed();
}

function lines(text) {
  return text.split("\n").map((line) => line.trim()).filter(Boolean);
}

function tabs(world) {
  const list = make("ul");
  for (const [name, rows] of Object.entries(world.data.lists)) {
    const link = make("button", { type: "button", className: "btn btn-sm", attrs: { "data-tab": name } }, name, " ",
      make("span", { className: "soft small", textContent: rows.length }));
    if (name === world.state.list) link.setAttribute("aria-current", "page");
    link.addEventListener("click", () => {
      world.state.list = name;
      world.render(`[data-tab="${name}"]`);
    });
    list.append(make("li", {}, link));
  }
  return make("nav", { className: "table-tabs", attrs: { "aria-label": world.words.lists } }, list);
}

function tools(world, place) {
  const { words, state, readOnly } = world;
  const find = make("input", { type: "search", className: "form-control", id: "c-find", value: state.find });
  find.addEventListener("input", () => {
    state.find = find.value;
    filter(world, place);
  });
  const add = readOnly ? null : make("button", { type: "button", className: "btn", textContent: words.addRow, on: { click: () => addRow(world) } });
  return make(
    "div", { className: "table-tools" },
    make("label", { htmlFor: "c-find", textContent: words.find }), find, add,
    make("span", { className: "soft small", attrs: { "data-told": "", role: "status" } }),
    readOnly ? null : make("span", { className: "soft small", textContent: words.paste }),
  );
}

function filter({ state, words }, place) {
  const wanted = state.find.trim().toLowerCase();
  let count = 0;
  for (const row of place.querySelectorAll("tbody tr")) {
    const texts = [...row.querySelectorAll("input, textarea, select")].map((field) => field.value.toLowerCase());
    row.hidden = Boolean(wanted) && !texts.some((text) => text.includes(wanted));
    count += row.hidden ? 0 : 1;
  }
  say(place, wanted ? fill(words.found, { n: count }) : "");
}

function say(place, text) {
  const told = place.querySelector("[data-told]");
  if (told) told.textContent = text;
}

/** The kinds of a list's columns, as the server sees them. */
export function columns(rows) {
  const kinds = new Map(FIRST.map((key) => [key, "text"]));
  for (const row of rows) {
    for (const [key, value] of Object.entries(row)) {
      const known = kinds.get(key);
      if (!FIRST.includes(key) && (known === undefined || known === "text")) kinds.set(key, kindOf(value));
    }
  }
  return [...kinds].map(([key, kind]) => ({ key, kind }));
}

function kindOf(value) {
  if (typeof value === "boolean") return "flag";
  if (value instanceof Written) return "number";
  if (typeof value === "string" || value === null) return "text";
  return Array.isArray(value) && value.every((each) => typeof each === "string") ? "lines" : "json";
}

function table(world, rows) {
  const { words, readOnly, state } = world;
  const known = columns(rows);
  const header = make("tr", {}, make("th", { scope: "col", textContent: words.row }),
    ...known.map(({ key }) => make("th", { scope: "col", textContent: world.name(key) })),
    readOnly ? null : make("th", { scope: "col", textContent: words.actions }));
  const body = make("tbody");
  rows.forEach((row, n) => {
    const line = make("tr", { attrs: { "data-row": n } }, make("th", { scope: "row", className: "tnum", textContent: n + 1 }));
    known.forEach((column, at) => line.append(make("td", {}, cellField(world, rows, row, n, column, at))));
    if (!readOnly) line.append(rowTools(world, rows, n));
    body.append(line);
  });
  const found = make("table", { className: "table table-cells" }, make("caption", { className: "visually-hidden", textContent: state.list }), make("thead", {}, header), body);
  if (!readOnly) found.addEventListener("paste", (event) => paste(world, rows, known, event));
  return make("div", { className: "table-scroll", tabIndex: 0, attrs: { role: "group", "aria-label": state.list } }, found);
}

function cellField(world, rows, row, n, column, at) {
  const shown = cellText(row[column.key], column.kind);
  const props = { className: "form-control", attrs: { "aria-label": `${n + 1} ${world.name(column.key)}`, "data-at": at } };
  const field = column.kind === "flag" ? flag(world, shown, props) : make(column.kind === "lines" || column.kind === "json" ? "textarea" : "input", { ...props, readOnly: world.readOnly });
  if (column.kind !== "flag") {
    field.value = shown;
    if (field.rows !== undefined) field.rows = Math.min(4, shown.split("\n").length + 1);
  }
  field.addEventListener(column.kind === "flag" ? "change" : "input", () => {
    const wrong = put(row, column, field.value);
    field.classList.toggle("is-invalid", Boolean(wrong));
    field.setAttribute("aria-invalid", String(Boolean(wrong)));
    field.title = wrong ? fill(world.words.cellWrong, { what: world.words[wrong] }) : "";
    if (!wrong) world.changed();
  });
  return field;
}

function flag(world, shown, props) {
  const field = make("select", { ...props, className: "form-select", disabled: world.readOnly });
  for (const [value, label] of [["", "–"], ["true", world.words.yes], ["false", world.words.no]]) {
    field.append(make("option", { value, textContent: label, selected: value === shown }));
  }
  return field;
}

function cellText(value, kind) {
  if (value === undefined || value === null) return "";
  if (kind === "lines" && Array.isArray(value)) return value.join("\n");
  if (typeof value === "string") return value;
  return value instanceof Written ? value.text : spaced(value);
}

/** Put a text into a row; the name of what it is not, when it is wrong. */
function put(row, { key, kind }, raw) {
  const text = raw.trim();
  if (!text) {
    delete row[key];
    return "";
  }
  if (kind === "number") {
    if (!/^-?\d{1,20}(\.\d{1,20})?$/.test(text)) return "number";
    row[key] = new Written(text);
  } else if (kind === "flag") row[key] = ["true", "是", "yes", "1"].includes(text.toLowerCase());
  else if (kind === "lines") row[key] = lines(text);
  else if (kind === "json") {
    try {
      row[key] = readJson(text);
    } catch {
      return "json";
    }
  } else row[key] = text;
  return "";
}

function rowTools(world, rows, n) {
  const { words } = world;
  const press = (mark, label, act) => make("button", {
    type: "button", className: "btn btn-sm", textContent: mark, attrs: { "aria-label": `${label} ${n + 1}`, title: label, "data-do": mark }, on: { click: act },
  });
  const move = (by) => () => {
    const to = n + by;
    if (to < 0 || to >= rows.length) return;
    [rows[n], rows[to]] = [rows[to], rows[n]];
    world.changed();
    world.render(`[data-row="${to}"] [data-do="${by < 0 ? "↑" : "↓"}"]`);
  };
  const remove = () => {
    const [gone] = rows.splice(n, 1);
    world.changed();
    world.render("#c-find");
    offerBack(world, rows, n, gone);
  };
  return make("td", { className: "row-tools" }, press("↑", words.up, move(-1)), press("↓", words.down, move(1)), press("×", words.remove, remove));
}

function offerBack(world, rows, n, gone) {
  const told = world.root.querySelector("[data-told]");
  const back = make("button", { type: "button", className: "btn btn-sm", textContent: world.words.undo });
  back.addEventListener("click", () => {
    rows.splice(n, 0, gone);
    world.changed();
    world.render(`[data-row="${n}"] input`);
  });
  told.replaceChildren(fill(world.words.removed, { n: n + 1 }), " ", back);
}

function addRow(world) {
  const rows = world.data.lists[world.state.list];
  rows.push({ value: "", label: "" });
  world.state.find = "";
  world.changed();
  world.render(`[data-row="${rows.length - 1}"] input`);
}

/** Cells copied in a spreadsheet fill the table from the cell they are pasted into, downwards and to the right. */
function paste(world, rows, known, event) {
  const field = event.target.closest("[data-at]");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!field || !text.includes("\t") && !(text.trimEnd().includes("\n") && field.tagName === "INPUT")) return;
  event.preventDefault();
  const first = Number(field.closest("tr").dataset.row);
  const left = Number(field.dataset.at);
  cellsOf(text).forEach((cells, down) => {
    rows[first + down] ??= { value: "", label: "" };
    cells.forEach((cell, right) => {
      const column = known[left + right];
      if (column) put(rows[first + down], column, cell);
    });
  });
  world.changed();
  world.render(`[data-row="${first}"] [data-at="${left}"]`);
}

/** Rows and cells of copied text; a quoted cell may hold lines and tabs. */
export function cellsOf(text) {
  const rows = [[]];
  const part = /"((?:[^"]|"")*)"(?=\t|\r?\n|$)|([^\t\r\n]*)/y;
  for (let at = 0; at <= text.length; ) {
    part.lastIndex = at;
    const found = part.exec(text);
    rows.at(-1).push(found[1] === undefined ? found[2] : found[1].replaceAll('""', '"'));
    at += found[0].length;
    if (text.startsWith("\r\n", at)) at += 1;
    if (text[at] === "\n") rows.push([]);
    at += 1;
  }
  while (rows.length > 1 && rows.at(-1).every((cell) => cell === "")) rows.pop();
  return rows;
}

function goTo(world, place, element) {
  const found = /^lists\/([a-z0-9_]+)(?:\[(\d+)\])?$/.exec(element);
  if (!found || !world.data.lists[found[1]]) {
    place.querySelector(`#c-${CSS.escape(element)}`)?.focus();
    return;
  }
  Object.assign(world.state, { list: found[1], find: "" });
  world.render(`[data-row="${Number(found[2] ?? 1) - 1}"] input`);
}
