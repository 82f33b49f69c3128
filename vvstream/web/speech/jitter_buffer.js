// Frames in as the network brings them, samples out as the sound card takes them.

import { FRAME_SAMPLES, SAMPLE_RATE } from "./pcm.js";
import { Resampler } from "./resampler.js";

/** Played samples that are kept, for the filter to look back at. */
const BEHIND = 64;
const FADE_SECONDS = 0.005;

/**
 * From here on the buffer holds another part of the session.
 * @typedef {{index: number, sample: number}} Mark index in the buffer's own count, sample on the
 *   session's clock
 */

export class JitterBuffer {
  /** Sound is going out. */
  playing = false;
  #data = new Float32Array(4 * SAMPLE_RATE);
  /** The count of #data[0]. Counts go on while the session's clock may jump. */
  #origin = 0;
  #written = 0;
  #position = 0;
  /** @type {Mark[]} */
  #marks = [];
  /** Output samples since something waits. */
  #waited = 0;
  #fade = 0;

  /**
   * @param {number} rate Hz of the output
   * @param {number} target seconds to gather before the sound begins
   * @param {number} last the output sample before this buffer's first
   */
  constructor(rate, target, last = 0) {
    this.rate = rate;
    this.target = target;
    this.last = last;
    this.resampler = new Resampler(SAMPLE_RATE, rate);
  }

  /** Seconds that are there and not yet played. */
  get depth() {
    return Math.max(0, this.#written - this.#position) / SAMPLE_RATE;
  }

  /** Where the next output sample lies on the session's clock, in samples. */
  get sample() {
    let mark = { index: 0, sample: 0 };
    for (const next of this.#marks) if (next.index <= this.#position) mark = next;
    return mark.sample + this.#position - mark.index;
  }

  /**
   * @param {number} seq
   * @param {Int16Array} pcm
   */
  push(seq, pcm) {
    const last = this.#marks.at(-1);
    const expected = last && last.sample + this.#written - last.index;
    if (expected !== seq * FRAME_SAMPLES) {
      this.#marks.push({ index: this.#written, sample: seq * FRAME_SAMPLES });
    }
    this.#makeRoom(pcm.length);
    const at = this.#written - this.#origin;
    for (let i = 0; i < pcm.length; i++) this.#data[at + i] = pcm[i] / 32768;
    this.#written += pcm.length;
  }

  /** Drop all, fading out what sounds. */
  flush() {
    this.#fade = this.playing ? Math.round(FADE_SECONDS * this.rate) : 0;
    if (!this.#fade) this.#drop(this.#written);
  }

  /**
   * Drop what lies at or behind a frame, if it was not played yet.
   * @param {number} seq
   */
  truncate(seq) {
    for (let i = this.#marks.length - 1; i >= 0; i--) {
      const { index, sample } = this.#marks[i];
      const cut = Math.max(index, index + seq * FRAME_SAMPLES - sample, Math.ceil(this.#position));
      if (cut < this.#written) this.#written = cut;
      if (index < this.#written || i === 0) break;
      this.#marks.pop();
    }
  }

  /**
   * Fill an output block.
   * @param {Float32Array} output
   * @returns {boolean} sound was wanted and ran dry in this block
   */
  read(output) {
    if (!this.playing && !this.#begin(output.length)) {
      this.#settle(output, 0);
      return false;
    }
    const end = this.#written - this.#origin;
    for (let i = 0; i < output.length; i++) {
      if (this.#position >= this.#written) {
        this.playing = false;
        this.#settle(output, i);
        return true;
      }
      const at = this.#position - this.#origin;
      let value = this.resampler.at(this.#data, 0, end, at);
      if (this.#fade) {
        value *= this.#fade / (FADE_SECONDS * this.rate);
        if (--this.#fade === 0) this.#drop(this.#written);
      }
      output[i] = this.last = value;
      this.#position += this.resampler.step;
    }
    return false;
  }

  /**
   * Begin once enough is there, or nothing more came for as long again.
   * @param {number} block output samples
   */
  #begin(block) {
    if (this.#position >= this.#written) {
      this.#waited = 0;
      return false;
    }
    this.#waited += block;
    this.playing = this.depth >= this.target || this.#waited >= 2 * this.target * this.rate;
    return this.playing;
  }

  /**
   * Silence from `from` on, reached without a click.
   * @param {Float32Array} output
   * @param {number} from
   */
  #settle(output, from) {
    const decay = Math.exp(-1 / (0.001 * this.rate));
    for (let i = from; i < output.length; i++) {
      this.last *= decay;
      output[i] = Math.abs(this.last) < 1e-5 ? 0 : this.last;
    }
  }

  /** @param {number} index everything before it is gone */
  #drop(index) {
    this.#position = Math.max(this.#position, index);
    this.#fade = 0;
  }

  /** @param {number} length */
  #makeRoom(length) {
    // At a whole position the first sample of what comes next is the first to be heard.
    if (!this.playing && this.depth === 0) this.#position = this.#written;
    if (this.#written - this.#origin + length <= this.#data.length) return;
    const keep = Math.max(this.#origin, Math.floor(this.#position) - BEHIND);
    const kept = this.#data.subarray(keep - this.#origin, this.#written - this.#origin);
    const size = Math.max(this.#data.length, 2 * (kept.length + length));
    const data = size > this.#data.length ? new Float32Array(size) : this.#data;
    data.set(kept.slice());
    this.#data = data;
    this.#origin = keep;
    const now = this.#marks.findLastIndex(({ index }) => index <= this.#position);
    this.#marks.splice(0, Math.max(0, now));
  }
}
