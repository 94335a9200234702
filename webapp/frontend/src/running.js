/* A page of a run or a migration that is not over yet: asks how far it is, and loads itself anew when it is done. */
const page = document.querySelector("[data-run]");

async function look() {
  const answer = await fetch(page.dataset.run, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const { done, total, state } = await answer.json();
  if (state === "done" || state === "failed") {
    location.reload();
    return;
  }
  Object.assign(page.querySelector("progress"), { max: total || 1, value: done });
  page.querySelector("[data-run-said]").textContent = `${done} / ${total}`;
  setTimeout(() => look().catch(() => setTimeout(look, 5000)), 1500);
}

if (page) setTimeout(() => look().catch(() => {}), 1000);
