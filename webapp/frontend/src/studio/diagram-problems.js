// The list of what is wrong: what lint finds as one draws, and what the server found at the last save.

import { csrfToken } from "./draft.js";
import { once } from "./same-findings.js";

const RANK = { error: 0, warn: 1, warning: 1, info: 2 };

export function showProblems(root, modeler) {
  const place = root.querySelector("[data-problems]");
  const english = document.documentElement.lang.startsWith("en");
  let here = [];
  let there = [];
  const show = () => render(place, once(here, there), (id) => goTo(modeler, id));
  modeler.on("linting.completed", ({ issues }) => {
    here = Object.values(issues).flat().map(({ id, actualElementId, category, message, rule }) => ({
      element: actualElementId ?? id, severity: category === "error" ? "error" : "warning", text: message, code: rule,
    }));
    show();
  });
  root.addEventListener("luzhi:draft", ({ detail: { facts } }) => {
    if (!facts.problems) return;
    there = facts.problems.map(({ element, severity, code, zh, en }) => ({
      element, severity, code, text: english ? en : zh, server: true,
    }));
    show();
  });
}

/** Ask the server what is wrong with this content: its answer comes as after a save. */
export async function checkNow(root, content) {
  const answer = await fetch(root.dataset.lintUrl, {
    method: "POST", body: content, headers: { "X-CSRFToken": csrfToken(), "Content-Type": "application/octet-stream" },
  }).catch(() => null); // the next save brings it
  if (!answer?.ok) return;
  const facts = await answer.json();
  root.dispatchEvent(new CustomEvent("luzhi:draft", { detail: { state: "checked", facts } }));
}

function render(place, problems, go) {
  const rows = [...problems].sort((a, b) => RANK[a.severity] - RANK[b.severity]);
  const count = (severity) => rows.filter((row) => row.severity === severity).length;
  place.querySelector("[data-errors]").textContent = count("error");
  place.querySelector("[data-warnings]").textContent = rows.length - count("error");
  place.dataset.state = count("error") ? "error" : rows.length ? "warning" : "clean";
  place.querySelector("[data-none]").hidden = rows.length > 0;
  const list = place.querySelector("[data-list]");
  list.replaceChildren(...rows.map((row) => item(row, place.dataset, go)));
}

function item({ element, severity, code, text, server }, words, go) {
  const line = document.createElement("li");
  line.dataset.severity = severity;
  const mark = Object.assign(document.createElement("span"), {
    className: `tag tag-${severity === "error" ? "red" : "amber"}`,
    textContent: severity === "error" ? words.error : words.warning,
  });
  const button = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: text });
  button.addEventListener("click", () => go(element));
  const where = Object.assign(document.createElement("span"), { className: "soft small" });
  where.textContent = [element, code, server ? words.server : ""].filter(Boolean).join(" · ");
  line.append(mark, " ", button, " ", where);
  return line;
}

/** Select the element and bring it into view; what is not drawn itself is shown by its process. */
function goTo(modeler, id) {
  const registry = modeler.get("elementRegistry");
  const canvas = modeler.get("canvas");
  const element = registry.get(id) ?? registry.find((each) => each.businessObject?.processRef?.id === id);
  if (!element || element === canvas.getRootElement()) return modeler.get("selection").select([]);
  canvas.scrollToElement(element, 120);
  return modeler.get("selection").select(element);
}
