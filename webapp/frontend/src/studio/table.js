// The table editor of the studio: a catalogue's lists, or a calendar year, over a draft that saves itself.
// The page works without this file by plain forms; here they give way to one table that is edited in place.
import { openDraft } from "./draft.js";
import { calendarEditor } from "./table-calendar.js";
import { catalogueEditor } from "./table-catalogue.js";
import { wordsOf } from "./table-words.js";

const root = document.getElementById("editor");
if (root && root.dataset.kind !== "broken") begin();

async function begin() {
  const words = wordsOf(document.documentElement.lang);
  const draft = openDraft(root);
  const place = root.querySelector("[data-table]");
  const make = root.dataset.kind === "calendar" ? calendarEditor : catalogueEditor;
  let editor;
  const show = (text) => {
    try {
      editor = make({ root, place, words, text, readOnly: draft.readOnly, changed: () => draft.changed(() => editor.text()) });
    } catch (error) {
      place.textContent = `${words.unreadable} ${error.message}`;
    }
    place.hidden = false;
    for (const plain of root.querySelectorAll("[data-plain]")) plain.hidden = true;
  };
  root.addEventListener("luzhi:replaced", ({ detail }) => show(detail.text));
  root.addEventListener("luzhi:draft", ({ detail }) => told(draft, words, editor, detail.facts));
  leaveSaved(draft);
  show(await draft.load());
}

/** Problems that came with a save stand on the page; other forms go on from the newest revision. */
function told(draft, words, editor, facts) {
  for (const field of root.querySelectorAll("input[name=revision]")) field.value = draft.revision;
  if (!facts?.problems) return;
  const place = root.querySelector("[data-findings]");
  place.querySelector("[data-count]").textContent = facts.problems.length;
  const english = document.documentElement.lang.startsWith("en");
  const list = document.createElement("ul");
  list.className = "findings";
  for (const problem of facts.problems) list.append(finding(problem, english, words, editor, place.dataset));
  const clean = Object.assign(document.createElement("p"), { className: "soft", textContent: place.dataset.clean });
  place.querySelector("[data-found]").replaceChildren(facts.problems.length ? list : clean);
}

function finding(problem, english, words, editor, names) {
  const item = document.createElement("li");
  const tag = Object.assign(document.createElement("span"), {
    className: `tag ${problem.severity === "error" ? "tag-red" : "tag-amber"}`,
    textContent: problem.severity === "error" ? names.error : names.warning,
  });
  item.append(tag, ` ${english ? problem.en : problem.zh} `);
  if (problem.element && editor?.goTo) {
    const link = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm", textContent: words.show });
    link.addEventListener("click", () => editor.goTo(problem.element));
    item.append(link);
  }
  return item;
}

function leaveSaved(draft) {
  root.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-after-save], a[data-export]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (await draft.flush()) location.href = link.href;
  });
  for (const form of root.querySelectorAll("form[data-goes-on]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (!(await draft.flush())) return;
      form.querySelector("input[name=revision]").value = draft.revision;
      form.submit();
    });
  }
}
