// Every rule that is on has words in both languages.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";

const require = createRequire(import.meta.url);

test("each rule of .bpmnlintrc is said in Chinese and English", async (t) => {
  let Linter;
  try {
    ({ Linter } = require("bpmnlint"));
  } catch {
    return t.skip("the browser packages are not installed; run `make install`");
  }
  const { inWords, RULES_WITH_WORDS } = await import("../src/studio/lint-words.js");
  const Resolver = require("bpmnlint/lib/resolver/node-resolver");
  const config = JSON.parse(readFileSync(new URL("../.bpmnlintrc", import.meta.url), "utf8"));
  const linter = new Linter({ resolver: new Resolver() });
  const rules = await linter.resolveConfiguredRules(config);
  const on = Object.keys(rules).filter((rule) => !["off", 0].includes([rules[rule]].flat()[0]));
  assert.deepEqual(on.filter((rule) => !RULES_WITH_WORDS.includes(rule.split("/").at(-1))), []);
  for (const [lang, signs] of [["zh-CN", /[一-鿿]/], ["en", /^[\x20-\x7e]+$/]]) {
    globalThis.document = { documentElement: { lang } };
    for (const rule of on) assert.match(inWords(rule, { data: { requiredProperty: "formId" } }), signs);
  }
  delete globalThis.document;
});
