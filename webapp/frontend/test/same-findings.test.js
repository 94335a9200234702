// What the browser and the server find both is told once; nothing else is lost.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { once, SAME } from "../src/studio/same-findings.js";
import { RULES_WITH_WORDS } from "../src/studio/lint-words.js";

const here = (element, code, text = code, severity = "warning") => ({ element, code, text, severity });
const there = (element, code, text = code, severity = "error") => ({ element, code, text, severity, server: true });
const told = (findings) => findings.map(({ element, code }) => `${element} ${code}`);

test("the same finding on the same element is told once, in the server's words", () => {
  const found = once([here("task", "luzhi/user-task-form")], [there("task", "USER_TASK_FORM", "no form")]);
  assert.deepEqual(found, [there("task", "USER_TASK_FORM", "no form")]);
});

test("the worse severity stays", () => {
  const [found] = once([here("g", "luzhi/default-flow", "x", "error")], [there("g", "NO_DEFAULT_FLOW", "y", "warning")]);
  assert.equal(found.severity, "error");
});

test("another element, another meaning and a second one stay", () => {
  const browser = [here("a", "feel", "1"), here("a", "feel", "2"), here("b", "feel"), here("a", "luzhi/english-name")];
  const found = once(browser, [there("a", "FEEL_SYNTAX")]);
  assert.deepEqual(told(found), ["a feel", "b feel", "a luzhi/english-name", "a FEEL_SYNTAX"]);
});

test("two rules that say the same words of an element are one line", () => {
  const found = once([here("a", "x/user-task-definition", "same"), here("a", "y/zeebe-user-task", "same")], []);
  assert.deepEqual(told(found), ["a x/user-task-definition"]);
});

test("without an answer of the server, or without findings here, all is told", () => {
  assert.deepEqual(told(once([here("a", "feel")], [])), ["a feel"]);
  assert.deepEqual(told(once([], [there("a", "FEEL_SYNTAX"), there("a", "UNKNOWN_FORM")])), ["a FEEL_SYNTAX", "a UNKNOWN_FORM"]);
});

test("rules and codes are those that there are", () => {
  const folder = new URL("../../../engine/bpmn/lint/", import.meta.url);
  const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(".py"));
  const engine = files.map((file) => readFileSync(new URL(file, folder), "utf8")).join("\n");
  for (const [code, rules] of Object.entries(SAME)) {
    assert.ok(engine.includes(`"${code}"`), code);
    for (const rule of rules) assert.ok(RULES_WITH_WORDS.includes(rule), rule);
  }
});
