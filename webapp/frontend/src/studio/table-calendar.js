// A calendar year: twelve months of days to click or to press, and the holidays to which the days belong.
import { calendarText, readCalendar } from "./table-text.js";
import { fill, make } from "./table-words.js";

const DAY = 86_400_000;

export function calendarEditor({ place, words, text, readOnly, changed }) {
  const sheet = readCalendar(text);
  const state = { current: 0, focus: `${sheet.year}-01-01` };
  const world = { sheet, state, words, readOnly, place };
  world.changed = () => {
    place.querySelector("[data-sum]").textContent = sum(world);
    changed();
  };
  render(world);
  return {
    text: () => calendarText(sheet, workdays(sheet)),
    goTo: (element) => goTo(world, element),
  };
}

function render(world, focus) {
  const { place, words, sheet } = world;
  const months = make("div", { className: "calendar-months", attrs: { "data-months": "" } });
  for (let month = 1; month <= 12; month += 1) months.append(monthTable(world, month));
  months.addEventListener("keydown", (event) => walk(world, event));
  place.replaceChildren(
    make("h2", { attrs: { "data-sum": "" }, textContent: sum(world) }),
    make("section", { className: "panel table-head" }, textField(world, sheet, "source", words.calendarSource), textField(world, sheet, "confidence", words.confidence)),
    holidays(world),
    make("p", { className: "calendar-legend soft small" }, words.legend, " ",
      ...[["rest", words.rest], ["work", words.makeUp], ["weekend", words.weekend]].map(([kind, label]) => make("span", { className: `day-${kind}`, textContent: label }))),
    months,
  );
  if (focus) place.querySelector(focus)?.focus();
}

function sum({ sheet, words }) {
  return fill(words.workdays, { year: sheet.year, n: workdays(sheet) });
}

function textField(world, target, key, label) {
  const id = `c-${key}-${world.sheet.holidays.indexOf(target)}`;
  const input = make("input", { className: "form-control", id, value: target[key] ?? "", readOnly: world.readOnly });
  input.addEventListener("input", () => {
    target[key] = input.value;
    if (target !== world.sheet) relabel(world);
    world.changed();
  });
  return make("div", { className: "field" }, make("label", { htmlFor: id, textContent: label }), input);
}

function holidays(world) {
  const { words, sheet, readOnly } = world;
  const body = make("tbody");
  sheet.holidays.forEach((holiday, n) => body.append(holidayRow(world, holiday, n)));
  const header = [words.row, words.zh, words.en, words.restDays, words.workDays, ...(readOnly ? [] : [words.actions])];
  const found = make("table", { className: "table table-cells" }, make("caption", { textContent: words.holiday }),
    make("thead", {}, make("tr", {}, ...header.map((each) => make("th", { scope: "col", textContent: each })))), body);
  const add = readOnly ? null : make("button", { type: "button", className: "btn", textContent: words.addHoliday, on: {
    click: () => {
      world.state.current = sheet.holidays.push({ zh: words.newHoliday, en: "New holiday", rest: [], work: [] }) - 1;
      world.changed();
      render(world, `[data-holiday="${world.state.current}"] input:not([type])`);
    },
  } });
  return make("section", { attrs: { "aria-label": words.holidays } }, make("div", { className: "table-scroll", tabIndex: 0, attrs: { role: "group", "aria-label": words.holidays } }, found), make("p", {}, add));
}

function holidayRow(world, holiday, n) {
  const { words, state, sheet, readOnly } = world;
  const choose = make("input", { type: "radio", name: "holiday", checked: n === state.current, attrs: { "aria-label": holiday.zh } });
  choose.addEventListener("change", () => (state.current = n));
  const cell = (key, label) => {
    const input = make("input", { className: "form-control", value: holiday[key], readOnly, attrs: { "aria-label": `${label} ${n + 1}` } });
    input.addEventListener("input", () => {
      holiday[key] = input.value;
      world.changed();
    });
    return make("td", {}, input);
  };
  const remove = make("button", { type: "button", className: "btn btn-sm", textContent: "×", attrs: { "aria-label": `${words.remove} ${holiday.zh}` }, on: {
    click: () => {
      sheet.holidays.splice(n, 1);
      state.current = Math.max(0, Math.min(state.current, sheet.holidays.length - 1));
      world.changed();
      render(world, "[data-months] [tabindex='0']");
    },
  } });
  return make("tr", { attrs: { "data-holiday": n } }, make("th", { scope: "row" }, choose), cell("zh", words.zh), cell("en", words.en),
    make("td", { className: "day-list", attrs: { "data-days": "rest" }, textContent: shown(holiday.rest) }),
    make("td", { className: "day-list", attrs: { "data-days": "work" }, textContent: shown(holiday.work) }),
    readOnly ? null : make("td", { className: "row-tools" }, remove));
}

function shown(days) {
  return [...days].sort().map((day) => day.slice(5)).join("  ");
}

function monthTable(world, month) {
  const { words, sheet } = world;
  const body = make("tbody");
  let row = make("tr");
  const first = Date.UTC(sheet.year, month - 1, 1);
  const before = (new Date(first).getUTCDay() + 6) % 7;
  for (let n = 0; n < before; n += 1) row.append(make("td"));
  for (let at = first; new Date(at).getUTCMonth() === month - 1; at += DAY) {
    if (row.children.length === 7) {
      body.append(row);
      row = make("tr");
    }
    row.append(make("td", {}, dayButton(world, new Date(at).toISOString().slice(0, 10))));
  }
  while (row.children.length < 7) row.append(make("td"));
  body.append(row);
  const heads = words.weekdays.map((each) => make("th", { scope: "col", textContent: each }));
  return make("table", { className: "calendar-month" }, make("caption", { textContent: monthName(words, first, month) }), make("thead", {}, make("tr", {}, ...heads)), body);
}

function monthName(words, first, month) {
  return words.monthName ? fill(words.monthName, { m: month }) : new Date(first).toLocaleString("en", { month: "long", timeZone: "UTC" });
}

function dayButton(world, day) {
  const made = make("button", { type: "button", attrs: { "data-day": day, tabindex: day === world.state.focus ? "0" : "-1" } }, String(Number(day.slice(8))));
  if (!world.readOnly) made.addEventListener("click", () => toggle(world, day));
  else made.setAttribute("aria-disabled", "true");
  paint(world, made, day);
  return made;
}

function paint(world, button, day) {
  const { words } = world;
  const [kind, holiday] = kindOf(world.sheet, day);
  const what = { rest: words.rest, work: words.makeUp, weekend: words.weekend, worked: words.worked }[kind];
  button.className = `calendar-day day-${kind}`;
  const facts = { m: Number(day.slice(5, 7)), d: Number(day.slice(8)), w: words.weekdays[weekday(day)] };
  const label = fill(words.dayLabel, { ...facts, what }) + (holiday ? fill(words.of, { name: nameOf(holiday) }) : "");
  button.setAttribute("aria-label", label);
  button.title = label;
}

function nameOf(holiday) {
  return document.documentElement.lang.startsWith("en") ? holiday.en : holiday.zh;
}

function weekday(day) {
  return (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
}

function kindOf(sheet, day) {
  for (const holiday of sheet.holidays) {
    if (holiday.rest.includes(day)) return ["rest", holiday];
    if (holiday.work.includes(day)) return ["work", holiday];
  }
  return [weekday(day) > 4 ? "weekend" : "worked", null];
}

/** A weekday is worked or off; a weekend day is a weekend, off within a holiday, or a make-up day. */
function toggle(world, day) {
  const { sheet, state } = world;
  const [kind] = kindOf(sheet, day);
  for (const holiday of sheet.holidays) {
    holiday.rest = holiday.rest.filter((each) => each !== day);
    holiday.work = holiday.work.filter((each) => each !== day);
  }
  const next = { worked: "rest", weekend: "rest", rest: weekday(day) > 4 ? "work" : "", work: "" }[kind];
  if (next) {
    if (!sheet.holidays.length) sheet.holidays.push({ zh: world.words.newHoliday, en: "New holiday", rest: [], work: [] });
    sheet.holidays[state.current][next].push(day);
  }
  state.focus = day;
  relabel(world);
  world.changed();
}

/** What is shown of days follows what they are now. */
function relabel(world) {
  const { place, sheet, state } = world;
  if (place.querySelectorAll("[data-holiday]").length !== sheet.holidays.length) {
    render(world, `[data-day="${state.focus}"]`);
    return;
  }
  for (const button of place.querySelectorAll("[data-day]")) paint(world, button, button.dataset.day);
  sheet.holidays.forEach((holiday, n) => {
    for (const cell of place.querySelectorAll(`[data-holiday="${n}"] [data-days]`)) cell.textContent = shown(holiday[cell.dataset.days]);
  });
}

function walk(world, event) {
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
  const day = event.target.dataset?.day;
  if (!step || !day) return;
  event.preventDefault();
  const to = new Date(Date.parse(`${day}T00:00:00Z`) + step * DAY).toISOString().slice(0, 10);
  const found = world.place.querySelector(`[data-day="${to}"]`);
  if (!found) return;
  event.target.tabIndex = -1;
  found.tabIndex = 0;
  world.state.focus = to;
  found.focus();
}

export function workdays(sheet) {
  let count = 0;
  const rest = new Set(sheet.holidays.flatMap((each) => each.rest));
  const work = new Set(sheet.holidays.flatMap((each) => each.work));
  for (let at = Date.UTC(sheet.year, 0, 1); new Date(at).getUTCFullYear() === sheet.year; at += DAY) {
    const day = new Date(at).toISOString().slice(0, 10);
    if (work.has(day) || (weekday(day) < 5 && !rest.has(day))) count += 1;
  }
  return count;
}

function goTo(world, element) {
  const found = /^holiday\[(\d+)\]/.exec(element);
  if (found) world.place.querySelector(`[data-holiday="${Number(found[1]) - 1}"] input:not([type])`)?.focus();
  else world.place.querySelector(`#c-${element}--1`)?.focus();
}
