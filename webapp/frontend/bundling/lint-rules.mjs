// The module "luzhi:lint-rules": the rules of .bpmnlintrc with their settings, so that the editor and
// `python -m webapp.assets --lint-diagrams` hold a diagram to the same.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const CONFIG = new URL("../.bpmnlintrc", import.meta.url);

export function lintRules() {
  return {
    name: "luzhi-lint-rules",
    setup(build) {
      build.onResolve({ filter: /^luzhi:lint-rules$/ }, () => ({ path: "rules", namespace: "luzhi-lint" }));
      build.onLoad({ filter: /.*/, namespace: "luzhi-lint" }, async () => {
        const compile = require("bpmnlint/lib/support/compile-config.js");
        const Resolver = require("bpmnlint/lib/resolver/node-resolver.js");
        const root = new URL("..", import.meta.url).pathname;
        const resolver = new Resolver({ require: createRequire(`${root}package.json`) });
        const config = JSON.parse(readFileSync(CONFIG, "utf8"));
        return { contents: await compile(config, resolver), resolveDir: root, loader: "js" };
      });
    },
  };
}
