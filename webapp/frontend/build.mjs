// Bundles the browser's files into ../static/build under content-hashed names and writes manifest.json,
// which maps each entry ("site.css") to the file that was built from it.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { build } from "esbuild";

const out = "../static/build";
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const { metafile } = await build({
  entryPoints: ["src/site.js", "src/site.css", "src/office.js", "src/office.css", "src/upload.js"],
  outdir: out,
  entryNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  metafile: true,
  legalComments: "linked",
  target: ["chrome109", "firefox115", "safari16"],
  format: "iife",
  logLevel: "warning",
});

const manifest = {};
for (const [file, { entryPoint }] of Object.entries(metafile.outputs)) {
  if (entryPoint) manifest[basename(entryPoint)] = basename(file);
}
writeFileSync(`${out}/manifest.json`, JSON.stringify(manifest, null, 2) + "\n");
