// How many characters are left, and amounts in full: what one types is told at once; the server has the last word.
const PAUSE = 800;

document.addEventListener("input", (event) => {
  if (event.target.id) {
    count(event.target);
    inFull(event.target);
  }
});
for (const told of document.querySelectorAll("[data-count]")) {
  const box = document.getElementById(told.id.replace(/-count$/, ""));
  if (box && box.value) count(box, false);
}

// Characters as the server counts them: code points, a line break is one, blanks at the ends are none.
export function length(text) {
  return [...text.replace(/\r\n?/g, "\n").trim()].length;
}

function count(box, speak = true) {
  const told = document.getElementById(`${box.id}-count`);
  if (!told) return;
  const left = Number(told.dataset.count) - length(box.value);
  const words = (left < 0 ? told.dataset.over : told.dataset.left).replace("{n}", Math.abs(left).toLocaleString("en"));
  const [shown, spoken] = parts(told);
  shown.textContent = words;
  shown.classList.toggle("over", left < 0);
  if (!speak) return;
  clearTimeout(spoken.pause);
  spoken.pause = setTimeout(() => (spoken.textContent = words), PAUSE);
}

// What is seen changes with every key, what is read aloud only after a pause.
function parts(told) {
  if (!told.shown) {
    told.textContent = "";
    told.shown = document.createElement("span");
    told.shown.setAttribute("aria-hidden", "true");
    told.spoken = document.createElement("span");
    told.spoken.className = "visually-hidden";
    told.spoken.setAttribute("aria-live", "polite");
    told.append(told.shown, told.spoken);
  }
  return [told.shown, told.spoken];
}

function inFull(box) {
  const place = box.parentElement?.closest(".field, .cell")?.querySelector(`.in-full[data-for="${CSS.escape(box.id)}"]`);
  if (!place) return;
  const times = Number(place.dataset.times);
  const digits = written(box.value, Math.log10(times));
  const long = times > 1 || (digits && digits.replace(/[-,]|\..*/g, "").length > 4);
  place.textContent = digits && long ? `= ${digits} ${place.dataset.unit}`.trim() : "";
}

// A number as typed, its point moved to the right, with thousands separators; "" for anything else. Exact: no floats.
export function written(text, shift) {
  const plain = text.normalize("NFKC").replace(/[\s,，]/g, "").replace(/(万|亿)?元$|%$/, "");
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(plain);
  if (!match || !(match[2] || match[3]) || plain.length > 30) return "";
  const fraction = (match[3] || "").padEnd(shift, "0");
  const whole = (match[2] + fraction.slice(0, shift)).replace(/^0+(?=\d)/, "") || "0";
  const rest = fraction.slice(shift).replace(/0+$/, "");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return (match[1] === "-" ? "-" : "") + grouped + (rest ? `.${rest}` : "");
}
