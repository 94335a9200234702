// Keeps what is typed: as a draft on the server, one request at a time, and as long as that fails in the page.
//
// A save is sent a moment after the last keystroke, at once when a field that changed is left, and at the latest
// ten seconds after the first change. The answer draws again what other answers change; it never touches the field
// that has the focus, and an answer to less than what is typed by now draws nothing: the next save is due anyway.
import { draw, swap } from "./draw.js";

const PAUSE = 1000;
const LONGEST = 10_000;
const SLOWEST_RETRY = 60_000;

const form = document.querySelector("form[data-keep]");
const address = form?.dataset.autosave;

let typed = 0; // counts changes
let kept = 0; // of which the server has these
let since = 0; // when the first of the others was made
let sending = false;
let failures = 0;
let refused = false;
let redrawLater = false;
let leaving = false; // the form itself is on its way: an answer to an earlier save no longer counts
let timer = 0;

if (form) {
  form.addEventListener("input", changed);
  form.addEventListener("change", (event) => {
    changed();
    if (!event.target.matches("input[type=text], input[type=number], textarea")) plan(100);
  });
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    stamp();
    leaving = true; // with everything that is typed
    clearTimeout(timer);
  });
  form.addEventListener("focusout", () => {
    if (typed > kept || redrawLater) plan(0);
  });
  for (const chance of ["online", "focus"]) {
    addEventListener(chance, () => {
      if (!failures || sending) return;
      failures = 0; // the net is back, or somebody has signed in again in another tab
      plan(0);
    });
  }
  addEventListener("pageshow", (event) => {
    leaving = false;
    if (event.persisted) plan(0);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && typed > kept && !leaving) save(true);
  });
  addEventListener("beforeunload", (event) => {
    if (typed > kept && !leaving) event.preventDefault();
  });
}

function changed() {
  if (typed === kept) since = Date.now();
  typed += 1;
  refused = false;
  leaving = false; // the sending was stopped, and work goes on
  plan(Math.min(PAUSE, Math.max(0, since + LONGEST - Date.now())));
}

function plan(wait) {
  if (!address || refused || leaving) return;
  clearTimeout(timer);
  timer = setTimeout(save, failures ? Math.max(wait, pauseAfterFailure()) : wait);
}

function pauseAfterFailure() {
  return Math.min(SLOWEST_RETRY, 1000 * 2 ** failures);
}

function stamp() {
  const serial = form.querySelector("[name=_serial]");
  if (serial) serial.value = Number(serial.value) + 1;
}

function answers() {
  stamp();
  const pairs = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string") pairs.append(name, value); // files have their own way in
  }
  return pairs;
}

async function save(hiding = false) {
  if (!address || leaving || (sending && hiding !== true)) return;
  clearTimeout(timer);
  sending = true;
  redrawLater = false;
  const sent = typed;
  try {
    const answer = await fetch(address, {
      method: "POST",
      body: answers(),
      credentials: "same-origin",
      redirect: "manual",
      keepalive: hiding === true,
      signal: AbortSignal.timeout(30_000),
    });
    await take(answer, sent);
  } catch {
    failed(navigator.onLine ? form.dataset.failed : form.dataset.offline);
  }
  sending = false;
  if (typed > kept && !refused) plan(failures ? pauseAfterFailure() : Math.max(0, Math.min(PAUSE, since + LONGEST - Date.now())));
}

async function take(answer, sent) {
  if (leaving) return;
  const verdict = answer.headers.get("Luzhi-Draft");
  if (verdict === null) {
    if (answer.type === "opaqueredirect" || answer.status === 400 || answer.status === 401) return renew();
    return failed(form.dataset.failed);
  }
  const page = document.createElement("template");
  page.innerHTML = await answer.text();
  if (leaving) return;
  if (verdict === "refused") {
    refused = true;
    return say(page.content.querySelector("#kept-text").textContent);
  }
  failures = 0;
  kept = sent;
  since = Date.now();
  form.querySelector("#base").value = page.content.querySelector("#base").value;
  say(page.content.querySelector("#kept-text").textContent);
  swap(page.content.querySelector("#conflicts"));
  if (typed === sent) redrawLater = draw(form, page.content);
  document.body.dispatchEvent(new Event("luzhi:kept"));
}

// The session may have ended and begun again in another tab: then this page gets the new token and goes on.
async function renew() {
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  const token = page.querySelector("form[data-keep] input[name=csrf_token]")?.value;
  if (!token) return failed(form.dataset.expired, true);
  for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = token;
  failures += 1;
}

function failed(text, expired = false) {
  failures += 1;
  say(text.replace("%s", Math.round(pauseAfterFailure() / 1000)));
  if (!expired) return;
  const link = document.createElement("a");
  Object.assign(link, { href: form.dataset.signIn, target: "_blank", textContent: form.dataset.signInText });
  document.getElementById("kept")?.append(" ", link);
}

function say(text) {
  const place = document.getElementById("kept");
  if (place && place.textContent !== text) place.textContent = text;
}
