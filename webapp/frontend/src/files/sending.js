// One file on its way: tus in pieces, continued after a lost connection, a reload or a restart of the server.
import { Upload } from "tus-js-client";
import { words } from "./words.js";

// milliseconds between attempts without progress: longer than the server takes to give up a silent connection
const DELAYS = [0, 1000, 2000, 4000, 8000, 15000, 30000, 30000];
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const TOGETHER = 3;
const queue = [];
let active = 0;

/** Let `start` run when fewer than three files are being sent; it answers a promise. */
function inTurn(start) {
  queue.push(start);
  next();
}

function next() {
  while (active < TOGETHER && queue.length) {
    active += 1;
    queue.shift()().finally(() => {
      active -= 1;
      next();
    });
  }
}

export class Sending {
  /** `told(state, facts)` hears: waiting, sending, offline, retrying, checking, done, refused, failed. */
  constructor(file, place, told) {
    this.file = file;
    this.place = place;
    this.told = told;
    this.percent = 0;
    this.state = "waiting";
    this.again = () => this.waitsForNet && this.start();
    addEventListener("online", this.again);
  }

  start() {
    this.waitsForNet = false;
    this.tell("waiting");
    inTurn(() => this.run());
  }

  async run() {
    if (this.state === "canceled") return;
    this.tell("sending");
    try {
      await this.send();
      this.tell("checking");
      await this.finish();
    } catch (error) {
      if (this.state !== "canceled") this.stopped(error);
    }
  }

  async send() {
    const before = await this.upload().findPreviousUploads();
    if (this.state === "canceled") return;
    if (before.length) this.current.resumeFromPreviousUpload(before[before.length - 1]);
    await new Promise((resolve, reject) => {
      this.current.options.onSuccess = resolve;
      this.current.options.onError = reject;
      this.current.start();
    });
  }

  upload() {
    const { url, purpose, field, piece, token } = this.place;
    const { name, size, lastModified } = this.file;
    this.current = new Upload(this.file, {
      endpoint: url,
      chunkSize: piece,
      retryDelays: DELAYS,
      metadata: { filename: name, purpose, field },
      headers: { "X-CSRFToken": token },
      fingerprint: () => Promise.resolve(["luzhi", purpose, field, name, size, lastModified].join("|")),
      onProgress: (sent, total) => {
        this.percent = Math.floor((sent * 100) / total);
        this.tell("sending");
      },
      onShouldRetry: (error) => {
        const status = statusOf(error);
        const worth = status === 0 || status >= 500 || status === 409 || status === 423;
        if (worth && navigator.onLine) this.tell("retrying");
        return worth && navigator.onLine;
      },
    });
    return this.current;
  }

  /** Ask the server to check what it has; what it answers is the file. Asked again, it answers the same. */
  async finish(attempt = 0) {
    const answer = await fetch(this.current.url, {
      method: "POST",
      headers: { "X-CSRFToken": this.place.token, Accept: "application/json" },
    }).catch(() => undefined);
    if (this.state === "canceled") return;
    if (!answer || answer.status >= 500 || answer.status === 423) {
      if (attempt >= DELAYS.length || !navigator.onLine) throw new Error(answer?.status);
      await wait(DELAYS[attempt]);
      await this.finish(attempt + 1);
      return;
    }
    const facts = await answer.json().catch(() => ({}));
    await this.forget();
    removeEventListener("online", this.again);
    if (answer.ok) this.tell("done", facts);
    else this.tell("refused", { message: facts.message || words.failed, final: true });
  }

  /** Nothing of the file's name stays in the browser. */
  async forget() {
    for (const entry of await this.current.findPreviousUploads()) {
      await this.current.options.urlStorage.removeUpload(entry.urlStorageKey);
    }
  }

  stopped(error) {
    const status = statusOf(error);
    if (status === 0 && !navigator.onLine) {
      this.waitsForNet = true;
      this.tell("offline");
    } else if (status === 401 || status === 400 || status === 403) {
      this.tell("failed", { message: messageOf(error) || words.signed_out });
    } else {
      this.waitsForNet = status === 0;
      const message = messageOf(error);
      this.tell(message ? "refused" : "failed", { message: message || words.failed });
    }
  }

  async cancel() {
    this.state = "canceled";
    removeEventListener("online", this.again);
    if (!this.current) return;
    await this.current.abort(true).catch(() => undefined); // what cannot be reached now is removed by the server later
    await this.forget();
  }

  tell(state, facts = {}) {
    if (this.state === "canceled") return;
    this.state = state;
    this.told(state, { percent: this.percent, ...facts });
  }
}

function statusOf(error) {
  return error?.originalResponse?.getStatus() ?? 0;
}

function messageOf(error) {
  try {
    return JSON.parse(error.originalResponse.getBody()).message;
  } catch {
    return ""; // no answer, or a page instead of words
  }
}

/** Names of files that were begun on this computer for this field and not finished. */
export function begun(purpose, field) {
  const found = [];
  for (let place = 0; place < localStorage.length; place += 1) {
    const key = localStorage.key(place);
    const parts = key.split("|");
    if (!key.startsWith("tus::luzhi|") || parts[1] !== purpose || parts[2] !== field) continue;
    found.push({ key, name: parts.slice(3, -2).join("|") });
  }
  return found;
}
