// The line that says what the page does. What happened to the connection stays long enough to be read.

import { onLanguage, say } from "../words/language.js";

/** @typedef {import("../words/language.js").Key} Key */

const NEWS = new Set(["resumed", "restarted"]);
const USUAL = new Set(["speaking", "waiting"]);
const READ_MS = 4_000;

export class Status {
  /** What is said, or will be once the news was read. @type {Key} */
  key = "ready";
  /** @type {Record<string, string | number>} */
  #values = {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #reading;

  /** @param {HTMLElement} line */
  constructor(line) {
    this.line = line;
    onLanguage(() => this.#tell());
    this.#tell();
  }

  /**
   * @param {Key} key
   * @param {Record<string, string | number>} values
   */
  show(key, values = {}) {
    this.key = key;
    this.#values = values;
    if (this.#reading !== undefined && USUAL.has(key)) return;
    clearTimeout(this.#reading);
    this.#reading = undefined;
    this.#tell();
    if (!NEWS.has(key)) return;
    this.#reading = setTimeout(() => {
      this.#reading = undefined;
      if (!NEWS.has(this.key)) this.#tell();
    }, READ_MS);
  }

  #tell() {
    this.line.textContent = say(this.key, this.#values);
    this.line.dataset.kind = this.key;
  }
}
