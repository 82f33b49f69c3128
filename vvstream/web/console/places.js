// Where in the text field each character lies that was given to the server, through all edits.

/**
 * Some characters of a text were replaced by others. Positions are in UTF-16 units.
 * @typedef {{from: number, to: number, length: number}} Edit [from, to) became `length` units
 */

/**
 * What has changed, if it was the selection; else what seems to have changed. Whoever types "G" over
 * a selected "Good" has written a new "G", and both texts alone do not tell that.
 * @param {string} before
 * @param {string} after
 * @param {{from: number, to: number}} selected
 * @returns {Edit}
 */
export function replaced(before, after, { from, to }) {
  const length = after.length - before.length + to - from;
  const same = before.slice(0, from) === after.slice(0, from) && before.slice(to) === after.slice(from + length);
  return same && length >= 0 ? { from, to, length } : difference(before, after);
}

/**
 * What has changed between two texts.
 * @param {string} before
 * @param {string} after
 * @returns {Edit}
 */
export function difference(before, after) {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  if (isLow(before, head) || isLow(after, head)) head--;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  if (tail && (isLow(before, before.length - tail) || isLow(after, after.length - tail))) tail--;
  return { from: head, to: before.length - tail, length: after.length - tail - head };
}

/**
 * Whether a pair of surrogates would be cut here.
 * @param {string} text
 * @param {number} at
 */
function isLow(text, at) {
  const unit = text.charCodeAt(at);
  const before = text.charCodeAt(at - 1);
  return unit >= 0xdc00 && unit < 0xe000 && before >= 0xd800 && before < 0xdc00;
}

export class Places {
  /** @type {number[]} */
  #starts = [];
  /** @type {number[]} */
  #ends = [];

  /** Characters that were said. */
  get length() {
    return this.#starts.length;
  }

  /**
   * These characters were said, and stand here.
   * @param {string} text
   * @param {number} at
   */
  say(text, at) {
    for (const character of text) {
      this.#starts.push(at);
      at += character.length;
      this.#ends.push(at);
    }
  }

  /** @param {Edit} edit */
  edit({ from, to, length }) {
    const shift = length - (to - from);
    for (let i = 0; i < this.#starts.length; i++) {
      const start = this.#starts[i];
      const end = this.#ends[i];
      this.#starts[i] = start >= to ? start + shift : Math.min(start, from);
      this.#ends[i] = end > from && end >= to ? end + shift : Math.min(end, from);
    }
  }

  /**
   * Where some characters stand now; empty where they were deleted.
   * @param {number} offset
   * @param {number} count
   * @returns {{start: number, end: number}}
   */
  range(offset, count) {
    const last = Math.min(offset + count, this.length) - 1;
    const start = this.#starts[offset] ?? 0;
    return { start, end: Math.max(start, this.#ends[last] ?? start) };
  }

  /**
   * Where a character stands, or stood; behind the last: its end.
   * @param {number} offset
   */
  start(offset) {
    return this.#starts[offset] ?? this.#ends.at(-1) ?? 0;
  }
}
