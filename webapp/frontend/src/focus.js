// The error summary takes the focus when a page comes back with errors (GOV.UK error summary).
const summary = document.querySelector("[data-error-summary], [data-confirmation]");
if (summary) summary.focus();

// `/` goes to the search field, `g i` to the inbox; never while typing.
let before = "";
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    const search = document.querySelector("input[type=search]");
    if (search) {
      event.preventDefault();
      search.focus();
    }
  }
  if (before === "g" && event.key === "i") document.querySelector("a[data-key='g i']")?.click();
  before = event.key;
});
