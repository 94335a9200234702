// Bundles the browser's files into ../static/build (or the folder that is named) under content-hashed names and
// writes manifest.json, which maps each entry ("site.css") to the file that was built from it.
//
// The pages' own scripts are plain ones. The studio's editors are modules that share their large parts; a page
// loads one with type="module".
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { build } from "esbuild";
import { formLabels } from "./bundling/form-labels.mjs";
import { lintRules } from "./bundling/lint-rules.mjs";
import { patches } from "./bundling/patches.mjs";
import { slim } from "./bundling/slim.mjs";

const out = process.argv[2] ?? "../static/build";
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const common = {
  outdir: out,
  entryNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  metafile: true,
  legalComments: "linked",
  target: ["chrome109", "firefox115", "safari16"],
  loader: Object.fromEntries([".woff2", ".woff", ".ttf", ".eot", ".svg"].map((suffix) => [suffix, "file"])),
  logLevel: "warning",
};
const EDITORS = ["diagram", "decision", "form", "table"].flatMap((name) => [
  `src/studio/${name}.js`,
  `src/studio/${name}.css`,
]);

const built = await Promise.all([
  build({
    ...common,
    entryPoints: ["src/site.js", "src/site.css", "src/office.js", "src/office.css", "src/upload.js"],
    format: "iife",
  }),
  build({
    ...common,
    entryPoints: EDITORS.filter((file) => existsSync(file)),
    format: "esm",
    splitting: true,
    plugins: [patches(), formLabels(), lintRules(), slim()],
    define: { "process.env.NODE_ENV": '"production"', global: "globalThis" },
  }),
]);

const manifest = {};
for (const { metafile } of built) {
  for (const [file, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (entryPoint?.startsWith("src/")) manifest[basename(entryPoint)] ??= basename(file);
  }
}
writeFileSync(`${out}/manifest.json`, JSON.stringify(manifest, null, 2) + "\n");
if (process.argv.includes("--metafile")) writeFileSync(`${out}/meta.json`, JSON.stringify(built[1].metafile));
