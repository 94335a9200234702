// File fields: choose or drop several files, each goes at once, in pieces, with progress; see files/field.js.
// Loaded only by pages that have a file field. Without it the field is a plain file input inside the form.
import { Field } from "./files/field.js";
import { fill, words } from "./files/words.js";

if (!window.luzhiFiles) {
  window.luzhiFiles = true; // a part of the page that is drawn again may bring the script again
  const fields = new Map();

  const look = () => {
    for (const element of document.querySelectorAll("[data-files]")) {
      if (!fields.has(element)) fields.set(element, new Field(element));
    }
  };
  look();
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });

  const busy = () => [...fields.values()].flatMap((field) => field.busy());

  document.addEventListener(
    "submit",
    (event) => {
      const waiting = busy();
      if (!waiting.length || !event.target.querySelector("[data-files]")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      waiting[0].say(fill(words.busy, { count: waiting.length }), true);
    },
    true,
  );
  addEventListener("beforeunload", (event) => {
    if (busy().length) event.preventDefault();
  });
}
