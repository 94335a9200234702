// Scoring by keyboard: [ and ] go to the application before and after. The divider between the file and the score
// sheet follows the pointer and the arrow keys, and keeps its place in this browser. The page works without it.
const PLACE = "luzhi-divider";
const LEAST = 25;
const MOST = 75;

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem("luzhi-keys") === "off") return;
  if (event.key === "[" || event.key === "]") document.querySelector(`a[data-step="${event.key}"]`)?.click();
});

const frame = document.querySelector("[data-divided]");
const divider = frame?.querySelector("[data-divider]");

function place(share) {
  const kept = Math.round(Math.min(MOST, Math.max(LEAST, share)));
  frame.style.setProperty("--score-share", `${kept}%`);
  divider.setAttribute("aria-valuenow", kept);
  localStorage.setItem(PLACE, kept);
}

if (divider) {
  divider.hidden = false;
  frame.classList.add("is-divided");
  place(Number(localStorage.getItem(PLACE)) || 55);
  divider.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -5, ArrowRight: 5, Home: -100, End: 100 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    place(Number(divider.getAttribute("aria-valuenow")) + by);
  });
  divider.addEventListener("pointerdown", (event) => {
    divider.setPointerCapture(event.pointerId);
    event.preventDefault();
    divider.focus();
  });
  divider.addEventListener("pointermove", (event) => {
    if (!divider.hasPointerCapture(event.pointerId)) return;
    const { left, width } = frame.getBoundingClientRect();
    place(((event.clientX - left) / width) * 100);
  });
}
