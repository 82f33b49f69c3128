// Light, dark, or as the system; and the colours of the style sheet, for canvases.

import { onLanguage, say } from "../words/language.js";
import { remember, remembered } from "./memory.js";

const THEMES = /** @type {const} */ (["auto", "light", "dark"]);
const NAMES = /** @type {const} */ ({ auto: "themeAuto", light: "themeLight", dark: "themeDark" });

/** @type {Set<() => void>} */
const listeners = new Set();

/** Called whenever the colours may have changed. @param {() => void} listener */
export function onColours(listener) {
  listeners.add(listener);
}

/**
 * @param {HTMLElement} button goes round: as the system, light, dark
 */
export function startTheme(button) {
  let theme = THEMES.find((known) => known === remembered("theme")) ?? "auto";
  const show = () => {
    document.documentElement.dataset.theme = theme;
    button.setAttribute("aria-label", say(NAMES[theme]));
    button.title = say(NAMES[theme]);
    for (const listener of listeners) listener();
  };
  button.onclick = () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    remember("theme", theme);
    show();
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  onLanguage(show);
  show();
}

/**
 * The colours of some custom properties as the page shows them now.
 * @template {string} Name
 * @param {readonly Name[]} names
 * @returns {Record<Name, string>}
 */
export function colours(names) {
  const probe = document.createElement("i");
  document.body.append(probe);
  const found = /** @type {Record<Name, string>} */ ({});
  for (const name of names) {
    probe.style.color = `var(--${name})`;
    found[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return found;
}
