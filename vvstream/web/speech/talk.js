// One speech from its text to the listener's ear: a session (or several, where a server forgot
// one), the player, and what is known of both. Offsets, times and frames are those of the speech:
// they go on where a new session begins.

import { GONE, OVERLOADED } from "./close_codes.js";
import { AUDIBLE, FRAME_SECONDS, peak } from "./pcm.js";
import { Session } from "./session.js";
import { Timeline, lastBegun } from "./timeline.js";

/** @typedef {import("./session.js").Options} Options */
/** @typedef {import("./session.js").Ending} Ending */
/** @typedef {import("./session.js").ServerEvent} ServerEvent */
/** @typedef {import("./player.js").Player} Player */

/** Characters: one message, and what the server holds that was not spoken yet. */
const PIECE = 2_000;
const AHEAD = 8_000;
const ACK_FRAMES = 5;
/** So long after the first frame an AudioContext runs, or it never will. */
const OPEN_MS = 3_000;
/** Errors that a speech gets over by itself. */
const OVERCOME = new Set([GONE, OVERLOADED]);
const EVENTS = ["word", "viseme", "phoneme"];

/**
 * Told through `onChange`.
 * @typedef {"connecting" | "speaking" | "lost" | "resumed" | "restarted" | "finished" | "stopped"
 *   | "failed"} TalkState
 */

export class Talk {
  timeline = new Timeline();
  /** The sound, a frame each. @type {Int16Array[]} */
  frames = [];
  /** @type {TalkState} */
  state = "connecting";
  /** @type {Ending | null} */
  ending = null;
  /** Milliseconds from the wish to the first frame, and to the first sound that was heard. */
  firstFrame = /** @type {number | null} */ (null);
  firstSound = /** @type {number | null} */ (null);
  /** What of it the server did not take. @type {ServerEvent | null} */
  refusal = null;
  /** Nothing is heard: no loudspeaker, or the browser holds it back. */
  silent = false;
  /** How often the sound broke off within a word. */
  gaps = 0;
  /** All text, in characters (code points). @type {string[]} */
  #text = [];
  #fed = 0;
  #ended = false;
  #endTold = false;
  /** The session's own counts begin here. */
  #base = { offset: 0, seq: 0 };
  /** Text before this was spoken or is not wanted any more. */
  #wanted = 0;
  #nextSeq = 0;
  #acked = -1;
  /** The first frame that can be told from silence. */
  #audible = /** @type {number | null} */ (null);
  /** Frames are thrown away: the listener said stop. */
  #deaf = false;
  #over = false;
  /** @type {((offset: number) => void) | null} */
  #rewound = null;
  /** @type {Session} */
  #session;

  /**
   * @param {URL} address of /stream
   * @param {Player} player
   * @param {Options} options
   * @param {number} asked when the listener wished to hear it, as performance.now()
   * @param {(event: ServerEvent | null) => void} onChange the state has changed, or the server said
   *   something that belongs to no frame
   */
  constructor(address, player, options, asked, onChange) {
    this.address = address;
    this.player = player;
    this.options = options;
    this.onChange = onChange;
    this.asked = asked;
    player.reset();
    player.onReport = (report) => this.#played(report);
    this.#session = this.#open();
  }

  get over() {
    return this.#over;
  }

  /** Characters that were said so far. */
  get length() {
    return this.#text.length;
  }

  /**
   * Append.
   * @param {string} text
   */
  say(text) {
    for (const character of text) this.#text.push(character);
    this.#feed();
  }

  /** Speak what is there, without waiting for the rest of a word. */
  flush() {
    this.#session.flush();
  }

  /** No more text. */
  end() {
    this.#ended = true;
    this.#feed();
  }

  /** Other wishes, from the next clause on. @param {Options} wishes */
  update(wishes) {
    Object.assign(this.options, wishes);
    if (!this.#over) this.#session.update(wishes);
  }

  /** Silence at once, and no more of this speech. */
  stop() {
    if (this.#over) return;
    this.player.flush();
    this.#deaf = true;
    if (this.state === "lost") this.#session.abandon();
    this.#session.cancel();
    this.#session.end();
    this.#finish("stopped");
  }

  /**
   * Take back what the listener has not heard, to say it otherwise.
   * @returns {Promise<number>} the offset of the first character that was not said
   */
  rewind() {
    this.#session.cancel();
    this.#fed = this.#wanted = this.#text.length;
    return new Promise((resolve) => (this.#rewound = resolve));
  }

  /** The word that is heard now. @returns {ServerEvent | null} */
  word() {
    const { time, playing } = this.player.heard();
    const word = this.timeline.words[lastBegun(this.timeline.words, time)];
    return word && (playing || !this.#over) && time < word.end + 0.3 ? word : null;
  }

  #open() {
    const options = { ...this.options, events: EVENTS };
    return new Session(this.address, options, {
      frame: (seq, pcm, events) => this.#heardOf(seq, pcm, events),
      event: (event) => this.#told(event),
      state: (state) => this.#carried(state),
      over: (ending) => this.#left(ending),
    });
  }

  #feed() {
    if (this.#over) return;
    const spoken = this.timeline.words.at(-1)?.offset ?? 0;
    const limit = Math.max(spoken, this.#wanted) + AHEAD;
    while (this.#fed < Math.min(this.#text.length, limit)) {
      const piece = this.#text.slice(this.#fed, this.#fed + PIECE);
      this.#fed += piece.length;
      this.#session.text(piece.join(""));
    }
    if (this.#ended && !this.#endTold && this.#fed === this.#text.length) {
      this.#endTold = true;
      this.#session.end();
    }
  }

  /**
   * @param {number} seq of the session
   * @param {Int16Array} pcm
   * @param {ServerEvent[]} events
   */
  #heardOf(seq, pcm, events) {
    if (this.#deaf) return;
    const { offset, seq: first } = this.#base;
    const shift = first * FRAME_SECONDS;
    for (const event of events) {
      const times = { start: event.start + shift, end: event.end + shift };
      this.timeline.add({ ...event, ...times, offset: (event.offset ?? 0) + offset });
    }
    const number = (this.#nextSeq = first + seq + 1) - 1;
    const loudest = peak(pcm);
    this.timeline.peaks[number] = loudest;
    this.frames[number] = pcm;
    if (this.firstFrame === null) {
      this.firstFrame = performance.now() - this.asked;
      setTimeout(() => this.#hearken(), OPEN_MS);
    }
    if (loudest >= AUDIBLE) this.#audible ??= number;
    this.player.push(number, pcm);
    this.#feed();
    if (this.state !== "speaking") this.#become("speaking");
  }

  #hearken() {
    this.silent = this.state !== "stopped" && this.player.context.state !== "running";
    if (this.silent) this.onChange(null);
  }

  /** @param {ServerEvent} event */
  #told(event) {
    if (event.type === "cancelled" && this.#rewound) {
      const resolve = this.#rewound;
      this.#rewound = null;
      resolve(this.#cut());
    }
    if (event.type === "error" && !this.#over && !OVERCOME.has(event.code)) this.refusal = event;
    this.onChange(event);
  }

  /**
   * The sound ends here. A word that was cut is taken back, where it was not begun to be heard.
   * @returns {number} the offset from which nothing was said
   */
  #cut() {
    const end = this.#nextSeq * FRAME_SECONDS;
    const word = this.timeline.words.at(-1);
    this.timeline.truncate(end);
    if (!word) return this.#base.offset;
    if (word.end <= end + FRAME_SECONDS) return word.offset + [...word.text].length;
    const seq = Math.floor(word.start / FRAME_SECONDS);
    if (this.player.heard().time < word.start) {
      this.player.truncate(seq);
      for (let number = seq; number < this.#nextSeq; number++) {
        delete this.frames[number];
        delete this.timeline.peaks[number];
      }
    }
    this.timeline.truncate(word.start);
    return word.offset;
  }

  /** @param {"open" | "lost" | "resumed"} state */
  #carried(state) {
    if (state !== "open") this.#become(state);
  }

  /** @param {Ending} ending */
  #left(ending) {
    if (this.#over) return;
    this.ending = ending;
    if (ending.code === GONE) this.#restart();
    else this.#finish(ending.code === 1000 ? "finished" : "failed");
  }

  /** The server has forgotten the session: a new one goes on with what was not said. */
  #restart() {
    const offset = Math.max(this.#cut(), this.#wanted);
    this.#rewound?.(offset);
    this.#rewound = null;
    this.#base = { offset, seq: this.#nextSeq };
    this.#fed = offset;
    this.#acked = this.#nextSeq - 1;
    this.#endTold = false;
    this.#session = this.#open();
    this.#become("restarted");
    this.#feed();
  }

  /** @param {import("./player.js").Report} report */
  #played({ dry, end }) {
    const heard = this.player.heard().time;
    const seq = Math.floor(heard / FRAME_SECONDS + 1e-6) - 1;
    if (!this.#over && seq >= this.#acked + ACK_FRAMES) {
      this.#acked = seq;
      this.#session.ack(seq - this.#base.seq);
    }
    const last = this.timeline.words.at(-1);
    if (dry && !this.#over && last && end < last.end - 2 * FRAME_SECONDS) {
      this.gaps++;
      this.player.gatherMore();
    }
    if (this.#audible !== null && this.firstSound === null) {
      const at = this.player.heardAt(this.#audible * FRAME_SECONDS);
      if (at !== null) this.firstSound = Math.max(at - this.asked, this.firstFrame ?? 0);
    }
  }

  /** @param {TalkState} state */
  #finish(state) {
    this.#over = true;
    this.#become(state);
  }

  /** @param {TalkState} state */
  #become(state) {
    this.state = state;
    this.onChange(null);
  }
}
