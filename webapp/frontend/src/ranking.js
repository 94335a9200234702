// The ranking board: rows move by buttons or by dragging, and the numbers follow. The numbers are the answer:
// without this file they are typed, and whoever types one sees the row move to its place.
const board = () => document.querySelector("[data-ranking]");
const rows = (list) => [...list.querySelectorAll(":scope > [data-rank-row]")];
const listsOf = (row) => row.closest("[data-rank-board]");

const live = document.createElement("div");
live.className = "visually-hidden";
live.setAttribute("role", "status");

function start() {
  if (!board()) return;
  document.body.append(live);
  board().querySelectorAll("[data-rank-buttons], [data-rank-handle]").forEach((part) => (part.hidden = false));
  board().querySelectorAll("[data-rank-row]").forEach((row) => (row.draggable = false));
  count();
}

function renumber(section) {
  const [ranked, reserve] = [section.querySelector('[data-rank-list="in"]'), section.querySelector('[data-rank-list="out"]')];
  rows(ranked).forEach((row, index) => set(row, String(index + 1)));
  rows(reserve).forEach((row) => set(row, ""));
  count();
}

function set(row, text) {
  const box = row.querySelector("[data-rank]");
  const swap = row.querySelector("[data-rank-move=swap]");
  swap.textContent = text ? swap.dataset.out : swap.dataset.in;
  if (box.value === text) return;
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true })); // what keeps drafts hears of it
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

function words(most, used) {
  const { quotaWords, freeWords } = board().dataset;
  return (most === "" ? freeWords : quotaWords).replace("{most}", most).replace("{used}", used);
}

function count() {
  let total = 0;
  for (const section of board().querySelectorAll("[data-rank-board]")) {
    const ranked = rows(section.querySelector('[data-rank-list="in"]'));
    const most = section.dataset.most;
    total += ranked.length;
    tell(section.querySelector("[data-quota]"), most, ranked.length);
    ranked.forEach((row, index) => row.classList.toggle("rank-beyond", most !== "" && index >= Number(most)));
    rows(section.querySelector('[data-rank-list="out"]')).forEach((row) => row.classList.remove("rank-beyond"));
  }
  const whole = board().querySelector("[data-quota-total]");
  tell(whole, whole.dataset.most, total);
}

function tell(place, most, used) {
  const said = words(most, used);
  if (place.textContent !== said) place.textContent = said;
  place.toggleAttribute("data-over", most !== "" && used > Number(most));
}

function say(row) {
  const name = row.querySelector(".rank-what strong").textContent;
  const rank = row.querySelector("[data-rank]").value;
  const { said, saidOut } = board().dataset;
  live.textContent = (rank ? said : saidOut).replace("{name}", name).replace("{n}", rank);
}

function move(row, how) {
  const section = listsOf(row);
  const ranked = section.querySelector('[data-rank-list="in"]');
  const inside = row.parentElement === ranked;
  if (how === "swap") (inside ? section.querySelector('[data-rank-list="out"]') : ranked).append(row);
  else if (how === "up" && !inside) ranked.append(row);
  else if (how === "up" && row.previousElementSibling) row.previousElementSibling.before(row);
  else if (how === "down" && row.nextElementSibling) row.nextElementSibling.after(row);
  else if (how === "down" && inside) section.querySelector('[data-rank-list="out"]').prepend(row);
  renumber(section);
  say(row);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-rank-move]");
  if (!button) return;
  move(button.closest("[data-rank-row]"), button.dataset.rankMove);
  button.focus();
});

// A typed number: the row goes to that place, the others make room.
document.addEventListener("change", (event) => {
  const box = event.target.closest?.("[data-rank]");
  if (!box || !event.isTrusted) return;
  const row = box.closest("[data-rank-row]");
  const section = listsOf(row);
  const ranked = section.querySelector('[data-rank-list="in"]');
  if (!box.value.trim()) section.querySelector('[data-rank-list="out"]').append(row);
  else if (/^[0-9]{1,4}$/.test(box.value.trim()) && Number(box.value) > 0) {
    const others = rows(ranked).filter((other) => other !== row);
    const after = others[Number(box.value) - 1];
    if (after) after.before(row);
    else ranked.append(row);
  } else return;
  renumber(section);
  say(row);
});

// Dragging by the handle with mouse, pen or finger.
let held = null;
document.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest("[data-rank-handle]");
  if (!handle || event.button !== 0) return;
  event.preventDefault();
  held = handle.closest("[data-rank-row]");
  held.classList.add("dragging");
});
document.addEventListener("pointermove", (event) => {
  if (!held) return;
  const under = document.elementFromPoint(event.clientX, event.clientY);
  const list = under?.closest("[data-rank-list]");
  if (!list || listsOf(list) !== listsOf(held)) return;
  const other = under.closest("[data-rank-row]");
  if (!other) list.append(held);
  else if (other !== held) {
    const box = other.getBoundingClientRect();
    if (event.clientY < box.top + box.height / 2) other.before(held);
    else other.after(held);
  }
});
for (const name of ["pointerup", "pointercancel"])
  document.addEventListener(name, () => {
    if (!held) return;
    const row = held;
    held = null;
    row.classList.remove("dragging");
    renumber(listsOf(row));
    say(row);
  });

start();
