// Lists that are ticked: a search over their options, and a reason only beside what is ticked.
const lists = () => document.querySelectorAll("[data-picked]");

function prepare(list) {
  if (list.dataset.ready) return;
  list.dataset.ready = "true";
  list.querySelector("[data-pick-search]").hidden = false;
  list.querySelectorAll("[data-pick]").forEach(match);
  count(list);
}

function match(pick) {
  pick.querySelector("textarea").disabled = !pick.querySelector("input[type=checkbox]").checked;
}

function count(list) {
  const place = list.querySelector("[data-pick-count]");
  const ticked = list.querySelectorAll("[data-pick] input[type=checkbox]:checked").length;
  const said = place.dataset.words.replace("{n}", ticked);
  if (place.textContent !== said) place.textContent = said;
}

document.addEventListener("change", (event) => {
  const pick = event.target.closest?.("[data-pick]");
  if (!pick || event.target.type !== "checkbox") return;
  match(pick);
  count(pick.closest("[data-picked]"));
});

document.addEventListener("input", (event) => {
  const search = event.target.closest?.("[data-pick-search]");
  if (!search) return;
  const wanted = event.target.value.trim().toLowerCase();
  for (const group of search.closest("[data-picked]").querySelectorAll("[data-pick-group]")) {
    const named = group.querySelector("summary").textContent.toLowerCase().includes(wanted);
    let found = 0;
    for (const pick of group.querySelectorAll("[data-pick]")) {
      const here = named || pick.querySelector("label").textContent.toLowerCase().includes(wanted);
      const ticked = pick.querySelector("input[type=checkbox]").checked;
      pick.hidden = !here && !ticked;
      found += here || ticked;
    }
    group.hidden = !found;
    for (const parts of group.querySelectorAll("[data-pick-parts]")) {
      const fits = [...parts.querySelectorAll("[data-pick]")].some((pick) => !pick.hidden);
      parts.hidden = !fits;
      if (wanted && fits && !named) parts.open = true;
    }
    if (wanted && found) group.open = true;
  }
});

lists().forEach(prepare);
new MutationObserver(() => lists().forEach(prepare)).observe(document.body, { childList: true, subtree: true });
