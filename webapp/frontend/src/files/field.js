// One file field: what is chosen goes at once; the ids of what is there stand in hidden inputs of the form.
import { button, Going, make, objection, there } from "./items.js";
import { begun, Sending } from "./sending.js";
import { fill, words } from "./words.js";

export class Field {
  constructor(element) {
    this.element = element;
    this.list = element.querySelector("[data-files-list]");
    this.marker = element.querySelector("[data-files-name]");
    this.said = element.querySelector("[data-files-said]");
    this.input = element.querySelector("input[type=file]");
    this.input.removeAttribute("name"); // the script sends the files; the form carries their ids
    this.most = Number(element.dataset.most);
    this.limits = new Map(element.dataset.limits.split(" ").map((pair) => [pair.split(":")[0], Number(pair.split(":")[1])]));
    this.going = new Map();
    element.classList.add("is-ready");
    for (const plain of element.querySelectorAll("[data-files-plain]")) if (!plain.closest("li")) plain.remove();
    for (const item of this.items()) this.equip(item);
    this.listen();
    this.remind();
  }

  listen() {
    const drop = this.element.querySelector("[data-files-drop]");
    drop.append(make("span", "soft small file-hint", words.drop));
    this.input.addEventListener("input", (event) => event.stopPropagation()); // no answer has changed yet
    this.input.addEventListener("change", (event) => {
      event.stopPropagation();
      const files = [...this.input.files];
      this.input.value = "";
      this.add(files);
    });
    for (const name of ["dragover", "dragleave", "drop"]) {
      drop.addEventListener(name, (event) => {
        event.preventDefault();
        drop.classList.toggle("is-over", name === "dragover");
        if (name === "drop") this.add([...event.dataTransfer.files]);
      });
    }
  }

  /** Files of this field that were begun here and broken off, for example by closing the page. */
  remind() {
    for (const { key, name } of begun(this.element.dataset.purpose, this.marker.name)) {
      const item = make("li", "file-going", "", make("span", "file-name", fill(words.unfinished, { name })));
      const dismiss = () => {
        localStorage.removeItem(key);
        item.remove();
      };
      item.dataset.unfinished = name;
      item.append(make("span", "file-buttons", "", button(words.dismiss, name, dismiss)));
      this.list.append(item);
    }
  }

  items() {
    return [...this.list.querySelectorAll("li[data-file]")];
  }

  busy() {
    return this.element.isConnected ? [...this.going.values()].filter((each) => each.isBusy).map(() => this) : [];
  }

  /** Reads a text out; with `show` it is also written below the field, where nothing else says it. */
  say(text, show = false) {
    this.said.textContent = text;
    this.element.querySelector(".file-said")?.remove();
    if (!show) return;
    const shown = make("p", "file-said", text);
    shown.setAttribute("aria-hidden", "true"); // the status beside it is what is read out
    this.element.append(shown);
    shown.scrollIntoView({ block: "nearest" });
  }

  add(files) {
    for (const file of files) {
      const problem = objection(file, this.limits) || this.full(file);
      for (const old of this.list.querySelectorAll("[data-unfinished]")) if (old.dataset.unfinished === file.name) old.remove();
      if (problem) this.refuse(file, problem);
      else this.send(file);
    }
  }

  full(file) {
    const open = [...this.going.values()].filter((each) => each.isBusy).length;
    const there = this.most === 1 ? 0 : this.items().length; // one file is replaced
    return there + open >= this.most ? fill(words.many, { most: this.most, name: file.name }) : "";
  }

  refuse(file, message) {
    const row = new Going(file);
    row.show("", 0, message);
    row.offer(button(words.dismiss, file.name, () => this.drop(row)));
    this.list.append(row.element);
    this.say(message);
  }

  send(file) {
    const row = new Going(file);
    const { url, purpose, piece } = this.element.dataset;
    const { form } = this.input;
    const place = {
      url,
      purpose,
      piece: Number(piece),
      field: this.marker.name,
      get token() {
        // autosave brings a new one after a new sign-in; an answer called "elements" would hide form.elements
        return form.querySelector("[name=csrf_token]").value;
      },
    };
    const sending = new Sending(file, place, (state, facts) => this.told(row, sending, state, facts));
    this.going.set(row, sending);
    this.list.append(row.element);
    sending.start();
  }

  told(row, sending, state, facts) {
    const { name } = sending.file;
    sending.isBusy = state !== "refused" && state !== "failed" && state !== "done";
    row.show(fill(words[state], facts), facts.percent, facts.message);
    if (state === "done") return this.arrived(row, facts);
    const changed = row.state !== state;
    row.state = state;
    if (!changed) return undefined;
    const cancel = button(words.cancel, name, () => this.cancel(row, sending));
    const retry = button(words.retry, name, () => sending.start());
    if (state === "refused" && facts.final) row.offer(button(words.dismiss, name, () => this.drop(row)));
    else if (state === "failed" || state === "refused" || state === "offline") row.offer(retry, cancel);
    else row.offer(cancel);
    if (facts.message || state === "offline") this.say(facts.message ? `${name}: ${facts.message}` : fill(words.offline, facts));
    return undefined;
  }

  cancel(row, sending) {
    this.drop(row);
    sending.cancel();
  }

  drop(row) {
    this.going.delete(row);
    row.element.remove();
    this.input.focus();
  }

  /** The upload is a file now. When the field was drawn again meanwhile, it belongs into the new one. */
  arrived(row, facts) {
    this.going.delete(row);
    const item = there(facts);
    const here = this.element.isConnected ? this.element : document.getElementById(this.element.id);
    if (!here) return;
    if (this.most === 1) for (const old of here.querySelectorAll("li[data-file]")) old.remove();
    if (row.element.isConnected) row.element.replaceWith(item);
    else here.querySelector("[data-files-list]").append(item);
    this.equip(item);
    this.say(fill(words.uploaded, { name: facts.name }));
    this.changed();
  }

  /** A file that is there gets its hidden input and its buttons. */
  equip(item) {
    const name = item.dataset.fileName;
    item.querySelector("[data-files-plain]")?.remove();
    const value = make("input");
    Object.assign(value, { type: "hidden", name: this.marker.name, value: item.dataset.file });
    const buttons = make("span", "file-buttons");
    if (this.most > 1) {
      buttons.append(button(words.up, name, () => this.move(item, -1)), button(words.down, name, () => this.move(item, 1)));
    }
    buttons.append(button(words.remove, name, () => this.remove(item)));
    item.append(value, buttons);
  }

  move(item, by) {
    const focused = document.activeElement;
    const other = this.items()[this.items().indexOf(item) + by];
    if (!other) return;
    if (by < 0) other.before(item);
    else other.after(item);
    focused?.focus();
    this.say(fill(words.moved, { name: item.dataset.fileName, place: this.items().indexOf(item) + 1 }));
    this.changed();
  }

  /** Takes the file out of the form; what was submitted earlier stays where it was submitted. */
  remove(item) {
    item.remove();
    this.say(fill(words.removed, { name: item.dataset.fileName }));
    this.input.focus();
    this.changed();
  }

  changed() {
    const marker = this.marker.isConnected ? this.marker : document.getElementById(this.element.id)?.querySelector("[data-files-name]");
    for (const name of ["input", "change"]) marker?.dispatchEvent(new Event(name, { bubbles: true }));
  }
}
