// The sound as it scrolls by: peaks, words above them, mouth shapes below, seconds at the foot.

import { colours, onColours } from "../shared/theme.js";
import { onLanguage, say } from "../words/language.js";
import { FRAME_SECONDS } from "../speech/pcm.js";
import { lastBegun } from "../speech/timeline.js";

/** @typedef {import("../speech/timeline.js").Timeline} Timeline */
/** @typedef {import("../speech/session.js").ServerEvent} ServerEvent */

const COLOURS = /** @type {const} */ (["ink", "soft", "line", "accent", "mark", "wave-past", "wave-next"]);
/** CSS pixels. */
const SECOND = 180;
const WORDS_LANE = 36;
const FOOT = 44;
/** Where the sound begins, in line with the figures below. */
const INSET = 18;
/** Of the width: where "now" stands once the sound fills the canvas. */
const NOW = 0.62;

export class Waveform {
  #colours = colours(COLOURS);
  /** Seconds that the visitor has scrolled back. */
  #back = 0;
  #time = 0;
  /** @type {Timeline | null} */
  #timeline = null;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    new ResizeObserver(() => this.#draw()).observe(canvas);
    onColours(() => {
      this.#colours = colours(COLOURS);
      this.#draw();
    });
    onLanguage(() => this.#draw());
    canvas.addEventListener("pointermove", (event) => {
      if (event.buttons & 1) this.#scroll(event.movementX / SECOND);
    });
    canvas.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: 0.5, ArrowRight: -0.5, Home: Infinity, End: -Infinity }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      this.#scroll(step);
    });
  }

  /**
   * Show a moment of the sound.
   * @param {Timeline} timeline
   * @param {number} time seconds
   * @param {boolean} playing then it follows the sound
   */
  show(timeline, time, playing) {
    if (playing || timeline !== this.#timeline) this.#back = 0;
    this.#timeline = timeline;
    this.#time = time;
    this.#draw();
  }

  /** @param {number} seconds back */
  #scroll(seconds) {
    const most = this.#left();
    this.#back = Math.min(most, Math.max(0, this.#back + seconds));
    this.#draw();
  }

  /** The time at the left edge, where nobody has scrolled. */
  #left() {
    return Math.max(0, this.#time - (NOW * this.canvas.clientWidth - INSET) / SECOND);
  }

  #draw() {
    const { canvas, pen } = this;
    const ratio = devicePixelRatio || 1;
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const first = this.#left() - this.#back;
    const at = (/** @type {number} */ time) => INSET + (time - first) * SECOND;
    const view = { left: first - INSET / SECOND, width, height, at };
    this.#drawSeconds(view);
    if (!this.#timeline?.peaks.length) {
      this.#drawNothing(view);
      return;
    }
    this.#drawPeaks(view);
    this.#drawWords(view, this.#timeline.words);
    this.#drawShapes(view, this.#timeline.visemes);
    this.#drawNow(view);
  }

  /** @typedef {{left: number, width: number, height: number, at: (time: number) => number}} View */

  /** @param {View} view */
  #drawSeconds({ left, width, height, at }) {
    const { pen } = this;
    pen.font = "11px system-ui, sans-serif";
    pen.textAlign = "left";
    pen.textBaseline = "alphabetic";
    for (let second = Math.max(0, Math.floor(left)); at(second) < width; second++) {
      pen.fillStyle = this.#colours.line;
      pen.fillRect(Math.round(at(second)), height - 15, 1, 15);
      pen.fillStyle = this.#colours.soft;
      pen.fillText(`${second} s`, at(second) + 5, height - 5);
    }
  }

  /** Says what will be here. @param {View} view */
  #drawNothing({ width, height }) {
    const { pen } = this;
    const text = say("waveEmpty");
    pen.font = "14px system-ui, sans-serif";
    const fits = Math.min(1, (width - 2 * INSET) / pen.measureText(text).width);
    pen.font = `${14 * fits}px system-ui, sans-serif`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillStyle = this.#colours.soft;
    pen.fillText(text, width / 2, (height - 15) / 2);
  }

  /** @param {View} view */
  #drawPeaks({ left, width, height, at }) {
    const { pen } = this;
    const peaks = this.#timeline?.peaks ?? [];
    const middle = WORDS_LANE + (height - WORDS_LANE - FOOT) / 2;
    const most = (height - WORDS_LANE - FOOT) / 2 - 2;
    const bar = FRAME_SECONDS * SECOND - 1;
    const from = Math.max(0, Math.floor(left / FRAME_SECONDS));
    for (let frame = from; at(frame * FRAME_SECONDS) < width; frame++) {
      const past = frame * FRAME_SECONDS < this.#time;
      const peak = peaks[frame];
      // A curve, so that quiet sounds are seen too.
      const size = peak === undefined ? 0.5 : Math.max(1, most * Math.min(1, peak * 1.25) ** 0.7);
      const known = past ? this.#colours["wave-past"] : this.#colours["wave-next"];
      pen.fillStyle = peak === undefined ? this.#colours.line : known;
      pen.beginPath();
      pen.roundRect(at(frame * FRAME_SECONDS), middle - size, bar, 2 * size, 1);
      pen.fill();
    }
  }

  /**
   * @param {View} view
   * @param {ServerEvent[]} words
   */
  #drawWords({ left, width, at }, words) {
    const { pen } = this;
    const now = lastBegun(words, this.#time);
    let free = -Infinity;
    pen.textAlign = "left";
    pen.textBaseline = "middle";
    for (let i = Math.max(0, lastBegun(words, left) - 2); i < words.length; i++) {
      const x = at(words[i].start);
      if (x > width) break;
      const spoken = i === now && this.#time < words[i].end + 0.05;
      pen.font = `${spoken ? 650 : 500} 14px system-ui, sans-serif`;
      const size = pen.measureText(words[i].text).width;
      const begin = Math.max(x, free);
      if (spoken) {
        pen.fillStyle = this.#colours.mark;
        pen.beginPath();
        pen.roundRect(begin - 5, 8, size + 10, 24, 7);
        pen.fill();
      }
      pen.fillStyle = i <= now ? this.#colours.ink : this.#colours.soft;
      pen.fillText(words[i].text, begin, 20.5);
      free = begin + size + 9;
    }
  }

  /**
   * @param {View} view
   * @param {ServerEvent[]} visemes
   */
  #drawShapes({ left, width, height, at }, visemes) {
    const { pen } = this;
    const now = lastBegun(visemes, this.#time);
    pen.font = "11px ui-monospace, monospace";
    pen.textBaseline = "middle";
    const y = height - 30;
    let free = -Infinity;
    for (let i = Math.max(0, lastBegun(visemes, left)); i < visemes.length; i++) {
      const x = at(visemes[i].start);
      if (x > width) break;
      const { viseme } = visemes[i];
      const spoken = i === now && this.#time < visemes[i].end;
      pen.fillStyle = this.#colours[spoken ? "accent" : "line"];
      pen.fillRect(x, y - 11, Math.max(2, at(visemes[i].end) - x - 1), 2);
      if (viseme === "sil" || x < free) continue;
      pen.fillStyle = this.#colours[spoken ? "accent" : "soft"];
      pen.fillText(viseme, x, y);
      free = x + pen.measureText(viseme).width + 2;
    }
  }

  /** @param {View} view */
  #drawNow({ height, at }) {
    const { pen } = this;
    pen.fillStyle = this.#colours.ink;
    pen.fillRect(Math.round(at(this.#time)) - 1, WORDS_LANE, 2, height - WORDS_LANE - 15);
  }
}
