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

// A draft that could not be saved says so in the words of the page; the next change tries again.
document.body.addEventListener("htmx:responseError", failed);
document.body.addEventListener("htmx:sendError", failed);

function failed() {
  const place = document.getElementById("kept");
  if (place && form) place.textContent = form.dataset.failed;
}
