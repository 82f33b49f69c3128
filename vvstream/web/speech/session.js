// A client of the protocol: one session, which survives a lost network and a restarted server.

import { pause, waitOrOnline } from "./backoff.js";
import { DONE, OVERLOADED, RESUMABLE } from "./close_codes.js";

/**
 * A message of the server, as docs/protocol.md has it.
 * @typedef {{type: string, [field: string]: any}} ServerEvent
 */

/**
 * How to speak. What is left out is left to the server.
 * @typedef {{voice?: string, cfg?: number, steps?: number, speed?: number, seed?: number,
 *   events?: string[], key?: string}} Options
 */

/**
 * How a session ended: the close code, and the server's last words.
 * @typedef {{code: number, message: string}} Ending
 */

/**
 * @typedef {object} Hearer
 * @property {(seq: number, pcm: Int16Array, events: ServerEvent[]) => void} frame 20 ms of sound,
 *   and what begins in it
 * @property {(event: ServerEvent) => void} event an answer that belongs to no frame
 * @property {(state: "open" | "lost" | "resumed") => void} state
 * @property {(ending: Ending) => void} over
 */

const TIMED = new Set(["word", "phoneme", "viseme"]);
const PATIENCE_MS = 90_000;

export class Session {
  /** The number of the frame that comes next. */
  nextSeq = 0;
  /** @type {string | null} */
  #id = null;
  /** @type {WebSocket | null} */
  #socket = null;
  /** Every message that the server counts, in order. @type {string[]} */
  #outbox = [];
  /** Of these, how many were handed to the socket. */
  #sent = 0;
  #ready = false;
  #over = false;
  #attempt = 0;
  #lostAt = 0;
  /** @type {ServerEvent[]} */
  #timed = [];
  /** @type {ServerEvent | null} */
  #error = null;

  /**
   * Connects at once.
   * @param {URL} address of /stream
   * @param {Options} options
   * @param {Hearer} hearer
   */
  constructor(address, options, hearer) {
    this.address = address;
    this.options = options;
    this.hearer = hearer;
    this.#connect();
  }

  /** @param {string} text */
  text(text) {
    this.#put({ type: "text", text });
  }

  flush() {
    this.#put({ type: "flush" });
  }

  cancel() {
    this.#put({ type: "cancel" });
  }

  /** @param {Options} wishes */
  update(wishes) {
    this.#put({ type: "update", ...wishes });
  }

  end() {
    this.#put({ type: "end" });
  }

  /**
   * Frames up to this one were played. Not counted, so not repeated after a resume.
   * @param {number} seq
   */
  ack(seq) {
    if (this.#writable) this.#socket?.send(JSON.stringify({ type: "ack", seq }));
  }

  /** Leave without a word. The server keeps the session for a while, and forgets it then. */
  abandon() {
    this.#over = true;
    this.#socket?.close();
  }

  /** @param {object} message */
  #put(message) {
    this.#outbox.push(JSON.stringify(message));
    this.#pump();
  }

  #pump() {
    while (this.#writable && this.#sent < this.#outbox.length) {
      this.#socket?.send(this.#outbox[this.#sent++]);
    }
  }

  /** A socket may be closing already, before it has told us. */
  get #writable() {
    return this.#ready && this.#socket?.readyState === WebSocket.OPEN;
  }

  #connect() {
    const address = new URL(this.address);
    if (this.#id !== null) {
      address.searchParams.set("session_id", this.#id);
      address.searchParams.set("from", String(this.nextSeq));
    }
    const socket = new WebSocket(address);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#opened(socket);
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") this.#told(JSON.parse(data));
      else this.#sounded(new Int16Array(data));
    };
    socket.onclose = ({ code, reason }) => this.#closed(code, reason);
    this.#socket = socket;
    this.#error = null;
  }

  /** @param {WebSocket} socket */
  #opened(socket) {
    const { key, ...wishes } = this.options;
    if (this.#id !== null) {
      if (key) socket.send(JSON.stringify({ type: "start", key }));
      return; // what the server has of our messages, its `ready` tells
    }
    socket.send(JSON.stringify({ type: "start", ...wishes, ...(key && { key }) }));
    this.#ready = true;
    this.#sent = 0;
    this.#pump();
  }

  /** @param {ServerEvent} event */
  #told(event) {
    if (event.type === "ready") this.#welcomed(event);
    else if (TIMED.has(event.type)) this.#timed.push(event);
    else {
      if (event.type === "error") this.#error = event;
      this.hearer.event(event);
    }
  }

  /** @param {ServerEvent} event */
  #welcomed(event) {
    const resumed = this.#id !== null && !this.#ready;
    this.#id = event.session_id;
    this.#attempt = 0;
    if (resumed) {
      this.nextSeq = event.next_seq;
      this.#sent = event.received;
      this.#ready = true;
      this.#pump();
    }
    this.hearer.state(resumed ? "resumed" : "open");
  }

  /** @param {Int16Array} pcm */
  #sounded(pcm) {
    const events = this.#timed;
    this.#timed = [];
    this.hearer.frame(this.nextSeq++, pcm, events);
  }

  /**
   * @param {number} code
   * @param {string} reason
   */
  #closed(code, reason) {
    this.#ready = false;
    this.#timed = []; // the server sends them again, before their frame
    if (this.#over) return;
    if (this.#attempt === 0) this.#lostAt = performance.now();
    const patient = performance.now() - this.#lostAt < PATIENCE_MS;
    // What never began is tried again only where the server asks for it.
    const again = this.#id === null ? code === OVERLOADED : RESUMABLE.has(code);
    if (code !== DONE && again && patient) {
      this.#again();
      return;
    }
    this.#over = true;
    this.hearer.over({ code, message: this.#error?.message ?? reason });
  }

  async #again() {
    if (this.#attempt === 0) this.hearer.state("lost");
    const wanted = this.#error?.retry_after ?? 0;
    await waitOrOnline(Math.max(pause(this.#attempt++), wanted));
    if (!this.#over) this.#connect();
  }
}
