// The words of the table editor in both languages.
const ZH = {
  unreadable: "内容不能显示为表格，请按文本打开。", show: "定位",
  zh: "中文名称", en: "英文名称", status: "来源性质", confidence: "可靠程度", source: "来源，每行一条", calendarSource: "来源文件",
  official: "官方原文", inferred: "整理推断", recollected: "凭记忆整理", incomplete: "不完整", makeDefault: "新年度默认用这一版",
  lists: "列表", find: "查找", row: "行", actions: "操作", addRow: "增加一行", up: "上移", down: "下移", remove: "删除",
  yes: "是", no: "否", undo: "撤销删除", removed: "已删除第 {n} 行", found: "找到 {n} 行", cellWrong: "这一格不是{what}", number: "数字", json: "合法的 JSON",
  paste: "从电子表格复制后，可以直接粘贴到任一格。",
  weekdays: ["一", "二", "三", "四", "五", "六", "日"], monthName: "{m}月", workdays: "{year}年，全年 {n} 个工作日",
  worked: "工作日", weekend: "周末", rest: "放假", makeUp: "调休上班", legend: "点击日期或按空格键改变；方向键移动。",
  holidays: "节日", holiday: "当前节日：新点的日期算作", addHoliday: "增加节日", newHoliday: "新节日", restDays: "放假的日期", workDays: "调休上班",
  dayLabel: "{m}月{d}日，星期{w}，{what}", of: "（{name}）",
};
const EN = {
  unreadable: "This cannot be shown as a table; open it as text.", show: "Show",
  zh: "Chinese name", en: "English name", status: "Kind of source", confidence: "Confidence", source: "Sources, one a line", calendarSource: "Source document",
  official: "Official text", inferred: "Inferred", recollected: "From memory", incomplete: "Incomplete", makeDefault: "Default edition of new cycles",
  lists: "Lists", find: "Find", row: "Row", actions: "Actions", addRow: "Add a row", up: "Move up", down: "Move down", remove: "Remove",
  yes: "Yes", no: "No", undo: "Undo", removed: "Row {n} removed", found: "{n} rows found", cellWrong: "This cell is not {what}", number: "a number", json: "valid JSON",
  paste: "Cells copied in a spreadsheet can be pasted into any cell.",
  weekdays: ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"], monthName: "", workdays: "{year}: {n} working days",
  worked: "working day", weekend: "weekend", rest: "day off", makeUp: "make-up working day", legend: "Click a day or press space to change it; arrow keys move.",
  holidays: "Holidays", holiday: "Current holiday: days that are clicked belong to", addHoliday: "Add a holiday", newHoliday: "New holiday", restDays: "Days off", workDays: "Make-up days",
  dayLabel: "{w}, {d}/{m}, {what}", of: " ({name})",
};

export function wordsOf(lang) {
  return lang.startsWith("en") ? EN : ZH;
}

export function fill(text, facts) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);
}

/** An element with properties, attributes (given as strings with a hyphen or under `attrs`) and children. */
export function make(tag, { attrs = {}, on = {}, ...props } = {}, ...children) {
  const made = Object.assign(document.createElement(tag), props);
  for (const [name, value] of Object.entries(attrs)) made.setAttribute(name, value);
  for (const [name, act] of Object.entries(on)) made.addEventListener(name, act);
  made.append(...children.filter((child) => child !== null));
  return made;
}
