// Who else has a task open, asked twice a minute; phrases go into the field that was used last.
const PERIOD = 30_000;
let last = null;

async function here(place) {
  if (document.hidden) return;
  try {
    const answer = await fetch(place.dataset.here, {
      method: "POST",
      headers: { "X-CSRFToken": place.dataset.token },
      credentials: "same-origin",
    });
    if (answer.status !== 200 || answer.redirected) return;
    const said = (await answer.text()).trim();
    const words = new DOMParser().parseFromString(said, "text/html").body.textContent;
    if (place.textContent !== words) place.textContent = words;
  } catch {
    // nobody is told of a failure: the next half minute asks again
  }
}

for (const place of document.querySelectorAll("[data-here]")) {
  here(place);
  setInterval(() => here(place), PERIOD);
}

for (const list of document.querySelectorAll("[data-phrases]")) {
  list.hidden = false;
  const plain = list.parentElement.querySelector("[data-phrases-plain]");
  if (plain) plain.hidden = true;
}

document.addEventListener("focusin", (event) => {
  if (event.target.matches("textarea")) last = event.target;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-phrase]");
  if (!button) return;
  const form = button.closest("form");
  const field = last?.form === form && last.isConnected ? last : form.querySelector("textarea");
  if (!field) return;
  const words = button.textContent;
  field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
