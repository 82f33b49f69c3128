// What was told about the sound: words, mouth shapes and sounds, in the order of their times.

/** @typedef {import("./session.js").ServerEvent} ServerEvent */

/** Times of the wire are rounded. */
const ROUNDING = 1e-3;

export class Timeline {
  /** @type {ServerEvent[]} */
  words = [];
  /** @type {ServerEvent[]} */
  visemes = [];
  /** @type {ServerEvent[]} */
  phonemes = [];
  /** One peak for each frame, 0 to 1. @type {number[]} */
  peaks = [];

  /** @param {ServerEvent} event */
  add(event) {
    if (event.type === "word") this.words.push(event);
    else if (event.type === "viseme") this.visemes.push(event);
    else if (event.type === "phoneme") this.phonemes.push(event);
  }

  /**
   * Forget what begins at this time or later: it will not be heard.
   * @param {number} time seconds
   */
  truncate(time) {
    for (const events of [this.words, this.visemes, this.phonemes]) {
      while (events.length && events[events.length - 1].start > time - ROUNDING) events.pop();
    }
  }
}

/**
 * The index of the last event that has begun, -1 before the first.
 * @param {ServerEvent[]} events
 * @param {number} time seconds
 */
export function lastBegun(events, time) {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (events[middle].start <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
