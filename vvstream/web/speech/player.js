// The main thread's side of the sound: an AudioContext, the worklet, and where it is.

import { PlaybackClock, heardContextTime } from "./clock.js";
import { SAMPLE_RATE } from "./pcm.js";

const LONGEST_TARGET = 0.4;
const GROWTH = 1.6;

/** @typedef {{depth: number, playing: boolean, dry: boolean, end: number}} Report */

export class Player {
  clock = new PlaybackClock();
  /** Seconds that wait in the jitter buffer. */
  depth = 0;
  /** Called after each report of the sound's thread. @type {(report: Report) => void} */
  onReport = () => {};
  #generation = 0;
  #target = 0.06;

  /**
   * @param {AudioContext} context
   * @param {AudioWorkletNode} node
   */
  constructor(context, node) {
    this.context = context;
    this.node = node;
    node.port.onmessage = ({ data }) => this.#placed(data);
  }

  /**
   * Must be called while the browser handles a click or a key: pages may not sound unasked.
   * @returns {Promise<Player>}
   */
  static async open() {
    const context = new AudioContext({ latencyHint: "interactive" });
    context.resume();
    await context.audioWorklet.addModule(new URL("./playback_worklet.js", import.meta.url));
    const node = new AudioWorkletNode(context, "vvstream-playback", {
      numberOfInputs: 0,
      outputChannelCount: [1],
    });
    node.connect(context.destination);
    return new Player(context, node);
  }

  /** @type {Promise<Player> | null} */
  static #opening = null;

  /**
   * The page's own player, opened once; where that failed the next call tries again. To be called
   * as `open`.
   * @returns {Promise<Player>}
   */
  static async ofPage() {
    try {
      return await (Player.#opening ??= Player.open());
    } catch (error) {
      Player.#opening = null;
      throw error;
    }
  }

  /** Forget all; what is pushed from now on begins another session. */
  reset() {
    this.clock.clear();
    this.depth = 0;
    this.#order({ do: "reset", generation: ++this.#generation });
    this.context.resume();
  }

  /**
   * @param {number} seq
   * @param {Int16Array} pcm
   */
  push(seq, pcm) {
    this.#order({ do: "frame", seq, pcm });
  }

  /** Silence, at once. */
  flush() {
    this.#order({ do: "flush" });
  }

  /**
   * Take back what was not played, from this frame on.
   * @param {number} seq
   */
  truncate(seq) {
    this.#order({ do: "truncate", seq });
  }

  /** The buffer ran dry in mid-word: gather more before the sound begins again. */
  gatherMore() {
    this.#target = Math.min(LONGEST_TARGET, this.#target * GROWTH);
    this.#order({ do: "target", seconds: this.#target });
  }

  /**
   * What the listener hears now, or a little later.
   * @param {number} ahead seconds
   * @returns {{time: number, playing: boolean, context: number}} seconds of the session and of the
   *   AudioContext
   */
  heard(ahead = 0) {
    const context = heardContextTime(this.context) + ahead;
    return { ...this.clock.at(context), context };
  }

  /**
   * When a moment of the session reached, or reaches, the listener.
   * @param {number} time seconds of the session
   * @returns {number | null} as performance.now(); null: not rendered yet
   */
  heardAt(time) {
    const rendered = this.clock.when(time);
    if (rendered === null) return null;
    return performance.now() + (rendered - heardContextTime(this.context)) * 1000;
  }

  /** @param {any} report */
  #placed(report) {
    if (report.generation !== this.#generation) return;
    const { sampleRate } = this.context;
    const context = report.frame / sampleRate;
    const session = report.sample / SAMPLE_RATE;
    const end = report.end / SAMPLE_RATE;
    if (report.playing || report.dry) this.clock.add({ context, session, playing: true });
    if (!report.playing) {
      this.clock.add({ context: context + end - session, session: end, playing: false });
    }
    this.depth = report.depth;
    this.onReport({ depth: report.depth, playing: report.playing, dry: report.dry, end });
  }

  /** @param {object} order */
  #order(order) {
    this.node.port.postMessage(order);
  }
}
