// The sliders: how to speak.

import { element } from "../shared/dom.js";
import { remember, remembered } from "../shared/memory.js";
import { figure } from "../words/language.js";

const NAMES = /** @type {const} */ (["speed", "steps", "cfg"]);
const DIGITS = { speed: 2, steps: 0, cfg: 1 };

/** @typedef {{speed: number, steps: number, cfg: number}} Wishes */

export class Knobs {
  /** @param {(change: Partial<Wishes>) => void} onChange after a slider was let go */
  constructor(onChange) {
    for (const name of NAMES) {
      const slider = element(name, HTMLInputElement);
      const known = remembered(name);
      if (known !== null) slider.value = known;
      slider.addEventListener("input", () => this.show());
      slider.addEventListener("change", () => {
        remember(name, slider.value);
        onChange({ [name]: slider.valueAsNumber });
      });
    }
  }

  /** @returns {Wishes} */
  get wishes() {
    const [speed, steps, cfg] = NAMES.map((name) => element(name, HTMLInputElement).valueAsNumber);
    return { speed, steps, cfg };
  }

  show() {
    for (const name of NAMES) {
      const slider = element(name, HTMLInputElement);
      const shown = figure(slider.valueAsNumber, DIGITS[name]) + (name === "speed" ? "×" : "");
      element(`${name}-value`, HTMLOutputElement).value = shown;
      slider.setAttribute("aria-valuetext", shown);
    }
  }
}
