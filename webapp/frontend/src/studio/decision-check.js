// What the server makes of the file as it stands: gaps and overlaps of its tables, and what came of its examples.
import { csrfToken } from "./draft.js";

export function showCheck({ root, words, text }, tell) {
  const place = root.querySelector("[data-findings]");
  let asked = 0;
  return async () => {
    asked += 1;
    const mine = asked;
    place.setAttribute("aria-busy", "true");
    const answer = await ask(root, await text().catch(() => "")).catch(() => null);
    if (mine !== asked) return; // a newer question is on its way
    place.removeAttribute("aria-busy");
    if (!answer) return say(place, words.unasked);
    place.innerHTML = answer.findings;
    tell(answer);
  };
}

async function ask(root, body) {
  const answer = await fetch(root.dataset.checkUrl, {
    method: "POST",
    body,
    credentials: "same-origin",
    headers: { "Content-Type": "application/octet-stream", "X-CSRFToken": csrfToken(), Accept: "application/json" },
  });
  return answer.ok ? answer.json() : null;
}

function say(place, text) {
  place.replaceChildren(Object.assign(document.createElement("p"), { className: "soft", textContent: text }));
}
