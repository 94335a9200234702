// Draws again what other answers have changed: the parts that an answer of the server carries.
import htmx from "htmx.org/dist/htmx.esm.js";

// Draws the parts of `content`. Those around the focus wait until it has gone: then it answers true.
export function draw(form, content) {
  const shown = content.querySelector("#shown")?.value;
  if (shown === undefined) return false; // nothing depends on what was typed
  let waiting = false;
  for (const part of content.querySelectorAll("[id^='w-'], section[id^='s-']")) {
    const old = document.getElementById(part.id);
    if (old?.contains(document.activeElement)) waiting = true;
    else swap(part);
  }
  if (!waiting) form.querySelector("#shown").value = shown;
  return waiting;
}

export function swap(part) {
  const old = part && document.getElementById(part.id);
  part?.removeAttribute("hx-swap-oob");
  if (!old || old.isEqualNode(part)) return;
  old.replaceWith(part);
  htmx.process(part);
  htmx.trigger(part, "htmx:load");
}
