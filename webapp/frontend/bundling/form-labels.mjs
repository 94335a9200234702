// The form editor says its labels in English literals. They are rewritten while it is bundled: every literal that has
// an entry in src/studio/translate/zh-form.js becomes a call of say(). What does not fit any more stops the build: an
// entry that is nowhere, a label without an entry, a template that has changed.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { BY_HAND, EDITOR, VIEWER } from "../src/studio/translate/zh-form.js";

const SAY = fileURLToPath(new URL("../src/studio/translate/say-form.js", import.meta.url));
const PACKAGE = "/node_modules/@bpmn-io/form-js-editor/";
const PROPERTY = /(?:label|title|description|placeholder|tooltip|text|children|name|alt|"aria-label"|\]): $/;
const LITERAL = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"/g;

// `html` and `iframe` are not offered (docs/forms.md), so that nobody reads their words; the others are no words.
const IGNORED = new Set([
  "X-FRAME-OPTIONS documentation", "MDN iFrame documentation.", "Security attributes", "FilterContext", "Root", "iFrame",
  "HTML view", "John Doe", "Erika Muller", "Dominic Leaf", "Script execution", "Allow same origin", "Open in fullscreen",
  "Geolocation", "Camera access", "Microphone access", "Forms submission", "Open modal windows", "Open popups",
  "Top level navigation", "Storage access by user", "AM", "PM", "Powered by bpmn.io",
]);
const LONG_ABOUT_IFRAMES = /^(Enter a HTTPS URL|Please make sure that the URL|These options can incur|Allow the iframe)/;

// Words that are put together, and where a literal is data at the same time.
const EDITOR_TEMPLATES = [
  ["}) => type !== 'default');", "}) => !['default', 'html', 'iframe'].includes(type));"], // not offered
  ["`Create ${getIndefiniteArticle(type)} ${label} element`", 'luzhiSay("Create {label} element", { label })'],
  ["`Remove ${entry.label}`", 'luzhiSay("Remove {label}", { label: entry.label })'],
  ["`Expression for '${key}'`", "luzhiSay(\"Expression for '{key}'\", { key })"],
  ["`Minimum ${MIN_COLUMNS} columns are allowed`", 'luzhiSay("Minimum {n} columns are allowed", { n: MIN_COLUMNS })'],
  ["`Maximum ${MAX_COLUMNS} columns are allowed`", 'luzhiSay("Maximum {n} columns are allowed", { n: MAX_COLUMNS })'],
  ["`New value exceeds the maximum of ${MAX_COLUMNS_PER_ROW} columns per row`",
    'luzhiSay("New value exceeds the maximum of {n} columns per row", { n: MAX_COLUMNS_PER_ROW })'],
  ["`Maximum ${MAX_FIELDS_PER_ROW} fields per row are allowed`",
    'luzhiSay("Maximum {n} fields per row are allowed", { n: MAX_FIELDS_PER_ROW })'],
  ["translate(`List contains {numOfItems} item${items.length != 1 ? 's' : ''}`,", 'luzhiSay("List contains {numOfItems} items",'],
  ["translate(`Click to ${active ? 'remove' : 'set a'} dynamic value with FEEL expression`)",
    'luzhiSay(active ? "Click to remove dynamic value with FEEL expression" : "Click to set a dynamic value with FEEL expression")'],
  ["`Should not contain more than ${decimalDigits} decimal digits`",
    'luzhiSay("Should not contain more than {n} decimal digits", { n: decimalDigits })'],
  ["`Should not contain more than ${decimalDigits} decimal digits.`",
    'luzhiSay("Should not contain more than {n} decimal digits.", { n: decimalDigits })'],
  ["`Should be at least ${min}.`", 'luzhiSay("Should be at least {n}.", { n: min })'],
  ["`Should be at most ${max}.`", 'luzhiSay("Should be at most {n}.", { n: max })'],
  ["`Should be at least ${minimumValue.toString()}.`", 'luzhiSay("Should be at least {n}.", { n: minimumValue.toString() })'],
  ["TIME_LABEL_PATH, 'Time')", 'TIME_LABEL_PATH, luzhiSay("Time"))'],
  ["DATE_LABEL_PATH, 'Date')", 'DATE_LABEL_PATH, luzhiSay("Date"))'],
  ["const TOOLTIP_TEXT = `\"List of items\" defines a constant, predefined set of form options.\n\n\"Expression\" defines options that are populated from a FEEL expression.\n`",
    "const TOOLTIP_TEXT = luzhiSay(`\"List of items\" defines a constant, predefined set of form options.\n\n\"Expression\" defines options that are populated from a FEEL expression.\n`)"],
];
const VIEWER_TEMPLATES = [
  ["const TEXT_VIEW_DEFAULT_TEXT = '# Text';", 'const TEXT_VIEW_DEFAULT_TEXT = luzhiSay("# Text");'],
  ["DATE_LABEL_PATH, 'Date')", 'DATE_LABEL_PATH, luzhiSay("Date"))'],
  ["`Expand all (${values.length - 1})`", 'luzhiSay("Expand all ({n})", { n: values.length - 1 })'],
];
export const FILES = [
  ["dist/index.es.js", EDITOR, EDITOR_TEMPLATES, true],
  ["node_modules/@bpmn-io/form-js-viewer/dist/index.es.js", VIEWER, VIEWER_TEMPLATES, false],
];

export function formLabels() {
  return {
    name: "luzhi-form-labels",
    setup(build) {
      build.onResolve({ filter: /^luzhi:say-form$/ }, () => ({ path: SAY }));
      build.onLoad({ filter: /form-js-(editor|viewer)[\\/]dist[\\/]index\.es\.js$/ }, ({ path }) => {
        const inside = path.replaceAll("\\", "/").split(PACKAGE).at(-1);
        const found = FILES.find(([file]) => file === inside);
        if (!found || !path.replaceAll("\\", "/").includes(PACKAGE)) return undefined;
        return { contents: labelled(readFileSync(path, "utf8"), ...found), loader: "js" };
      });
    },
  };
}

/** The text of a file with its words put through say(). Throws when file and dictionary do not fit each other. */
export function labelled(text, file, words, templates, complete) {
  const used = new Set(templates.flatMap(([, changed]) => [...changed.matchAll(/luzhiSay\("((?:[^"\\]|\\.)*)"/g)].map(([, key]) => key)));
  used.add("Click to remove dynamic value with FEEL expression").add("Click to set a dynamic value with FEEL expression");
  for (const [old, changed] of templates) {
    if (!text.includes(old)) throw new Error(`${file}: gone: ${old}`);
    text = text.replaceAll(old, () => changed);
  }
  const unknown = new Set();
  const lines = text.split("\n").map((line) => (skipped(line) ? line : rewritten(line, words, used, unknown)));
  const gone = Object.keys(words).filter((key) => !used.has(key) && !(key in BY_HAND));
  if (gone.length) throw new Error(`${file}: no longer said: ${gone.join(" | ")}`);
  if (complete && unknown.size) throw new Error(`${file}: not translated: ${[...unknown].join(" | ")}`);
  return `import { say as luzhiSay } from "luzhi:say-form";\n${lines.join("\n")}`;
}

function skipped(line) {
  return /^\s*(\*|\/\/|\/\*|import |case |throw )|luzhiSay\(|new Error\(|console\./.test(line);
}

function rewritten(line, words, used, unknown) {
  return line.replace(LITERAL, (literal, single, double, at) => {
    const said = (single ?? double).replace(/\\(n|.)/g, (_, c) => (c === "n" ? "\n" : c));
    const before = line.slice(0, at);
    const after = line.slice(at + literal.length);
    const shown = PROPERTY.test(before) || /((?:return|\|\||" ",) |translate\()$/.test(before);
    if (Object.hasOwn(words, said) && (shown || (/ |</.test(said) && !/^:/.test(after) && !/(===?|case) $/.test(before)))) {
      used.add(said);
      return `luzhiSay(${literal})`;
    }
    if (PROPERTY.test(before) && /[A-Z][a-z]/.test(said) && !IGNORED.has(said) && !LONG_ABOUT_IFRAMES.test(said)) unknown.add(said);
    return literal;
  });
}
