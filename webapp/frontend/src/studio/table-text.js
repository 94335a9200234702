// The text of catalogue and calendar files: the same that the server writes (engine/studio/table_edit, calendar_edit).

/** JSON with a space after colons and commas, on one line. */
export function spaced(value) {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  if (value instanceof Written) return value.text;
  if (value && typeof value === "object") {
    return `{${Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${spaced(each)}`).join(", ")}}`;
  }
  return JSON.stringify(value);
}

/** A number as it was written: 0.50 stays 0.50. */
export class Written {
  constructor(text) {
    this.text = text;
  }
  toString() {
    return this.text;
  }
}

/** JSON whose numbers keep their digits. */
export function readJson(text) {
  JSON.parse(text); // refuses what is none, before anything is rewritten
  if (/"#(?:[^"\\]|\\.)*"\s*:/.test(text)) throw new Error("#");
  const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (part) =>
    part.startsWith('"') ? part.replace(/^"#/, '"##') : `"#${part}"`,
  );
  return JSON.parse(marked, (key, value) => {
    if (typeof value !== "string" || !value.startsWith("#")) return value;
    return value.startsWith("##") ? value.slice(1) : new Written(value.slice(1));
  });
}

export function catalogueText(data) {
  const head = Object.entries(data).filter(([key]) => key !== "lists");
  const rows = (found) => (found.length ? `${found.map((row) => `   ${spaced(row)}`).join(",\n")}\n` : "");
  const lists = Object.entries(data.lists).map(([name, found]) => `  ${JSON.stringify(name)}: [\n${rows(found)}  ]`);
  return [
    "{", ...head.map(([key, value]) => ` ${JSON.stringify(key)}: ${spaced(value)},`), ' "lists": {', lists.join(",\n"), " }", "}", "",
  ].join("\n");
}

/** A calendar as {year, source, confidence, holidays: [{zh, en, rest: [iso], work: [iso]}]}. */
export function readCalendar(text) {
  const sheet = { year: 0, source: "", confidence: "", holidays: [] };
  let into = sheet;
  const joined = text.replace(/\[[^\]"]*\]/g, (list) => (list.startsWith("[[") ? list : list.replace(/#[^\n]*\n/g, "").replace(/\s+/g, " ")));
  for (const line of joined.split("\n")) {
    if (/^\s*(#|$)/.test(line)) continue;
    if (/^\s*\[\[holiday\]\]/.test(line)) {
      into = { zh: "", en: "", rest: [], work: [] };
      sheet.holidays.push(into);
      continue;
    }
    const found = /^\s*(\w+)\s*=\s*(.*)$/.exec(line);
    if (!found) throw new Error(line.trim());
    into[found[1]] = tomlValue(found[2].trim());
  }
  if (!sheet.year) throw new Error("year");
  return sheet;
}

function tomlValue(text) {
  if (text.startsWith('"')) return JSON.parse(/^"(?:[^"\\]|\\.)*"/.exec(text)[0]);
  if (text.startsWith("'")) return /^'([^']*)'/.exec(text)[1];
  if (text.startsWith("[")) return text.match(/\d{4}-\d{2}-\d{2}/g) ?? [];
  const number = /^-?\d+/.exec(text);
  if (!number) throw new Error(text);
  return Number(number[0]);
}

export function calendarText(sheet, workdays) {
  const lines = [
    `# ${sheet.year}年放假调休安排：rest 为放假的日期，work 为调休上班的周末。其余日期周一至周五为工作日。`,
    `# Holidays and make-up working days of ${sheet.year}: \`rest\` days off, \`work\` weekend days worked. Otherwise Monday to Friday.`,
    `year = ${sheet.year}`,
    `source = ${JSON.stringify(sheet.source)}`,
    `confidence = ${JSON.stringify(sheet.confidence)}`,
    `workdays = ${workdays} # 全年工作日数，用于校验 the number of working days, as a check sum`,
  ];
  for (const { zh, en, rest, work } of sheet.holidays) {
    lines.push("", "[[holiday]]", `zh = ${JSON.stringify(zh)}`, `en = ${JSON.stringify(en)}`);
    lines.push(`rest = [${[...rest].sort().join(", ")}]`, `work = [${[...work].sort().join(", ")}]`);
  }
  return `${lines.join("\n")}\n`;
}
