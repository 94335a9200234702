// Keeps a draft: sends it a moment after the last change, one save at a time, and holds a copy on this computer
// until the server has acknowledged it. Knows no page: what it needs of the world is handed to it, so that it can
// be tried without a browser.
//
// States: loading, untouched, clean, dirty, saving, failing, offline, expired, moved, refused, closed, readonly.

export const PAUSE = 800;
export const SLOWEST_RETRY = 60_000;
const PIECES = 60_000; // bytes a browser sends for a page that is going; more is refused, the copy here remains
const COPIES = "luzhi:draft:";

export class Keeper {
  /**
   * world: {fetch, storage, now(), later(fn, ms) -> id, never(id), token(), renew() -> bool, ask: {restore, moved},
   * download(text), tell(state, facts), online()}; address: {content, save}; draft: {file, revision, readOnly}.
   */
  constructor(world, address, draft) {
    Object.assign(this, { world, address, file: draft.file, revision: Number(draft.revision) });
    this.state = draft.readOnly ? "readonly" : "loading";
    this.page = Math.random().toString(36).slice(2, 14); // told with each save: this page may follow its own saves
    this.key = `${COPIES}${address.content}:${this.page}`;
    this.source = null; // what is to be saved: a text, or a function that gives it
    this.made = 0; // counts changes
    this.kept = 0; // of which the server has these
    this.apart = null; // what the server keeps apart because another saved first: its page, and how far it goes
    this.failures = 0;
    this.timer = 0;
    this.sending = null;
  }

  /** What the server has, or what is left on this computer if the person wants that. Raises when there is neither. */
  async load() {
    const { text, revision } = await this.fetchContent();
    this.revision = revision;
    if (this.state === "readonly") return this.#say("readonly", {}), text;
    this.#say("untouched", {});
    return (await this.#restored(text)) ?? text;
  }

  async fetchContent() {
    const answer = await this.world.fetch(this.address.content, { credentials: "same-origin", cache: "no-store" });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const revision = Number((answer.headers.get("ETag") || "").replace(/\D/g, ""));
    return { text: await answer.text(), revision };
  }

  /** Something changed: `source` is the whole new content, or a function that gives it (also a promise of it). */
  changed(source) {
    if (["readonly", "closed"].includes(this.state)) return;
    this.source = source;
    this.made += 1;
    if (typeof source === "string") this.#copy(source);
    else this.#later("copying", () => this.#copyNow(), 150);
    if (this.state === "moved") return;
    if (!this.sending) this.#say("dirty", {});
    if (!this.failures) this.#plan(PAUSE); // else the next try is planned, and typing does not put it off
  }

  /** Save at once what is not saved; true when the server has everything. */
  async flush() {
    if (this.sending) await this.sending;
    if (this.made > this.kept && !["moved", "closed", "readonly"].includes(this.state)) await this.#save();
    return this.made === this.kept;
  }

  /** The page goes: what is left is sent with it when it is small enough, and stays on this computer in any case. */
  leave() {
    if (this.made === this.kept || ["moved", "closed", "readonly"].includes(this.state)) return;
    this.#save(true);
  }

  /** Whether something is not on the server. */
  get unsaved() {
    return this.made > this.kept;
  }

  /** The net or the person is back. */
  again() {
    if (!this.failures || this.sending || !this.unsaved) return;
    this.failures = 0;
    this.#plan(0);
  }

  /** Milliseconds until the next try. */
  pause() {
    return Math.min(SLOWEST_RETRY, 1000 * 2 ** (this.failures - 1));
  }

  /** Take over what another has saved; what is here is downloaded first. Answers the new content. */
  async takeTheirs() {
    if (this.unsaved) this.world.download(await this.#text());
    const { text, revision } = await this.fetchContent();
    this.#forget();
    Object.assign(this, { revision, kept: this.made, failures: 0 });
    this.#say("untouched", {});
    return text;
  }

  /** Put what is here into a file of its own. */
  async keepMine() {
    this.world.download(await this.#text());
  }

  /** The address of the page with both contents; what was typed since is kept apart, too, before one goes there. */
  async besideTheirs() {
    if (this.made > this.apart.made) await this.#send(true, true);
    if (this.onServer) this.#forget();
    return this.apart.url;
  }

  /** Whether the server has everything, as the draft or kept apart. */
  get onServer() {
    return !this.unsaved || this.apart?.made === this.made;
  }

  async #restored(text) {
    for (const [key, copy] of this.#copies()) {
      if (copy.text !== text && (await this.world.ask.restore(copy)) === "restore") {
        this.world.storage.removeItem(key);
        this.revision = copy.revision;
        this.page = copy.page; // its last save may have arrived without an answer
        this.changed(copy.text);
        return copy.text;
      }
      if (copy.text !== text) this.world.download(copy.text);
      this.world.storage.removeItem(key);
    }
    return null;
  }

  #copies() {
    const prefix = `${COPIES}${this.address.content}:`;
    const keys = Array.from({ length: this.world.storage.length }, (_, n) => this.world.storage.key(n));
    const found = keys.filter((key) => key?.startsWith(prefix)).map((key) => [key, read(this.world.storage.getItem(key))]);
    return found.filter(([, copy]) => copy).sort(([, a], [, b]) => b.at - a.at);
  }

  async #text() {
    return typeof this.source === "function" ? this.source() : this.source;
  }

  async #copyNow() {
    if (this.unsaved) this.#copy(await this.#text());
  }

  #copy(text) {
    const copy = JSON.stringify({ text, revision: this.revision, page: this.page, at: this.world.now(), file: this.file });
    try {
      this.world.storage.setItem(this.key, copy);
      this.uncopied = false;
    } catch {
      this.uncopied = true; // the browser's room is used up: the save itself goes on, and leaving asks
    }
  }

  #forget() {
    this.world.never(this.copying);
    this.world.storage.removeItem(this.key);
  }

  #later(name, what, wait) {
    this.world.never(this[name]);
    this[name] = this.world.later(what, wait);
  }

  #plan(wait) {
    this.#later("timer", () => this.flush(), wait);
  }

  #save(leaving = false) {
    this.world.never(this.timer);
    const save = this.#send(leaving).finally(() => {
      if (this.sending === save) this.sending = null;
      if (this.unsaved && ["clean", "dirty"].includes(this.state)) {
        this.#say("dirty", {});
        this.#plan(PAUSE);
      }
    });
    this.sending = save;
    return save;
  }

  async #send(leaving, asked = false) {
    const made = this.made;
    if (!leaving) this.#say("saving", {});
    try {
      const text = await this.#text();
      const answer = await this.world.fetch(this.address.save, {
        method: "PUT",
        body: text,
        credentials: "same-origin",
        redirect: "manual",
        keepalive: leaving && new TextEncoder().encode(text).length < PIECES,
        headers: {
          "Content-Type": "application/octet-stream",
          "If-Match": `"${this.revision}"`,
          "X-CSRFToken": this.world.token(),
          "X-Page": this.page,
          Accept: "application/json",
        },
      });
      await this.#take(answer, made, asked);
    } catch {
      this.#failed(this.world.online() ? "failing" : "offline");
    }
  }

  async #take(answer, made, asked) {
    const ended = answer.type === "opaqueredirect" || answer.status === 401;
    if (ended || (answer.status === 400 && !this.renewed)) return this.#renew();
    const facts = await answer.json().catch(() => null);
    if (answer.ok && facts) return this.#kept(facts, made);
    if (answer.status === 409 && facts && "revision" in facts) return this.#moved(facts, made, asked);
    if (answer.status >= 400 && answer.status < 500 && facts) {
      const state = answer.status === 409 || answer.status === 403 ? "closed" : "refused";
      return this.#say(state, { ...facts, why: [facts.detail, facts.remedy].filter(Boolean).join(" ") || facts.title });
    }
    this.#failed("failing");
  }

  #kept(facts, made) {
    Object.assign(this, { revision: facts.revision, kept: made, failures: 0, renewed: false });
    if (this.unsaved) this.#later("copying", () => this.#copyNow(), 0); // with the revision that it builds upon now
    else this.#forget();
    this.#say(this.unsaved ? "dirty" : "clean", facts);
  }

  #moved(facts, made, asked) {
    this.apart = { url: facts.two_saves_url, made };
    this.#say("moved", facts);
    if (!asked) this.world.ask.moved(facts);
  }

  // A session that ended, or a token that ran out with it: 400 once is that, 400 again is about the content.
  async #renew() {
    this.renewed = await this.world.renew();
    this.#failed(this.renewed ? "failing" : "expired");
  }

  #failed(state) {
    this.failures += 1;
    this.#say(state, { seconds: Math.round(this.pause() / 1000) });
    this.#plan(this.pause());
  }

  #say(state, facts) {
    this.state = state;
    this.world.tell(state, facts);
  }
}

function read(text) {
  try {
    const copy = JSON.parse(text);
    return typeof copy.text === "string" ? copy : null;
  } catch {
    return null; // not ours
  }
}
