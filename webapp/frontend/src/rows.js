// Rows of a list without a new page: the same buttons, the same answer of the server, only the list is exchanged.
// Cells copied in a spreadsheet may be pasted into any cell; the server puts them in place, so that what is
// understood does not depend on the browser. Without this file the buttons send the whole page.
const VERBS = /^(add|copy|remove|up|down|paste):/;
const CELLS = "input:not([type=hidden]):not([type=file]), textarea, select";

const live = document.createElement("div");
live.className = "visually-hidden";
live.setAttribute("role", "status");
document.body.append(live);

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-rows] button[name=_action]");
  if (!button || !VERBS.test(button.value)) return;
  const list = button.closest("[data-rows]");
  event.preventDefault();
  exchange(list, button.value, "", () => button.form.requestSubmit(button));
});

document.addEventListener("paste", (event) => {
  const cell = event.target.closest("[data-rows] td input, [data-rows] td textarea, [data-rows] td select");
  const text = (event.clipboardData?.getData("text/plain") || "").replace(/[\r\n]+$/, "");
  const several = text.includes("\t") || (cell && cell.tagName !== "TEXTAREA" && /[\r\n]/.test(text));
  if (!cell || !several) return;
  event.preventDefault();
  exchange(cell.closest("[data-rows]"), `paste:${cell.name}`, text);
});

// `instead` sends the page the ordinary way when the list could not be exchanged.
async function exchange(list, action, text, instead) {
  if (list.getAttribute("aria-busy") === "true") return;
  const form = list.closest("form");
  const before = document.activeElement;
  const body = pairs(form, action, text);
  list.setAttribute("aria-busy", "true");
  list.inert = true;
  let page = null;
  try {
    const answer = await fetch(form.getAttribute("action") || location.href, { method: "POST", body, headers: { Accept: "text/html" } });
    if (answer.ok || answer.status === 422) page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    page = null; // the network is gone: the ordinary way tells so
  }
  const fresh = page?.getElementById(list.id);
  list.inert = false;
  list.removeAttribute("aria-busy");
  if (!fresh) {
    if (instead) instead();
    return;
  }
  const place = document.adoptNode(fresh);
  list.replaceWith(place);
  remember(page, place.id);
  focusAgain(place, action, before);
  say(place, action);
  place.dispatchEvent(new Event("input", { bubbles: true })); // what keeps drafts hears of it
}

function pairs(form, action, text) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
  body.set("_action", action);
  if (text) body.set("_paste", text);
  return body;
}

// The page's list of what it shows: the entries of this list are the answer's, the others stay.
function remember(page, id) {
  const [mine, theirs] = [document.getElementById("shown"), page.getElementById("shown")];
  if (!mine || !theirs) return;
  const inside = (entry) => entry === id || entry.startsWith(`${id}:`) || entry.startsWith(`${id}-`);
  const stay = mine.value.split(" ").filter((entry) => entry && !inside(entry));
  mine.value = [...stay, ...theirs.value.split(" ").filter(inside)].join(" ");
}

function focusAgain(list, action, before) {
  const [, verb, , number] = action.match(/^(\w+):([^[]*)(?:\[(\d+)\])?/) || [];
  const rows = [...list.querySelectorAll("tbody tr")];
  const at = Number(number);
  const targets = {
    add: () => rows.at(-1)?.querySelector(CELLS),
    copy: () => rows[at + 1]?.querySelector(CELLS),
    remove: () => (rows[Math.min(at, rows.length - 1)] || list).querySelector("button[value^='remove:']") || list.querySelector("button[value^='add:']"),
    up: () => moved(rows[at - 1], "up") || moved(rows[at - 1], "down"),
    down: () => moved(rows[at + 1], "down") || moved(rows[at + 1], "up"),
    paste: () => (before?.id && list.querySelector(`#${CSS.escape(before.id)}`)) || rows[0]?.querySelector(CELLS),
  };
  (targets[verb]?.() || list).focus();
}

function moved(row, verb) {
  return row?.querySelector(`button[value^='${verb}:']`);
}

function say(list, action) {
  const verb = action.split(":")[0];
  const wrong = list.querySelectorAll(".error").length;
  const told = list.dataset[`said${verb[0].toUpperCase()}${verb.slice(1)}`] || "";
  live.textContent = verb === "paste" && wrong ? `${told}。${list.dataset.saidWrong.replace("{n}", wrong)}` : told;
}
