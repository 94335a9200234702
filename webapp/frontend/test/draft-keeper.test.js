// The draft keeper without a browser: a server of a few lines, a clock that is set by hand.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Keeper } from "../src/studio/draft-keeper.js";

const ADDRESS = { content: "/c", save: "/c" };

class Storage extends Map {
  get length() {
    return this.size;
  }
  key(n) {
    return [...this.keys()][n] ?? null;
  }
  getItem(key) {
    return this.get(key) ?? null;
  }
  setItem(key, value) {
    this.set(key, value);
  }
  removeItem(key) {
    this.delete(key);
  }
}

function answer(status, facts, headers = {}) {
  return {
    ok: status < 300, status, type: "basic", headers: { get: (name) => headers[name] ?? null },
    json: async () => facts, text: async () => facts,
  };
}

/** A server with one file, a world around it, and a keeper of that file. */
function house({ readOnly = false, storage = new Storage(), text = "old", revision = 1 } = {}) {
  const server = { text, revision, down: false, saves: [], apart: [], reply: null };
  const asked = { restore: "restore", moved: [] };
  const timers = new Map();
  const told = [];
  const files = [];
  const world = {
    fetch: async (_url, options) => {
      if (server.down) throw new TypeError("no net");
      if (options.method !== "PUT") return answer(200, server.text, { ETag: `"${server.revision}"` });
      if (server.reply) return server.reply(options);
      server.saves.push(options.body);
      if (options.headers["If-Match"] !== `"${server.revision}"`) {
        const page = `/apart/${server.apart.push(options.body)}`;
        const facts = { revision: server.revision, by: "李", at: "2026-01-01T00:00:00Z" };
        return answer(409, { title: "t", ...facts, two_saves_url: page });
      }
      Object.assign(server, { text: options.body, revision: server.revision + 1 });
      return answer(200, { revision: server.revision, problems: [] });
    },
    storage, now: () => 1, token: () => "t", online: () => !server.down, renew: async () => true,
    later: (what, wait) => (timers.set(timers.size + 1, { what, wait }), timers.size),
    never: (id) => timers.get(id) && (timers.get(id).what = null),
    download: (content) => files.push(content),
    tell: (state, facts) => told.push([state, facts]),
    ask: { restore: async () => asked.restore, moved: (facts) => asked.moved.push(facts) },
  };
  const run = async () => {
    for (const timer of [...timers.values()]) {
      const { what } = timer;
      timer.what = null;
      await what?.();
    }
    await new Promise(setImmediate);
  };
  const keeper = new Keeper(world, ADDRESS, { file: "a.bpmn", revision, readOnly });
  return { server, keeper, storage, files, told, asked, run, timers };
}

test("a change is saved after the pause, and the copy here is dropped only then", async () => {
  const { keeper, server, storage, run } = house();
  assert.equal(await keeper.load(), "old");
  keeper.changed("new");
  assert.equal(storage.size, 1);
  await run();
  assert.deepEqual([server.text, keeper.state, keeper.revision, storage.size], ["new", "clean", 2, 0]);
});

test("what gives the text may be a function that takes its time", async () => {
  const { keeper, server } = house();
  await keeper.load();
  keeper.changed(async () => "written later");
  assert.equal(await keeper.flush(), true);
  assert.equal(server.text, "written later");
});

test("while the net is gone nothing is lost, and it is saved when it is back", async () => {
  const { keeper, server, storage, run } = house();
  await keeper.load();
  server.down = true;
  keeper.changed("new");
  assert.equal(await keeper.flush(), false);
  assert.deepEqual([keeper.state, storage.size], ["offline", 1]);
  server.down = false;
  keeper.again();
  await run();
  assert.deepEqual([server.text, keeper.state, storage.size], ["new", "clean", 0]);
});

test("tries after failures come less and less often", async () => {
  const { keeper, server } = house();
  await keeper.load();
  server.reply = () => answer(503, null);
  keeper.changed("new");
  const pauses = [];
  for (let n = 0; n < 8; n += 1) {
    await keeper.flush();
    pauses.push(keeper.pause());
  }
  assert.deepEqual(pauses, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
});

test("after a crash the copy of this computer is offered, and saved when it is wanted", async () => {
  const storage = new Storage();
  const crashed = house({ storage });
  await crashed.keeper.load();
  crashed.keeper.changed("unsaved");
  const { keeper, server } = house({ storage });
  assert.equal(await keeper.load(), "unsaved");
  await keeper.flush();
  assert.deepEqual([server.text, storage.size], ["unsaved", 0]);
});

test("a copy that is not wanted is downloaded before it goes", async () => {
  const storage = new Storage();
  const crashed = house({ storage });
  await crashed.keeper.load();
  crashed.keeper.changed("unsaved");
  const { keeper, files, asked } = house({ storage });
  asked.restore = "discard";
  assert.equal(await keeper.load(), "old");
  assert.deepEqual([files, storage.size], [["unsaved"], 0]);
});

test("another's save is never overwritten: who and when is told, and nothing more is sent", async () => {
  const { keeper, server, storage, asked, files, run } = house();
  await keeper.load();
  Object.assign(server, { text: "theirs", revision: 5 });
  keeper.changed("mine");
  await keeper.flush();
  assert.deepEqual([server.text, keeper.state, asked.moved[0].by], ["theirs", "moved", "李"]);
  keeper.changed("mine, more");
  await run();
  assert.deepEqual([server.saves.length, storage.size], [1, 1]);
  await keeper.keepMine();
  assert.equal(await keeper.takeTheirs(), "theirs");
  assert.deepEqual([files, storage.size, keeper.revision], [["mine, more", "mine, more"], 0, 5]);
  keeper.changed("both");
  await keeper.flush();
  assert.equal(server.text, "both");
});

test("before both contents are shown, what was typed last is kept apart on the server, too", async () => {
  const { keeper, server, storage, asked } = house();
  await keeper.load();
  Object.assign(server, { text: "theirs", revision: 5 });
  keeper.changed("mine");
  await keeper.flush();
  keeper.changed("mine, more");
  assert.deepEqual([keeper.onServer, storage.size], [false, 1]);
  assert.equal(await keeper.besideTheirs(), "/apart/2");
  assert.deepEqual([server.apart, server.text], [["mine", "mine, more"], "theirs"]);
  assert.deepEqual([keeper.onServer, storage.size, asked.moved.length], [true, 0, 1]);
});

test("a change during a save is saved after it", async () => {
  const { keeper, server, run } = house();
  await keeper.load();
  keeper.changed("one");
  const saving = keeper.flush();
  keeper.changed("two");
  await saving;
  await run();
  assert.deepEqual([server.saves, keeper.unsaved], [["one", "two"], false]);
});

test("what the server refuses is told with its remedy and kept here", async () => {
  const { keeper, server, storage, told } = house();
  await keeper.load();
  server.reply = () => answer(422, { title: "t", detail: "太大", remedy: "拆开" });
  keeper.changed("new");
  await keeper.flush();
  assert.deepEqual([keeper.state, told.at(-1)[1].why, storage.size], ["refused", "太大 拆开", 1]);
});

test("a closed change takes nothing any more", async () => {
  const { keeper, server } = house();
  await keeper.load();
  server.reply = () => answer(409, { title: "t", detail: "已部署" });
  keeper.changed("new");
  await keeper.flush();
  assert.equal(keeper.state, "closed");
});

test("a session that ended is renewed once it can be", async () => {
  const { keeper, server } = house();
  await keeper.load();
  server.reply = () => answer(400, null);
  keeper.changed("new");
  await keeper.flush();
  assert.equal(keeper.state, "failing");
  server.reply = null;
  assert.equal(await keeper.flush(), true);
});

test("a page that goes sends what is left; large content is not promised to the browser", async () => {
  const { keeper, server } = house();
  await keeper.load();
  const sent = [];
  server.reply = (options) => (sent.push(options.keepalive), answer(200, { revision: 2 }));
  keeper.changed("small");
  keeper.leave();
  await new Promise(setImmediate);
  keeper.changed("字".repeat(40_000));
  keeper.leave();
  await new Promise(setImmediate);
  assert.deepEqual(sent, [true, false]);
});

test("a read-only page saves nothing", async () => {
  const { keeper, server } = house({ readOnly: true });
  assert.equal(await keeper.load(), "old");
  keeper.changed("new");
  assert.deepEqual([await keeper.flush(), server.saves], [true, []]);
});
