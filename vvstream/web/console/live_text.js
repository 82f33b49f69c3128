// "Type live": each keystroke is fed as it comes, and what was corrected in time is said anew.
//
// Text that was heard stays heard. An edit of text that was given to the server and not yet spoken
// takes all of that back, and gives the field's text again from the first word that was not said.

import { Places } from "./places.js";

/** @typedef {import("../speech/talk.js").Talk} Talk */
/** @typedef {import("./places.js").Edit} Edit */

export class LiveText {
  places = new Places();
  /** Everything before this was given to the server, or is not meant to be. */
  #given = 0;
  #rewinding = false;
  /** Speak all once the correction is through. */
  #flushing = false;
  /** The field, as it is now. */
  #text = "";

  /**
   * @param {() => Talk | null} begin a new speech, when there is something to say; null: the sound
   *   is not open yet, then `go` is called later
   * @param {(busy: boolean) => void} onRewind a correction is under way
   */
  constructor(begin, onRewind) {
    this.begin = begin;
    this.onRewind = onRewind;
    /** @type {Talk | null} */
    this.talk = null;
  }

  /**
   * What is in the field already is not spoken.
   * @param {string} text
   */
  start(text) {
    this.places = new Places();
    this.talk = null;
    this.#text = text;
    this.#given = text.length;
  }

  /**
   * The field was edited.
   * @param {Edit} edit
   * @param {string} text
   */
  edited(edit, text) {
    const { from, to, length } = edit;
    const unspoken = to > this.#spokenUntil();
    const touched = from < this.#given;
    this.#text = text;
    this.places.edit(edit);
    if (this.#given > to) this.#given += length - (to - from);
    else if (this.#given > from) this.#given = from;
    if (this.#rewinding) return;
    if (this.talk && !this.talk.over && touched && unspoken && this.places.length) this.#rewind();
    else this.#give();
  }

  /** The sound is open: say what was typed meanwhile. */
  go() {
    if (!this.#rewinding) this.#give();
  }

  /** Speak what is there, without waiting for the rest of a word. */
  flush() {
    if (this.#rewinding) this.#flushing = true;
    else if (this.talk && !this.talk.over) this.talk.flush();
  }

  async #rewind() {
    const { talk } = this;
    if (!talk) return;
    this.#rewinding = true;
    this.onRewind(true);
    const offset = await talk.rewind();
    this.#rewinding = false;
    this.onRewind(false);
    if (this.talk !== talk) return;
    this.#given = Math.min(this.places.start(offset), this.#text.length);
    this.#give();
    if (this.#flushing) this.talk.flush();
    this.#flushing = false;
  }

  #give() {
    const text = this.#text.slice(this.#given);
    if (!text) return;
    if (!this.talk || this.talk.over) {
      if (!text.trim()) return;
      this.places = new Places();
      this.talk = this.begin();
      if (!this.talk) return;
    }
    this.places.say(text, this.#given);
    this.#given = this.#text.length;
    this.talk.say(text);
  }

  /** The end of the last word that was told, in the field. */
  #spokenUntil() {
    const word = this.talk?.timeline.words.at(-1);
    return word ? this.places.range(word.offset, [...word.text].length).end : 0;
  }
}
