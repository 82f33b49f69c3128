// The text field, with the spoken word marked behind its letters.

import { make } from "../shared/dom.js";
import { replaced } from "./places.js";

/** @typedef {import("./places.js").Edit} Edit */

/** A person who has just typed wants to see the caret, not the spoken word. */
const TYPING_MS = 2_000;

export class Editor {
  #before = document.createTextNode("");
  #after = document.createTextNode("");
  #mark = make("mark");
  #value = "";
  #range = { start: 0, end: 0 };
  /** What was selected before the edit. */
  #selected = { from: 0, to: 0 };
  #typed = -Infinity;

  /**
   * @param {HTMLTextAreaElement} field
   * @param {HTMLElement} echo the same text behind it
   * @param {(edit: Edit, text: string) => void} onEdit
   */
  constructor(field, echo, onEdit) {
    this.field = field;
    this.echo = echo;
    this.onEdit = onEdit;
    // The last line break of a block is not shown unless something follows it.
    echo.append(this.#before, this.#mark, this.#after, "\u200b");
    this.#value = field.value;
    const remember = (/** @type {Event} */ event) => {
      if (/** @type {InputEvent} */ (event).isComposing) return;
      this.#selected = { from: field.selectionStart, to: field.selectionEnd };
    };
    field.addEventListener("beforeinput", remember);
    field.addEventListener("compositionstart", remember);
    field.addEventListener("input", (event) => {
      // What an input method composes is not text yet.
      if (!(/** @type {InputEvent} */ (event).isComposing)) this.#edited();
    });
    field.addEventListener("compositionend", () => this.#edited());
    field.addEventListener("scroll", () => (echo.scrollTop = field.scrollTop));
    this.#show();
  }

  get value() {
    return this.field.value;
  }

  /** Replace all. @param {string} text */
  set value(text) {
    this.field.value = text;
    this.#edited();
  }

  /**
   * Mark a part; an empty one: nothing.
   * @param {{start: number, end: number}} range
   */
  mark({ start, end }) {
    if (start === this.#range.start && end === this.#range.end) return;
    this.#range = { start, end };
    this.#show();
    if (end > start) this.#reveal();
  }

  /** From now on the spoken word is kept in view, until somebody types. */
  follow() {
    this.#typed = -Infinity;
  }

  #edited() {
    const edit = replaced(this.#value, this.field.value, this.#selected);
    this.#value = this.field.value;
    this.#typed = performance.now();
    this.onEdit(edit, this.#value);
    this.#show();
  }

  #show() {
    const { start, end } = this.#range;
    this.#before.data = this.#value.slice(0, start);
    this.#mark.textContent = this.#value.slice(start, end);
    this.#after.data = this.#value.slice(end);
    this.echo.scrollTop = this.field.scrollTop;
  }

  #reveal() {
    if (performance.now() - this.#typed < TYPING_MS) return;
    const { field } = this;
    const top = this.#mark.offsetTop;
    const bottom = top + this.#mark.offsetHeight;
    const room = 12;
    if (top - room < field.scrollTop) field.scrollTop = top - field.clientHeight / 4;
    else if (bottom + room > field.scrollTop + field.clientHeight) {
      field.scrollTop = bottom - (field.clientHeight * 3) / 4;
    }
  }
}
