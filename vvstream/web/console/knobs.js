// The sliders: how to speak. What nobody has moved is left to the server.

import { element } from "../shared/dom.js";
import { remember, remembered } from "../shared/memory.js";
import { figure } from "../words/language.js";

const NAMES = /** @type {const} */ (["speed", "steps", "cfg"]);
const DIGITS = { speed: 2, steps: 0, cfg: 1 };

/** @typedef {{speed: number, steps: number, cfg: number}} Wishes */

export class Knobs {
  /** @type {Set<string>} */
  #moved = new Set();

  /** @param {(change: Partial<Wishes>) => void} onChange after a slider was let go */
  constructor(onChange) {
    for (const name of NAMES) {
      const slider = element(name, HTMLInputElement);
      const known = remembered(name);
      if (known !== null) {
        slider.value = known;
        this.#moved.add(name);
      }
      slider.addEventListener("input", () => this.show());
      slider.addEventListener("change", () => {
        remember(name, slider.value);
        this.#moved.add(name);
        onChange({ [name]: slider.valueAsNumber });
      });
    }
  }

  /** @returns {Partial<Wishes>} */
  get wishes() {
    const moved = NAMES.filter((name) => this.#moved.has(name));
    return Object.fromEntries(moved.map((name) => [name, element(name, HTMLInputElement).valueAsNumber]));
  }

  /** Show what the server takes where nobody asks for anything. */
  async load() {
    const answer = await fetch("api/config");
    const { changeable = {} } = await answer.json();
    for (const name of NAMES) {
      const value = changeable[name]?.value;
      if (!this.#moved.has(name) && value !== undefined) element(name, HTMLInputElement).value = value;
    }
    this.show();
  }

  show() {
    for (const name of NAMES) {
      const slider = element(name, HTMLInputElement);
      const shown = figure(slider.valueAsNumber, DIGITS[name]) + (name === "speed" ? "×" : "");
      element(`${name}-value`, HTMLOutputElement).value = shown;
      slider.setAttribute("aria-valuetext", shown);
      const { min, max, valueAsNumber } = slider;
      slider.style.setProperty("--at", `${(100 * (valueAsNumber - +min)) / (+max - +min)}%`);
    }
  }
}
