// Leaves out of the editors' bundle what they never use.
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const BUILTINS = here("../node_modules/@camunda/feel-builtins/dist/index.js");
const NO_TEMPLATING = here("../src/studio/templates-none.js");
const INSTEAD = {
  // 630 kB of schemas for templates that strangers wrote; ours are made by the server and held to the schema by a test.
  "@bpmn-io/element-templates-validator": here("../src/studio/templates-valid.js"),
  // Packages take it by import and by require, which would be two copies.
  "@camunda/feel-builtins": BUILTINS,
};
const FEEL = "@bpmn-io/lezer-feel";

/** Resolves packages to the one copy that is bundled. */
export function slim() {
  return {
    name: "luzhi-slim",
    setup(build) {
      const one = new Map(); // version -> the copy of it that is taken
      build.onResolve({ filter: /^@(bpmn-io\/element-templates-validator|camunda\/feel-builtins)$/ }, ({ path }) => ({
        path: INSTEAD[path],
      }));
      // Texts with FEEL in braces are of forms; the panel of diagrams only could show them.
      build.onResolve({ filter: /^@bpmn-io\/feelers-editor$/ }, ({ importer }) =>
        /[\\/]@bpmn-io[\\/]properties-panel[\\/]/.test(importer) ? { path: NO_TEMPLATING } : undefined,
      );
      build.onLoad({ filter: /[\\/]feel-builtins[\\/]dist[\\/]index\.js$/ }, async () => ({
        contents: await withoutProse(BUILTINS),
      }));
      build.onResolve({ filter: /^@bpmn-io\/lezer-feel$/ }, async (asked) => {
        if (asked.pluginData === FEEL) return undefined;
        const { importer, kind, resolveDir } = asked;
        const found = await build.resolve(FEEL, { importer, kind, resolveDir, pluginData: FEEL });
        const { version } = require(found.path.replace(/dist[\\/].*$/, "package.json"));
        if (!one.has(version)) one.set(version, found.path);
        return { path: one.get(version) };
      });
    },
  };
}

/** The functions of FEEL with their signatures, once each; the English prose around them is left out. */
async function withoutProse(file) {
  const { default: _, ...lists } = await import(pathToFileURL(file));
  const short = (each) => ({ ...each, info: each.info.match(/<pre>.*?<\/pre>/s)?.[0] ?? "" });
  const every = [...new Set(Object.values(lists).flat())];
  const exported = Object.entries(lists).map(
    ([name, functions]) => `export const ${name} = ${JSON.stringify(functions.map((each) => every.indexOf(each)))}.map((n) => every[n]);`,
  );
  return [`const every = ${JSON.stringify(every.map(short))};`, ...exported].join("\n");
}
