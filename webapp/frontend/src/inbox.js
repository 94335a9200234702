// The inbox by keyboard: j and k move, Enter opens, x ticks, e completes and a assigns (or claims) what is ticked.
// One box ticks the whole page. A batch that was confirmed goes on by itself, part by part. New tasks are told in a
// line above the list, which never jumps. All of it works without this file.
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

const goOn = async (form) => {
  const text = document.querySelector("[data-batch-text]");
  const bar = document.querySelector("[data-batch-progress]");
  const marks = { DONE: "tag-green", REFUSED: "tag-red" };
  for (;;) {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
    }).catch(() => undefined);
    if (!answer?.ok) return; // the button stays, and what was done stays done
    const { ready, done, text: said, rows: results } = await answer.json();
    text.textContent = said;
    bar.value = done;
    for (const { number, state, label, reason } of results) {
      const row = document.querySelector(`tr[data-item="${number}"]`);
      const tag = row?.querySelector("[data-result]");
      if (!tag) continue;
      tag.className = `tag ${marks[state]}`;
      tag.textContent = label;
      row.querySelector("[data-reason]").textContent = reason;
    }
    if (!ready) return location.reload();
  }
};
const batch = document.querySelector("form[data-goes-on]");
if (batch) goOn(batch);

const news = document.querySelector("[data-news]");
const EVERY = 60_000; // ms
if (news) {
  let tag = "";
  const ask = async () => {
    if (document.hidden) return;
    const headers = { Accept: "application/json", ...(tag && { "If-None-Match": tag }) };
    const answer = await fetch(news.dataset.news, { headers, cache: "no-store" }).catch(() => undefined);
    if (answer?.status !== 200 || answer.redirected) return;
    tag = answer.headers.get("ETag") ?? "";
    const { text } = await answer.json();
    if (!text) return news.replaceChildren();
    const link = document.createElement("a");
    link.href = location.pathname + location.search;
    link.textContent = text;
    news.replaceChildren(link);
  };
  setInterval(ask, Number(news.dataset.every) || EVERY);
  document.addEventListener("visibilitychange", ask);
}
