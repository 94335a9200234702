// The lines of the list: a file on its way, and a file that is there.
import { fill, megabytes, sized, words } from "./words.js";

/** An element with a class, a text and children. */
export function make(name, style = "", text = "", ...children) {
  const element = document.createElement(name);
  if (style) element.className = style;
  if (text) element.textContent = text;
  element.append(...children);
  return element;
}

/** A button whose name for screen readers says which file it is about. */
export function button(text, about, act) {
  const element = make("button", "btn btn-sm", text, make("span", "visually-hidden", ` ${about}`));
  element.type = "button";
  element.addEventListener("click", act);
  return element;
}

function icon(name) {
  const element = make("span", "file-thumb file-icon", name.split(".").pop().slice(0, 4).toUpperCase());
  element.setAttribute("aria-hidden", "true");
  return element;
}

/** The line of a file that is being sent. */
export class Going {
  constructor(file) {
    this.bar = make("progress");
    this.bar.max = 100;
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", file.name);
    this.line = make("span", "file-state soft small");
    this.problem = make("p", "error");
    this.problem.hidden = true;
    this.buttons = make("span", "file-buttons");
    const size = make("span", "soft small tnum", ` ${sized(file.size)}`);
    const name = make("span", "file-name", "", make("span", "", file.name), size, this.bar, this.line, this.problem);
    this.element = make("li", "file-going", "", icon(file.name), name, this.buttons);
    this.element.dataset.fileName = file.name;
  }

  show(text, percent, message = "") {
    this.line.textContent = text;
    this.bar.value = percent;
    this.bar.hidden = Boolean(message);
    this.problem.hidden = !message;
    this.problem.textContent = message;
  }

  offer(...buttons) {
    const focused = this.buttons.contains(document.activeElement);
    this.buttons.replaceChildren(...buttons);
    if (focused) this.buttons.querySelector("button")?.focus();
  }
}

/** The line of a file that is there; `facts` as the server answers them. */
export function there(facts) {
  const name = facts.url ? make("a", "", facts.name) : make("span", "", facts.name);
  if (facts.url) name.href = facts.url;
  let thumb = icon(facts.name);
  if (facts.preview) {
    thumb = make("img", "file-thumb");
    thumb.src = facts.preview;
    thumb.alt = "";
  }
  const element = make("li", "", "", thumb, make("span", "file-name", "", name, make("span", "soft small tnum", ` ${facts.size}`)));
  element.dataset.file = facts.id;
  element.dataset.fileName = facts.name;
  return element;
}

/** Why a file cannot be taken, known before a byte is sent; empty when it can. */
export function objection(file, limits) {
  const extension = file.name.includes(".") ? file.name.split(".").pop().toLowerCase() : "";
  const most = limits.get(extension);
  if (!most) return fill(words.type, { name: file.name, taken: [...limits.keys()].join("、") });
  if (file.size === 0) return fill(words.empty, { name: file.name });
  if (file.size <= most) return "";
  return fill(words.large, { name: file.name, size: megabytes(file.size), most: most / 1048576 });
}
