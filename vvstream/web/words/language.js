// The language of the page: which one, and putting its words where they belong.

import { remember, remembered } from "../shared/memory.js";
import en from "./en.js";
import ja from "./ja.js";
import zh from "./zh.js";

/** @typedef {keyof typeof en} Key */

/** @type {Record<string, Record<Key, string>>} */
const WORDS = { en, zh, ja };
const TAGS = /** @type {Record<string, string>} */ ({ en: "en", zh: "zh-Hans", ja: "ja" });

let current = "en";
/** @type {Set<() => void>} */
const listeners = new Set();

/** The page's language: "en". */
export function language() {
  return current;
}

/** Its tag, for Intl. */
export function tag() {
  return TAGS[current];
}

/**
 * @param {Key} key
 * @param {Record<string, string | number>} values
 */
export function say(key, values = {}) {
  return WORDS[current][key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** @param {string} key @returns {key is Key} */
export function isKey(key) {
  return key in en;
}

/**
 * @param {number} value
 * @param {number} digits after the point
 */
export function figure(value, digits) {
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(tag(), options).format(value);
}

/** Called after each change of the language. @param {() => void} listener */
export function onLanguage(listener) {
  listeners.add(listener);
}

/** Put the words where the page names them. */
export function translate(/** @type {ParentNode} */ root = document) {
  for (const [attribute, put] of PLACES) {
    for (const element of root.querySelectorAll(`[${attribute}]`)) {
      put(element, say(/** @type {Key} */ (element.getAttribute(attribute))));
    }
  }
}

/** @type {[string, (element: Element, text: string) => void][]} */
const PLACES = [
  ["data-say", (element, text) => (element.textContent = text)],
  ["data-say-label", (element, text) => element.setAttribute("aria-label", text)],
  ["data-say-title", (element, text) => element.setAttribute("title", text)],
  ["data-say-hint", (element, text) => element.setAttribute("placeholder", text)],
];

/**
 * The language that was chosen here before, or the first one that the browser asks for.
 * @param {HTMLSelectElement} chooser
 */
export function startLanguage(chooser) {
  const wished = [remembered("language") ?? "", ...navigator.languages];
  const known = wished.map((name) => name.slice(0, 2).toLowerCase()).find((name) => name in WORDS);
  change(known ?? "en");
  chooser.value = current;
  chooser.onchange = () => {
    remember("language", chooser.value);
    change(chooser.value);
  };
}

/** @param {string} name */
function change(name) {
  current = name;
  document.documentElement.lang = tag();
  translate();
  for (const listener of listeners) listener();
}
