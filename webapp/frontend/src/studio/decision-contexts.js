// Decisions whose logic is a list of named expressions (a boxed context): dmn-js draws none, so they are edited here.

export function showContexts({ root, words, modeler, readOnly, changed }) {
  const place = root.querySelector("[data-contexts]");
  return {
    show: () => {
      const found = contexts(modeler.getDefinitions());
      place.closest("section").hidden = !found.length;
      place.replaceChildren(...found.map((decision) => part(decision, words, readOnly, changed)));
    },
  };
}

function contexts(definitions) {
  const decisions = (definitions?.drgElement ?? []).filter((each) => each.$type === "dmn:Decision");
  return decisions.filter((each) => each.decisionLogic?.$type === "dmn:Context");
}

function part(decision, words, readOnly, changed) {
  const box = document.createElement("details");
  box.append(Object.assign(document.createElement("summary"), { textContent: `${decision.name || decision.id} · ${words.context}` }));
  const list = Object.assign(document.createElement("div"), { className: "context-entries" });
  for (const entry of decision.decisionLogic.contextEntry ?? []) list.append(row(decision, entry, words, readOnly, changed));
  box.append(list);
  return box;
}

function row(decision, entry, words, readOnly, changed) {
  const line = document.createElement("div");
  const name = entry.variable?.name || words.result;
  const id = `entry-${decision.id}-${name}`;
  line.append(Object.assign(document.createElement("label"), { htmlFor: id, textContent: name }));
  const field = Object.assign(document.createElement("textarea"), { id, spellcheck: false, rows: 1 });
  const logic = entry.value;
  if (logic?.$type !== "dmn:LiteralExpression") {
    line.append(Object.assign(document.createElement("p"), { className: "soft small", textContent: words.notHere }));
    return line;
  }
  field.value = logic.text ?? "";
  field.readOnly = readOnly;
  field.addEventListener("input", () => {
    logic.text = field.value;
    changed();
  });
  line.append(field);
  return line;
}
