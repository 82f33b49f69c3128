// The line that is being spoken, with its word marked.

import { make } from "../shared/dom.js";

/** Characters: longer sentences are shown in parts. */
const LONGEST = 52;

/**
 * A text in lines that fit below a face: sentences, or parts of them.
 * @param {string} text
 * @returns {{from: number, to: number}[]} in characters (code points)
 */
export function lines(text) {
  const characters = [...text];
  const found = [];
  let from = 0;
  let gap = 0; // behind the last place where a line may end
  characters.forEach((character, i) => {
    if (/[\s,;:、，；：]/u.test(character)) gap = i + 1;
    const next = characters[i + 1] ?? " ";
    const ends = /[。！？\n]/u.test(character) || (/[.!?…]/u.test(character) && /\s/u.test(next));
    if (!ends && i - from < LONGEST) return;
    const to = ends || gap <= from ? i + 1 : gap;
    found.push({ from, to });
    from = to;
  });
  if (from < characters.length) found.push({ from, to: characters.length });
  return found;
}

export class Caption {
  /** @type {string[]} */
  #characters = [];
  /** @type {{from: number, to: number}[]} */
  #lines = [];
  #shown = "";

  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
  }

  /** @param {string} text */
  start(text) {
    this.#characters = [...text];
    this.#lines = lines(text);
    this.hide();
  }

  hide() {
    this.#shown = "";
    this.place.replaceChildren();
  }

  /**
   * @param {number} offset of the word, in characters
   * @param {number} length
   */
  show(offset, length) {
    const line = this.#lines.find(({ to }) => offset < to);
    const name = `${offset}+${length}`;
    if (!line || name === this.#shown) return;
    this.#shown = name;
    const part = (/** @type {number} */ from, /** @type {number} */ to) =>
      this.#characters.slice(from, to).join("");
    const end = Math.min(line.to, offset + length);
    const word = make("mark", {}, part(offset, end));
    this.place.replaceChildren(part(line.from, offset).trimStart(), word, part(end, line.to).trimEnd());
  }
}
