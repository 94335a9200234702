// The words of the editors in the page's language. The packages are written in English, so English needs no
// dictionary; Chinese is bpmn-js-i18n's for palette and menus, and ours for everything else.
import stock from "bpmn-js-i18n/translations/zn.js";
import ours from "./zh.js";

const ZH = { ...stock, ...ours };
const CODE = /^[a-z_]+\.[a-z_]+$/; // a verb is named by its type
const chinese = () => document.documentElement.lang.startsWith("zh");

/** More words, of an editor that is not on every page; they come before the others. */
export function learn(words) {
  Object.assign(ZH, words);
}

/** What is missing in the dictionary, by text: a browser test holds this to be empty. */
export const misses = new Set();

/** A text of a package in the page's language, with {name} and the like filled in. */
export function say(template, replacements) {
  const given = replacements ?? {};
  let text = template;
  if (chinese()) {
    const own = typeof template === "string" && Object.hasOwn(ZH, template);
    if (own) text = ZH[template];
    else if (/[A-Za-z]{2}/.test(template) && !/[一-鿿]/.test(template) && !CODE.test(template)) misses.add(template);
  }
  return String(text ?? "").replace(/\{([^}]+)\}/g, (whole, key) => (key in given ? given[key] : whole));
}

/** For the editors of bpmn.io: their service `translate`. */
export const translateModule = { translate: ["value", say] };
