// The settings of the server that may be changed while it runs: GET and POST /api/config.

import { element, make } from "../shared/dom.js";
import { apiKey } from "../shared/trouble.js";
import { onLanguage, say } from "../words/language.js";
import { about } from "../words/settings.js";

/**
 * One setting, as the server describes it.
 * @typedef {{value: any, type: string, minimum?: number, maximum?: number, choices?: any[],
 *   about?: string}} Setting
 */

export class Settings {
  #panel = element("settings", HTMLDetailsElement);
  #form = element("settings-form", HTMLFormElement);
  /** @type {Record<string, Setting>} */
  #known = {};

  /** @param {() => void} onApplied */
  constructor(onApplied) {
    this.onApplied = onApplied;
    const look = () => {
      if (this.#panel.open) this.#ask();
    };
    this.#panel.ontoggle = look;
    onLanguage(look);
    this.#form.onsubmit = (event) => {
      event.preventDefault();
      this.#apply();
    };
  }

  async #ask() {
    try {
      const { ok, status, body } = await request();
      if (ok) this.#show(body.changeable ?? {}, body.may_change !== false);
      else this.#say(status === 401 || status === 403 ? say("settingsKey") : say("settingsNone"));
    } catch {
      this.#say(say("error1006"));
    }
  }

  async #apply() {
    /** @type {Record<string, unknown>} */
    const wanted = {};
    for (const [name, setting] of Object.entries(this.#known)) {
      const value = read(element(`setting-${name}`, HTMLElement), setting);
      if (value !== setting.value) wanted[name] = value;
    }
    try {
      const { ok, status, body } = await request(wanted);
      if (ok) {
        this.#show(body.changeable, true);
        this.#say(say("applied"), true);
        this.onApplied();
        return;
      }
      const message = body.error?.message ?? String(status);
      this.#say(status === 401 ? say("settingsKey") : say("detail", { message }), true);
    } catch {
      this.#say(say("error1006"), true);
    }
  }

  /**
   * @param {Record<string, Setting>} changeable
   * @param {boolean} allowed we may change them
   */
  #show(changeable, allowed) {
    this.#known = changeable;
    const fields = Object.entries(changeable).map(([name, setting]) => {
      const note = make("small", { id: `about-${name}` }, about(name, setting.about ?? ""));
      // A long name may break behind its stops.
      const words = name.split(/(?<=[._])/).flatMap((word) => [word, make("wbr")]);
      const label = make("label", { for: `setting-${name}` }, ...words);
      const input = field(name, setting);
      input.toggleAttribute("disabled", !allowed);
      return make("div", { class: "field" }, label, input, note);
    });
    const hint = make("p", {}, say(allowed ? "settingsHint" : "settingsNone"));
    const button = make("button", { class: "quiet" }, say("apply"));
    const list = make("div", { class: "fields" }, ...fields);
    this.#form.replaceChildren(hint, list, ...(allowed ? [button] : []));
  }

  /**
   * @param {string} text
   * @param {boolean} keep what is there
   */
  #say(text, keep = false) {
    const line = make("p", { role: "status" }, text);
    if (keep) {
      this.#form.querySelectorAll("[role=status]").forEach((old) => old.remove());
      this.#form.append(line);
    } else this.#form.replaceChildren(line);
  }
}

/** @param {object} [wanted] */
async function request(wanted) {
  const key = apiKey();
  const answer = await fetch("api/config", {
    method: wanted ? "POST" : "GET",
    headers: {
      ...(key && { Authorization: `Bearer ${key}` }),
      ...(wanted && { "Content-Type": "application/json" }),
    },
    body: wanted && JSON.stringify(wanted),
  });
  const body = await answer.json().catch(() => ({}));
  return { ok: answer.ok, status: answer.status, body };
}

/**
 * @param {string} name
 * @param {Setting} setting
 */
function field(name, { value, type, minimum, maximum, choices }) {
  const marks = { id: `setting-${name}`, "aria-describedby": `about-${name}` };
  if (choices) {
    const chooser = make("select", marks, ...choices.map((choice) => make("option", {}, String(choice))));
    chooser.value = String(value);
    return chooser;
  }
  if (typeof value === "boolean") {
    const box = make("input", { ...marks, type: "checkbox" });
    box.checked = value;
    return box;
  }
  const number = typeof value === "number";
  const kind = number ? "number" : "text";
  const input = make("input", { ...marks, type: kind, step: type === "integer" ? "1" : "any" });
  if (minimum !== undefined) input.min = String(minimum);
  if (maximum !== undefined) input.max = String(maximum);
  input.value = value ?? "";
  return input;
}

/**
 * @param {HTMLElement} input
 * @param {Setting} setting
 */
function read(input, { value, choices }) {
  if (input instanceof HTMLSelectElement) return choices?.find((one) => String(one) === input.value);
  if (!(input instanceof HTMLInputElement)) return value;
  if (typeof value === "boolean") return input.checked;
  return typeof value === "number" ? input.valueAsNumber : input.value;
}
