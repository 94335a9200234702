// A form that keeps no draft still follows its answers: counties follow the city, questions come and go.
//
// Only what something else depends on is asked about (`data-moving` names the answers), a moment after the last
// keystroke, at once after a choice. An answer to less than what is there by now is not drawn.
import { draw } from "./draw.js";

const PAUSE = 500;
const form = document.querySelector("form[data-follow]");

let changes = 0;
let timer = 0;
let waiting = false;

if (form) {
  const moving = new Set(form.dataset.moving.split(" "));
  const moves = (event) => moving.has((event.target.name || "").split(/[[.]/)[0]);
  form.addEventListener("input", (event) => moves(event) && plan(PAUSE));
  form.addEventListener("change", (event) => moves(event) && plan(0));
  form.addEventListener("focusout", () => waiting && plan(0));
}

function plan(wait) {
  changes += 1;
  clearTimeout(timer);
  timer = setTimeout(ask, wait);
}

async function ask() {
  const asked = changes;
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
  try {
    const answer = await fetch(form.dataset.follow, { method: "POST", body, credentials: "same-origin", redirect: "error" });
    if (!answer.ok || asked !== changes) return;
    const page = document.createElement("template");
    page.innerHTML = await answer.text();
    if (asked === changes) waiting = draw(form, page.content);
  } catch {
    return; // sending the form brings the same answer
  }
}
