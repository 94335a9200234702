// Leaving a page with text that was neither sent nor saved asks first. htmx reports each draft that was kept.
const form = document.querySelector("form[data-keep]");
let dirty = false;

if (form) {
  form.addEventListener("input", () => (dirty = true));
  form.addEventListener("submit", () => (dirty = false));
  document.body.addEventListener("luzhi:kept", () => (dirty = false));
  addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
}
