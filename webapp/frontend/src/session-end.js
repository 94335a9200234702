// Two minutes before an idle session ends the page says so; "continue" prolongs it (WCAG 2.2.1).
const warning = document.getElementById("session-end");
const WARN_BEFORE = 120;

if (warning) {
  let timer;
  let due;
  const warn = () => {
    warning.hidden = false;
    warning.querySelector("[data-continue]").focus();
  };
  const restart = () => {
    const wait = Math.max(1, Number(warning.dataset.seconds) - WARN_BEFORE) * 1000;
    warning.hidden = true;
    clearTimeout(timer);
    timer = setTimeout(warn, wait);
    due = Date.now() + wait;
  };
  restart();
  document.body.addEventListener("htmx:afterOnLoad", restart); // every request has prolonged it
  document.body.addEventListener("luzhi:kept", restart); // and so has every saved draft
  warning.querySelector("[data-continue]").addEventListener("click", async () => {
    const answer = await fetch(warning.dataset.url, { credentials: "same-origin" });
    if (answer.ok && !answer.redirected) restart();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && warning.hidden && Date.now() >= due) warn(); // timers stand still while a computer sleeps
  });
}
