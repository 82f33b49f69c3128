// Which moment of the session a listener hears now, by the clock of the sound card.

/**
 * From `context` on, in seconds of the AudioContext, the session's time `session` was rendered.
 * @typedef {{context: number, session: number, playing: boolean}} Anchor
 */

/** As far back as a sound card's delay may reach. */
const KEPT_SECONDS = 5;

export class PlaybackClock {
  /** @type {Anchor[]} */
  #anchors = [];

  /** @param {Anchor} anchor later than all before it */
  add(anchor) {
    this.#anchors.push(anchor);
    const old = this.#anchors.findLastIndex(({ context }) => context < anchor.context - KEPT_SECONDS);
    if (old > 0) this.#anchors.splice(0, old);
  }

  clear() {
    this.#anchors = [];
  }

  /**
   * @param {number} context seconds of the AudioContext
   * @returns {{time: number, playing: boolean}} seconds of the session
   */
  at(context) {
    const anchor = this.#anchors.findLast((known) => known.context <= context);
    if (!anchor) return { time: this.#anchors[0]?.session ?? 0, playing: false };
    const { session, playing } = anchor;
    return { time: playing ? session + context - anchor.context : session, playing };
  }

  /**
   * When a moment of the session was rendered.
   * @param {number} session seconds
   * @returns {number | null} seconds of the AudioContext
   */
  when(session) {
    const anchor = this.#anchors.findLast((known) => known.playing && known.session <= session);
    return anchor ? anchor.context + session - anchor.session : null;
  }
}

/**
 * The moment of the context that leaves the loudspeaker now: what is rendered is heard later.
 * @param {AudioContext} context
 * @returns {number} seconds
 */
export function heardContextTime(context) {
  const latency = context.outputLatency || context.baseLatency || 0;
  const guess = context.currentTime - latency;
  const { contextTime = 0, performanceTime = 0 } = context.getOutputTimestamp?.() ?? {};
  if (!contextTime || !performanceTime) return guess;
  const exact = contextTime + (performance.now() - performanceTime) / 1000;
  // Some browsers give a stale pair after a pause; the guess is never far off.
  return Math.abs(exact - guess) < 0.5 ? exact : guess;
}
