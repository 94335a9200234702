// What the pages of the decision and the form editor share: leaving by a link, and the list of findings.

/** Links that look at the draft elsewhere wait until everything is saved. */
export function followLinks(root, draft) {
  for (const link of root.querySelectorAll("[data-after-save]")) {
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      if (draft.readOnly || (await draft.flush())) location.assign(link.href);
    });
  }
}

/** What the server found at the last save; `go` shows the element of a finding. */
export function showDraftProblems(root, go) {
  const place = root.querySelector("[data-form-problems]");
  if (!place) return;
  const english = document.documentElement.lang.startsWith("en");
  root.addEventListener("luzhi:draft", ({ detail: { facts } }) => {
    if (!facts.problems) return;
    place.querySelector("[data-count]").textContent = facts.problems.length;
    place.querySelector("[data-count]").className = `tag ${facts.problems.length ? "tag-amber" : ""}`;
    place.querySelector("[data-none]").hidden = facts.problems.length > 0;
    place.querySelector("[data-list]").replaceChildren(...facts.problems.map((each) => line(each, english, go)));
  });
}

function line({ element, severity, code, zh, en }, english, go) {
  const item = document.createElement("li");
  const text = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: english ? en : zh });
  text.addEventListener("click", () => go(element));
  const mark = Object.assign(document.createElement("span"), { className: `tag tag-${severity === "error" ? "red" : "amber"}`, textContent: code });
  item.append(mark, " ", text, " ", Object.assign(document.createElement("span"), { className: "soft small", textContent: element }));
  return item;
}
