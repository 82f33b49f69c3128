// All that a face shows at a moment: the mouth by the sound's clock, and the life around it.

import { lastBegun } from "../speech/timeline.js";
import { FRAME_SECONDS } from "../speech/pcm.js";
import { VISEMES, atRest, ease, mouthAt } from "./coarticulation.js";

/** @typedef {import("../speech/timeline.js").Timeline} Timeline */
/** @typedef {import("./coarticulation.js").Weights} Weights */

/**
 * weights: the mouth; strength: how wide it opens; blink: 1 is shut; brows: 1 is raised; yaw, pitch
 * and roll of the head, -1 to 1; gaze, -1 to 1; smile, 0 to 1; breath, 0 to 1.
 * @typedef {{weights: Weights, strength: number, blink: number, brows: number, yaw: number,
 *   pitch: number, roll: number, gazeX: number, gazeY: number, smile: number, breath: number}} Expression
 */

/** Seconds in which a mouth that lost its sound comes to rest. */
const REST = 0.13;
const STRESS = "ˈ";

export class Expressions {
  #weights = atRest();
  #now = 0;
  #blinkAt = 1.5;
  #double = false;
  #gaze = { x: 0, y: 0, toX: 0, toY: 0, at: 0.8 };
  #brows = 0;
  #nod = 0;
  #smile = 1;
  #strength = 1;

  /** @param {() => number} random from 0 to 1 */
  constructor(random = Math.random) {
    this.random = random;
  }

  /**
   * @param {number} now seconds of a clock that never stops
   * @param {Timeline | null} timeline
   * @param {number} time seconds of the session that are heard now
   * @param {boolean} playing
   * @returns {Expression}
   */
  at(now, timeline, time, playing) {
    const passed = Math.min(0.1, Math.max(0, now - this.#now));
    this.#now = now;
    this.#shape(timeline, time, playing, passed);
    this.#stress(timeline, time, playing, passed);
    const pause = playing ? 0 : 1;
    this.#smile += (0.35 + 0.65 * pause - this.#smile) * (1 - Math.exp(-passed / 0.4));
    const lively = playing ? 1 : 0.55;
    return {
      weights: this.#weights,
      strength: this.#strength,
      blink: this.#blink(now),
      brows: this.#brows,
      // Sums of slow waves without a common period: never twice the same, never a jump.
      yaw: lively * (0.5 * Math.sin(now * 0.61) + 0.3 * Math.sin(now * 1.37 + 1)),
      pitch: lively * (0.3 * Math.sin(now * 0.83 + 2) + 0.15 * Math.sin(now * 1.91)) + this.#nod,
      roll: lively * (0.45 * Math.sin(now * 0.47 + 4) + 0.2 * Math.sin(now * 1.13)),
      ...this.#look(now, passed),
      smile: this.#smile,
      breath: 0.5 + 0.5 * Math.sin(now * 1.6),
    };
  }

  /**
   * @param {Timeline | null} timeline
   * @param {number} time
   * @param {boolean} playing
   * @param {number} passed
   */
  #shape(timeline, time, playing, passed) {
    if (playing && timeline) {
      const { visemes, peaks } = timeline;
      this.#weights = mouthAt(visemes, lastBegun(visemes, time) + 1, time);
      const peak = peaks[Math.floor(time / FRAME_SECONDS)] ?? 0;
      const wanted = 0.78 + 0.5 * Math.sqrt(Math.min(0.6, peak));
      this.#strength += (wanted - this.#strength) * (1 - Math.exp(-passed / 0.05));
      return;
    }
    const kept = Math.exp(-passed / (REST / 3));
    const rest = atRest();
    const mixed = VISEMES.map((name) => [name, this.#weights[name] * kept + rest[name] * (1 - kept)]);
    this.#weights = /** @type {Weights} */ (Object.fromEntries(mixed));
  }

  /**
   * A stressed sound lifts the brows and nods the head, the louder the more.
   * @param {Timeline | null} timeline
   * @param {number} time
   * @param {boolean} playing
   * @param {number} passed
   */
  #stress(timeline, time, playing, passed) {
    let lift = 0;
    if (playing && timeline) {
      const { phonemes, peaks } = timeline;
      const sound = phonemes[lastBegun(phonemes, time + 0.06)];
      if (sound?.phoneme.includes(STRESS)) {
        const peak = peaks[Math.floor(sound.start / FRAME_SECONDS)] ?? 0;
        lift = Math.min(1, 0.25 + 1.4 * peak);
      }
    }
    const speed = lift > this.#brows ? 0.09 : 0.35;
    this.#brows += (lift - this.#brows) * (1 - Math.exp(-passed / speed));
    this.#nod += (lift * 0.5 - this.#nod) * (1 - Math.exp(-passed / (lift > 0 ? 0.14 : 0.3)));
  }

  /** @param {number} now */
  #blink(now) {
    const since = now - this.#blinkAt;
    if (since > 0.26) {
      // A few seconds apart; now and then two in a row.
      this.#double = !this.#double && this.random() < 0.16;
      this.#blinkAt = now + (this.#double ? 0.1 : 1.8 + 3.6 * this.random());
      return 0;
    }
    return since < 0 ? 0 : since < 0.08 ? ease(since / 0.08) : ease((0.26 - since) / 0.18);
  }

  /**
   * @param {number} now
   * @param {number} passed
   */
  #look(now, passed) {
    const gaze = this.#gaze;
    if (now > gaze.at) {
      const back = this.random() < 0.55;
      gaze.toX = back ? 0 : (this.random() - 0.5) * 1.1;
      gaze.toY = back ? 0 : (this.random() - 0.5) * 0.6;
      gaze.at = now + 0.7 + 2.2 * this.random();
    }
    const quick = 1 - Math.exp(-passed / 0.035);
    gaze.x += (gaze.toX - gaze.x) * quick;
    gaze.y += (gaze.toY - gaze.y) * quick;
    return { gazeX: gaze.x, gazeY: gaze.y };
  }
}
