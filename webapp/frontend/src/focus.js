// The error summary takes the focus when a page comes back with errors (GOV.UK error summary).
const summary = document.querySelector("[data-error-summary], [data-confirmation]");
if (summary) summary.focus();

// `?` lists the keys, `/` goes to the search field, `g i` to the inbox; never while typing, and not for whoever has
// switched them off (WCAG 2.1.4).
const keys = document.getElementById("keys");
const switched = keys?.querySelector("[data-keys-on]");
if (switched) {
  switched.checked = localStorage.getItem("luzhi-keys") !== "off";
  switched.addEventListener("change", () => localStorage.setItem("luzhi-keys", switched.checked ? "on" : "off"));
}
document.querySelector("[data-open-keys]")?.addEventListener("click", (event) => {
  event.preventDefault();
  keys?.showModal();
});

// The search field of this page, focused; without one, the inbox has it.
const SEARCH = "#search";
function search() {
  const field = [...document.querySelectorAll("input[type=search]")].find((each) => each.checkVisibility());
  field?.focus();
  return field;
}
if (location.hash === SEARCH) search();

let before = "";
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable], dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || switched?.checked === false) return;
  if (event.key === "?") keys?.showModal();
  if (event.key === "/") {
    event.preventDefault();
    const inbox = document.querySelector("a[data-key='g i']");
    if (!search() && inbox) location.assign(`${inbox.href}${SEARCH}`);
  }
  if (before === "g" && event.key === "i") document.querySelector("a[data-key='g i']")?.click();
  before = event.key;
});

// The opened entry of the navigation closes with Escape, and when something beside it is pressed.
const more = document.querySelector("details.site-more");
document.addEventListener("click", (event) => {
  if (more?.open && !more.contains(event.target)) more.open = false;
});
more?.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !more.open) return;
  more.open = false;
  more.querySelector("summary").focus();
});
