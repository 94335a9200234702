// Changes of installed packages while they are bundled. A text that is no longer there stops the build: a package
// that was brought up to date must not lose its cure in silence.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { HARD_CODED } from "./hard-coded.mjs";

const CURES = {
  // CodeMirror puts its styles into <style> elements, which our policy refuses; without them its editable part has no
  // "white-space: pre", and the browser stores typed spaces as U+00A0.
  "style-mod/src/style-mod.js": [["if (!root.head && root.adoptedStyleSheets", "if (root.adoptedStyleSheets"]],
  // What is written for Camunda 7 is left out once nothing is attached to it.
  "bpmn-js-properties-panel/dist/index.esm.js": [
    ["CamundaPlatformPropertiesProvider.$inject = ['propertiesPanel', 'injector'];", ""],
  ],
  "bpmn-js-element-templates/dist/index.esm.js": [
    "ElementTemplatesPropertiesProvider", "ElementTemplatesCommands", "ChangeElementTemplateHandler",
    "RemoveElementTemplateHandler", "UnlinkElementTemplateHandler", "ReplaceBehavior",
  ].map((name) => [`\n${name}.$inject = `, "\n"]),
};
const SAY = fileURLToPath(new URL("../src/studio/translate/say.js", import.meta.url));

/** Applies the patches; refuses a text that is missing, and a file that is not bundled although its package is. */
export function patches() {
  return {
    name: "luzhi-patches",
    setup(build) {
      const seen = new Set();
      const packages = new Set();
      build.onResolve({ filter: /^luzhi:say$/ }, () => ({ path: SAY }));
      build.onLoad({ filter: /[\\/]node_modules[\\/].*\.js$/ }, ({ path }) => {
        const file = path.replaceAll("\\", "/").split("/node_modules/").at(-1);
        packages.add(packageOf(file));
        if (!(file in CURES) && !(file in HARD_CODED)) return undefined;
        seen.add(file);
        return { contents: patched(file, readFileSync(path, "utf8").replaceAll("\r\n", "\n")), loader: "js" };
      });
      build.onEnd(({ errors }) => {
        const wanted = Object.keys({ ...CURES, ...HARD_CODED }).filter((file) => packages.has(packageOf(file)));
        const missed = wanted.filter((file) => !seen.has(file));
        if (errors.length || !missed.length) return undefined;
        return { errors: [{ text: `not bundled, so not patched: ${missed.join(", ")}` }] };
      });
    },
  };
}

const packageOf = (file) => file.split("/").slice(0, file.startsWith("@") ? 2 : 1).join("/");

/** The text of a package's file with its patches. Throws when one of them does not fit any more. */
export function patched(file, text) {
  for (const [old, changed] of [...(CURES[file] ?? []), ...(HARD_CODED[file] ?? [])]) {
    if (!text.includes(old)) throw new Error(`the patch of ${file} does not fit any more: ${old}`);
    text = text.replaceAll(old, () => changed);
  }
  return file in HARD_CODED ? `import { say as luzhiSay } from "luzhi:say";\n${text}` : text;
}
