// What went wrong, in words a person understands; and the key, where the server asks for one.

import { UNAUTHORIZED } from "../speech/close_codes.js";
import { isKey, say } from "../words/language.js";
import { element } from "./dom.js";

const KEY = "vvstream.key";

/** The API key of this tab. @returns {string | undefined} */
export function apiKey() {
  try {
    return sessionStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

export class Trouble {
  #box = element("trouble", HTMLElement);
  #words = element("trouble-words", HTMLElement);
  #detail = element("trouble-detail", HTMLElement);
  #form = element("key-form", HTMLFormElement);
  #again = element("again", HTMLButtonElement);

  /** @param {() => void} again try once more */
  constructor(again) {
    element("dismiss", HTMLButtonElement).onclick = () => this.clear();
    this.#again.onclick = () => {
      this.clear();
      again();
    };
    this.#form.onsubmit = (event) => {
      event.preventDefault();
      sessionStorage.setItem(KEY, element("key", HTMLInputElement).value.trim());
      this.clear();
      again();
    };
  }

  clear() {
    this.#box.hidden = true;
  }

  /**
   * @param {number} code a close code of the protocol
   * @param {string} message the server's own words
   */
  closed(code, message) {
    if (code === UNAUTHORIZED) {
      this.#askForKey();
      return;
    }
    const key = `error${code === 1005 ? 1006 : code}`;
    this.tell(isKey(key) ? say(key) : say("errorOther", { code }), message);
  }

  #askForKey() {
    this.tell(say(apiKey() ? "keyWrong" : "error4401"));
    this.#form.hidden = false;
    this.#again.hidden = true;
    const field = element("key", HTMLInputElement);
    field.focus();
    field.select();
  }

  /**
   * @param {string} words
   * @param {string} message the server's own words, where it said some
   */
  tell(words, message = "") {
    this.#words.textContent = words;
    this.#detail.textContent = message && say("detail", { message });
    this.#form.hidden = true;
    this.#again.hidden = false;
    this.#box.hidden = false;
  }
}
