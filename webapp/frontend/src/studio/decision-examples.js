// Examples of the decision that is looked at: inputs and the result that must come of them, in the file itself. The
// server runs them; a row is green or red, and tells what came out.

export function showExamples(page) {
  const state = { decision: null, inputs: {}, outcomes: [] };
  const { root, words } = page;
  const choice = root.querySelector("[data-example-decision]");
  const add = root.querySelector("[data-example-add]");
  const draw = () => render(page, state);
  choice.addEventListener("change", () => {
    state.decision = decisions(page).find((each) => each.id === choice.value) ?? null;
    draw();
  });
  add.addEventListener("click", () => {
    if (!state.decision) return;
    examplesOf(page, state.decision, true).all.push(example(page, {}));
    page.changed();
    draw();
    root.querySelector("[data-examples] tbody tr:last-child input")?.focus();
  });
  return {
    show: (element) => {
      const all = decisions(page);
      choice.replaceChildren(...all.map((each) => new Option(each.name || each.id, each.id)));
      const shown = all.find((each) => each === element) ?? all.find((each) => each.id === state.decision?.id) ?? all[0];
      state.decision = shown ?? null;
      choice.value = shown?.id ?? "";
      add.hidden = page.readOnly || !shown;
      draw();
    },
    told: ({ inputs, outcomes, wrong }) => {
      Object.assign(state, { inputs, outcomes });
      root.querySelector("[data-examples-wrong]").textContent = wrong ?? "";
      if (!root.querySelector("[data-examples]").contains(document.activeElement)) draw();
      else mark(page, state);
      summary(page, state, words);
    },
  };
}

function decisions({ modeler }) {
  return (modeler.getDefinitions()?.drgElement ?? []).filter((each) => each.$type === "dmn:Decision");
}

/** The element that holds a decision's examples; made when `make` is set, else null. */
function examplesOf({ modeler }, decision, make = false) {
  const moddle = modeler._moddle;
  let inside = decision.extensionElements;
  if (!inside && make) {
    inside = moddle.create("dmn:ExtensionElements", { values: [] });
    inside.$parent = decision;
    decision.extensionElements = inside;
  }
  let found = inside?.values?.find((each) => each.$type === "luzhi:Examples");
  if (!found && make) {
    found = moddle.create("luzhi:Examples", { all: [] });
    found.$parent = inside;
    inside.values.push(found);
  }
  if (found && !found.all) found.all = [];
  return found ?? null;
}

function example({ modeler }, { name = "", at = "", given = {}, expected = "" }) {
  const moddle = modeler._moddle;
  return moddle.create("luzhi:Example", {
    name, at: at || undefined,
    given: Object.entries(given).map(([name, text]) => moddle.create("luzhi:Given", { name, text })),
    expected: moddle.create("luzhi:Expected", { text: expected }),
  });
}

function columns(state, all) {
  const used = all.flatMap((each) => (each.given ?? []).map(({ name }) => name));
  return [...new Set([...(state.inputs[state.decision?.id] ?? []), ...used])];
}

function render(page, state) {
  const place = page.root.querySelector("[data-examples]");
  const all = (state.decision && examplesOf(page, state.decision)?.all) ?? [];
  page.root.querySelector("[data-no-examples]").hidden = all.length > 0;
  if (!all.length) return place.replaceChildren();
  const names = columns(state, all);
  const table = Object.assign(document.createElement("table"), { className: "examples-table" });
  table.append(Object.assign(document.createElement("caption"), { className: "visually-hidden", textContent: page.words.examples }));
  const { name, at, expected, result } = page.words;
  const heads = [name, ...names, at, expected, result, ...(page.readOnly ? [] : [page.words.actions])];
  const head = table.createTHead().insertRow();
  for (const text of heads) head.append(Object.assign(document.createElement("th"), { scope: "col", textContent: text }));
  const body = table.createTBody();
  all.forEach((each, n) => body.append(row(page, state, all, each, n, names)));
  place.replaceChildren(table);
  return mark(page, state);
}

function row(page, state, all, each, n, names) {
  const { words } = page;
  const line = document.createElement("tr");
  const label = (what) => `${words.exampleN.replace("{n}", n + 1)} ${what}`;
  const cell = (what, value, set, wide) => {
    const field = document.createElement(wide === undefined ? "input" : "textarea");
    Object.assign(field, { value: value ?? "", spellcheck: false, readOnly: page.readOnly });
    if (wide !== undefined) Object.assign(field, { rows: 1, className: wide ? "wide" : "" });
    field.setAttribute("aria-label", label(what));
    field.addEventListener("input", () => (set(field.value), page.changed()));
    line.insertCell().append(field);
    return field;
  };
  cell(words.name, each.name, (text) => { each.name = text; });
  for (const name of names) cell(name, givenOf(each, name)?.text, (text) => give(page, each, name, text), false);
  const day = cell(words.at, each.at, (text) => { each.at = text || undefined; });
  day.type = "date";
  cell(words.expected, each.expected?.text, (text) => expect(page, each, text), true);
  line.insertCell().dataset.result = "";
  if (!page.readOnly) line.insertCell().append(...buttons(page, state, all, each, n, label));
  return line;
}

function givenOf(each, name) {
  return (each.given ?? []).find((one) => one.name === name);
}

function give({ modeler }, each, name, text) {
  const found = givenOf(each, name);
  if (!text.trim()) each.given = (each.given ?? []).filter((one) => one !== found);
  else if (found) found.text = text;
  else each.given = [...(each.given ?? []), modeler._moddle.create("luzhi:Given", { name, text })];
}

function expect({ modeler }, each, text) {
  if (each.expected) each.expected.text = text;
  else each.expected = modeler._moddle.create("luzhi:Expected", { text });
}

function buttons(page, state, all, each, n, label) {
  const make = (text, press) => {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm", textContent: text });
    made.setAttribute("aria-label", `${text} ${label("")}`.trim());
    made.addEventListener("click", () => (press(), page.changed(), render(page, state)));
    return made;
  };
  const { words } = page;
  return [
    make(words.adopt, () => expect(page, each, outcomeOf(state, n)?.result || each.expected?.text || "")),
    " ",
    make(words.copy, () => all.splice(n + 1, 0, example(page, {
      name: each.name, at: each.at, expected: each.expected?.text,
      given: Object.fromEntries((each.given ?? []).map(({ name, text }) => [name, text])),
    }))),
    " ",
    make(words.remove, () => all.splice(n, 1)),
  ];
}

function outcomeOf(state, n) {
  return state.outcomes.find((each) => each.decision === state.decision?.id && each.number === n + 1);
}

function mark({ root, words }, state) {
  root.querySelectorAll("[data-examples] tbody tr").forEach((line, n) => {
    const outcome = outcomeOf(state, n);
    const place = line.querySelector("[data-result]");
    line.dataset.state = outcome ? (outcome.passed ? "passed" : "failed") : "";
    if (!outcome) return place.replaceChildren(words.waiting);
    const tag = Object.assign(document.createElement("span"), {
      className: `tag tag-${outcome.passed ? "green" : "red"}`, textContent: outcome.passed ? words.passed : words.failed,
    });
    const parts = [tag, " ", Object.assign(document.createElement("code"), { textContent: outcome.result })];
    if (outcome.rules.length) parts.push(" ", soft(words.byRules.replace("{rules}", outcome.rules.join(words.and))));
    if (outcome.message) parts.push(" ", soft(outcome.message));
    return place.replaceChildren(...parts);
  });
}

function soft(text) {
  return Object.assign(document.createElement("span"), { className: "soft small", textContent: text });
}

function summary({ root }, { outcomes }, words) {
  const failed = outcomes.filter(({ passed }) => !passed).length;
  const place = root.querySelector("[data-examples-summary]");
  place.dataset.state = failed ? "failed" : "";
  place.textContent = outcomes.length ? (failed ? words.someFail : words.allPass).replace("{n}", failed || outcomes.length) : "";
}
