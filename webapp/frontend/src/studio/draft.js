// A draft of the studio in its page: the part that every editor shares.
//
//   const draft = openDraft(document.getElementById("editor"));
//   editor.show(await draft.load());            // asks first when this computer has unsaved changes
//   editor.on("change", () => draft.changed(() => editor.text()));   // a text, or a function that gives one
//   await draft.flush();                        // before leaving by a link of one's own: true when all is saved
//   draft.state                                 // "clean", "dirty", … see draft-keeper.js
//   root.addEventListener("luzhi:draft", ({ detail }) => …)    // {state, facts}: facts.problems after a save
//   root.addEventListener("luzhi:replaced", ({ detail }) => …) // {text}: show this instead, it is another's
//
// The element gives the addresses (data-content-url, -save-url, -presence-url), data-file, data-revision and
// data-read-only; inside it, [data-draft-status] (role=status) and [data-draft-others] are filled in.
import { ask } from "./draft-dialog.js";
import { Keeper } from "./draft-keeper.js";
import { fill, wordsOf } from "./draft-words.js";

const LOOK_ROUND = 20_000; // presence counts for sixty seconds

export function openDraft(root) {
  const words = wordsOf(document.documentElement.lang);
  const { contentUrl, saveUrl, file, revision } = root.dataset;
  const readOnly = ["", "true", "1"].includes(root.dataset.readOnly ?? "false");
  const say = (state, facts) => told(root, words, keeper, state, facts);
  const world = browserWorld(words, file, () => keeper, say, (text) => replace(root, text));
  const keeper = new Keeper(world, { content: contentUrl, save: saveUrl || contentUrl }, { file, revision, readOnly });
  watchLeaving(keeper);
  return {
    load: async () => {
      say("loading", {});
      const text = await keeper.load();
      lookRound(root, words, keeper);
      return text;
    },
    changed: (source) => keeper.changed(source),
    flush: () => keeper.flush(),
    get state() {
      return keeper.state;
    },
    get unsaved() {
      return keeper.unsaved;
    },
    get revision() {
      return keeper.revision;
    },
    get readOnly() {
      return keeper.state === "readonly";
    },
  };
}

/** The token that requests of this page carry. */
export function csrfToken() {
  return document.querySelector("input[name=csrf_token]")?.value ?? "";
}

/** Put a text into a file of the person's own. */
export function download(name, content, type = "application/octet-stream") {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function browserWorld(words, file, keeper, tell, replaced) {
  const when = (facts) => ({ ...facts, by: facts.by || words.somebody, at: shortTime(facts.at) });
  return {
    fetch: (...request) => fetch(...request),
    storage: localStorage,
    now: () => Date.now(),
    later: (what, wait) => setTimeout(what, wait),
    never: (id) => clearTimeout(id),
    token: csrfToken,
    renew: renewToken,
    online: () => navigator.onLine,
    download: (text) => download(copyName(file), text),
    tell,
    ask: {
      restore: async (copy) =>
        ask(words.restoreTitle, fill(words.restoreText, when(copy)), [
          ["restore", words.restore, true],
          ["discard", words.discard],
        ]).then((answer) => answer || "restore"), // Escape loses nothing
      moved: async (facts) => decide(words, keeper(), when(facts), replaced),
    },
  };
}

async function decide(words, keeper, facts, replaced) {
  const answer = await ask(words.movedTitle, fill(words.movedText, facts), [
    ["see", words.seeBoth, true],
    ["take", words.takeTheirs],
    ["keep", words.keepMine],
    ["", words.later],
  ]);
  if (answer === "see") location.assign(await keeper.besideTheirs());
  if (answer === "take") replaced(await keeper.takeTheirs());
  if (answer === "keep") await keeper.keepMine();
}

function replace(root, text) {
  root.dispatchEvent(new CustomEvent("luzhi:replaced", { detail: { text } }));
}

function told(root, words, keeper, state, facts) {
  const place = root.querySelector("[data-draft-status]");
  if (place) {
    const shown = { revision: keeper?.revision, ...facts, by: facts.by || words.somebody, at: shortTime(facts.at) };
    place.dataset.state = state;
    place.textContent = fill(words[state] ?? "", shown);
    if (state === "moved") place.append(" ", button(words.decide, () => keeper.world.ask.moved(facts)));
    if (state === "expired") place.append(" ", signIn(words));
  }
  root.dispatchEvent(new CustomEvent("luzhi:draft", { detail: { state, facts } }));
}

function button(label, press) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "btn btn-sm", textContent: label });
  made.addEventListener("click", press);
  return made;
}

function signIn(words) {
  return Object.assign(document.createElement("a"), { href: "/sign-in", target: "_blank", textContent: words.signIn });
}

function watchLeaving(keeper) {
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keeper.flush();
  });
  addEventListener("pagehide", () => keeper.leave());
  addEventListener("beforeunload", (event) => {
    if (keeper.onServer || keeper.state === "readonly") return;
    keeper.flush();
    event.preventDefault();
  });
  for (const chance of ["online", "focus", "pageshow"]) addEventListener(chance, () => keeper.again());
}

// The session may have ended and begun again in another tab: then this page gets the new token and goes on.
async function renewToken() {
  const answer = await fetch(location.href, { credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("#editor") && page.querySelector("input[name=csrf_token]")?.value;
  if (!token) return false;
  for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = token;
  return true;
}

function lookRound(root, words, keeper) {
  if (!root.dataset.presenceUrl) return;
  const look = async () => {
    if (document.visibilityState === "hidden") return;
    const answer = await fetch(root.dataset.presenceUrl, {
      method: "POST",
      credentials: "same-origin",
      headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
    }).catch(() => null); // the next save tells what is wrong
    if (answer?.ok) showOthers(root, words, keeper, await answer.json());
  };
  look();
  setInterval(look, LOOK_ROUND);
  root.addEventListener("luzhi:draft", ({ detail }) => {
    if (detail.facts.editors) showOthers(root, words, keeper, detail.facts);
  });
}

function showOthers(root, words, keeper, facts) {
  const place = root.querySelector("[data-draft-others]");
  if (!place) return;
  const names = (facts.editors || []).map((each) => each.name ?? each);
  place.textContent = names.length ? fill(words.others, { names: names.join("、") }) : "";
  if (Number(facts.revision) > keeper.revision && !keeper.unsaved && keeper.state !== "readonly") {
    const told = fill(words.newer, { by: facts.by || words.somebody, at: shortTime(facts.at) });
    place.textContent = [place.textContent, told].filter(Boolean).join(" · ");
    place.append(" ", button(words.take, async () => {
      replace(root, await keeper.takeTheirs());
      place.textContent = "";
    }));
  }
}

function shortTime(at) {
  if (!at) return "";
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return String(at);
  return time.toLocaleString(document.documentElement.lang, {
    month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai",
  });
}

function copyName(file) {
  const dot = file.lastIndexOf(".");
  const now = new Date().toISOString().slice(0, 16).replace(/\D/g, "");
  return `${file.slice(0, dot)}-${now}${file.slice(dot)}`;
}
