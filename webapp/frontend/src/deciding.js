// Desks of opinions and meetings: order by buttons, number or mouse, results by keyboard, totals that follow.
// Without this file the buttons send the page; the server puts the list in the same order.
const EMPTY = /^\s*$/;

for (const board of document.querySelectorAll("[data-opinions]")) {
  board.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("[data-rank-row]");
    const other = Number(button.dataset.move) < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (other) (Number(button.dataset.move) < 0 ? other.before(row) : other.after(row));
    renumber(board);
    button.focus();
  });
  board.addEventListener("change", (event) => {
    if (event.target.matches(".rank-box")) place(board, event.target);
    total(board);
  });
  draggable(board);
}

// A number typed moves its row to that place.
function place(board, box) {
  const row = box.closest("[data-rank-row]");
  const rows = rowsOf(board).filter((other) => other !== row);
  const to = Math.min(Math.max(Number.parseInt(box.value, 10) || rows.length + 1, 1), rows.length + 1);
  if (to > rows.length) rows.at(-1)?.after(row);
  else rows[to - 1].before(row);
  renumber(board);
  box.focus();
}

function rowsOf(board) {
  return [...board.querySelectorAll("[data-rank-row]")];
}

function renumber(board) {
  const rows = rowsOf(board);
  const due = [...rows].sort((a, b) => Number(a.dataset.due) - Number(b.dataset.due));
  rows.forEach((row, index) => {
    const box = row.querySelector(".rank-box");
    if (box.value !== String(index + 1)) {
      box.value = String(index + 1);
      box.dispatchEvent(new Event("input", { bubbles: true })); // what keeps drafts hears of it
    }
    const moved = due[index].dataset.key !== row.dataset.key;
    row.classList.toggle("is-moved", moved);
    row.querySelector("[data-moved]").hidden = !moved;
  });
}

function draggable(board) {
  let held = null;
  for (const row of rowsOf(board)) {
    row.addEventListener("pointerdown", (event) => {
      row.draggable = !event.target.closest("input, select, button, textarea, label");
    });
    row.addEventListener("dragstart", () => {
      held = row;
      row.classList.add("is-dragged");
    });
    row.addEventListener("dragend", () => {
      row.draggable = false;
      row.classList.remove("is-dragged");
      held = null;
      renumber(board);
    });
    row.addEventListener("dragover", (event) => {
      if (!held || held === row) return;
      event.preventDefault();
      const box = row.getBoundingClientRect();
      if (event.clientY < box.top + box.height / 2) row.before(held);
      else row.after(held);
    });
  }
}

// How many have which answer: counted in the table that follows the line of totals.
function total(scope) {
  for (const line of scope.querySelectorAll("[data-totals]")) {
    let table = line.nextElementSibling;
    while (table && !table.querySelector("table")) table = table.nextElementSibling;
    const counts = {};
    for (const choice of table?.querySelectorAll("select[data-choice], input[data-choice]:checked") || []) {
      if (!EMPTY.test(choice.value)) counts[choice.value] = (counts[choice.value] || 0) + 1;
    }
    for (const out of line.querySelectorAll("[data-total]")) out.textContent = String(counts[out.dataset.total] || 0);
  }
}

function choose(choice) {
  choice.checked = true;
  choice.dispatchEvent(new Event("input", { bubbles: true })); // what keeps drafts hears of it
  choice.dispatchEvent(new Event("change", { bubbles: true }));
}

for (const results of document.querySelectorAll("[data-results]")) {
  results.addEventListener("change", () => total(results));
  results.querySelector("[data-all-pass]")?.addEventListener("click", (event) => {
    event.preventDefault();
    for (const row of results.querySelectorAll("[data-result-row]")) {
      const choices = [...row.querySelectorAll("input[type=radio]")];
      if (choices.length && !choices.some((choice) => choice.checked)) choose(choices[0]);
    }
  });
  results.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=radio]), textarea, select")) return;
    const rows = [...results.querySelectorAll("[data-result-row]")];
    const at = rows.indexOf(event.target.closest("[data-result-row]"));
    if (event.key === "j" || event.key === "k") {
      rows[Math.min(Math.max(at + (event.key === "j" ? 1 : -1), 0), rows.length - 1)]?.focus();
    } else if (at >= 0 && /^[123]$/.test(event.key)) {
      const choice = rows[at].querySelectorAll("input[type=radio]")[Number(event.key) - 1];
      if (!choice) return;
      choose(choice);
      if (event.key === "1") rows[at + 1]?.focus();
      else rows[at].querySelector("td:last-child input")?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

// A piece of the page that the server makes from one or two answers: the calendar of a notice, the state of a number.
async function refresh(target, address, query) {
  try {
    const answer = await fetch(`${address}?${new URLSearchParams(query)}`, { headers: { Accept: "text/html" } });
    if (answer.ok) target.innerHTML = await answer.text();
  } catch {
    target.textContent = ""; // the network is gone; the submission checks it again
  }
}

const days = document.querySelector("[data-notice-days]");
days?.addEventListener("change", (event) => {
  if (!["starts_on", "ends_on"].includes(event.target.name)) return;
  const value = (name) => days.querySelector(`[name=${name}]`).value;
  const query = { starts_on: value("starts_on"), ends_on: value("ends_on"), least: days.dataset.least };
  refresh(document.getElementById("notice-days"), days.dataset.noticeDays, query);
});

const number = document.querySelector("[data-document-number]");
number?.addEventListener("change", (event) => {
  if (event.target.name !== "document_no") return;
  refresh(document.getElementById("number-check"), number.dataset.documentNumber, { number: event.target.value });
});
