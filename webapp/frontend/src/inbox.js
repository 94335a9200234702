// The inbox by keyboard: j and k move, Enter opens, x ticks, e completes and a assigns (or claims) what is ticked.
// One box ticks the whole page. A batch that was confirmed goes on by itself. All of it works without this file.
const list = document.querySelector("[data-inbox]");
const rows = [...(list?.querySelectorAll("tr[data-row]") ?? [])];
const boxes = rows.map((row) => row.querySelector("input[type=checkbox]"));
const current = () => rows.indexOf(document.activeElement?.closest?.("tr[data-row]"));

const move = (by) => {
  const next = Math.min(rows.length - 1, Math.max(0, current() + by));
  rows[next]?.querySelector("[data-open]")?.focus();
};
const press = (...actions) => {
  const form = document.querySelector("[data-bulk]");
  if (!boxes.some((box) => box.checked)) boxes[current()]?.click();
  for (const action of actions) {
    const button = form?.querySelector(`button[name=action][value=${action}]`);
    if (button) return button.click();
  }
};
const acts = {
  j: () => move(1),
  k: () => move(-1),
  x: () => boxes[current()]?.click(),
  e: () => press("complete"),
  a: () => press("assign", "claim"),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog");
  if (!rows.length || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (localStorage.getItem("luzhi-keys") === "off" || !Object.hasOwn(acts, event.key)) return;
  event.preventDefault();
  acts[event.key]();
});

const page = document.querySelector("[data-tick-page]");
if (page) {
  page.hidden = false;
  page.querySelector("input").addEventListener("change", (event) => {
    for (const box of boxes) box.checked = event.target.checked;
  });
}

document.querySelector("form[data-goes-on]")?.requestSubmit();
