/**
 * The connection of a live session: sends frames while fewer than the allowed number are
 * unanswered, and when it is lost comes back, in the same session.
 */

import { backoffDelay } from "./backoff.js";
import { closeMeaning } from "./closes.js";
import { encodeFrame, InFlight, PROTOCOL, parseMessage } from "./protocol.js";

/** @typedef {import("./types.js").Ready} Ready */
/** @typedef {import("./types.js").Message} Message */

/** A socket that answers nothing for this long is taken for dead. */
export const SILENCE_MS = 10_000;

/** How long a stop waits for its summary. */
export const SUMMARY_MS = 6_000;

/**
 * @typedef {{close(): void}} Picture
 *
 * @typedef {object} Handlers
 * @property {(message: Ready) => void} ready
 * @property {(message: Message, picture: Picture | null, roundTrip: number | null) => void} message
 *   every other message; a result comes with its picture, which then belongs to the handler
 * @property {(reason: string, delay: number, attempt: number) => void} lost another attempt
 *   follows after `delay` ms
 * @property {(reason: string) => void} closed for good; "stopped" when all was as wished
 *
 * @typedef {object} Surroundings what a test replaces
 * @property {(url: string) => WebSocket} connect
 * @property {() => number} now milliseconds
 * @property {(run: () => void, delay: number) => any} later
 * @property {(timer: any) => void} cancel
 * @property {() => number} random
 */

/** @returns {Surroundings} */
function browser() {
  return {
    connect: (url) => new WebSocket(url),
    now: () => performance.now(),
    later: (run, delay) => setTimeout(run, delay),
    cancel: (timer) => clearTimeout(timer),
    random: Math.random,
  };
}

export class LiveSocket {
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {InFlight<Picture>} */
  #frames = new InFlight(2);
  #seq = 0;
  #attempt = 0;
  #session = "";
  #ready = false;
  #stopping = false;
  #over = false;
  /** @type {any} */
  #timer = null;

  /**
   * @param {string} url address of the socket without the session
   * @param {Handlers} handlers
   * @param {Surroundings} [around]
   */
  constructor(url, handlers, around = browser()) {
    this.url = url;
    this.handlers = handlers;
    this.around = around;
  }

  /** Whether a frame may be sent now. */
  get hasRoom() {
    return this.#ready && !this.#stopping && this.#frames.hasRoom;
  }

  connect() {
    if (this.#socket || this.#over) return;
    this.#cancelTimer();
    const url = new URL(this.url);
    if (this.#session) url.searchParams.set("session", this.#session);
    const socket = this.around.connect(url.href);
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#socket === socket && this.#receive(data);
    socket.onclose = ({ code }) => this.#socket === socket && this.#closed(code);
  }

  /**
   * @param {Blob} jpeg
   * @param {Picture} picture released here when its answer never comes
   * @returns {boolean} false when it was not sent; then the picture is released
   */
  send(jpeg, picture) {
    if (!this.hasRoom) {
      picture.close();
      return false;
    }
    this.#seq = (this.#seq + 1) % 2 ** 32;
    this.#frames.sent(this.#seq, this.around.now(), picture);
    /** @type {WebSocket} */ (this.#socket).send(encodeFrame(this.#seq, jpeg));
    this.#watch();
    return true;
  }

  /** @param {object} message one of the commands of the protocol */
  command(message) {
    if (this.#ready) this.#socket?.send(JSON.stringify(message));
  }

  /** End the session; the summary comes as a message, `closed("stopped")` follows in any case. */
  stop() {
    if (this.#over) return;
    this.#stopping = true;
    if (!this.#ready) {
      this.#finish("stopped");
      return;
    }
    this.command({ type: "stop" });
    this.#cancelTimer();
    this.#timer = this.around.later(() => this.#finish("stopped"), SUMMARY_MS);
  }

  /** The network is back: don't wait for the rest of the delay. */
  hurry() {
    if (!this.#socket && !this.#over) this.connect();
  }

  /** @param {unknown} data */
  #receive(data) {
    const message = parseMessage(data);
    if (!message) return;
    if (message.type === "ready") {
      if (message.protocol !== PROTOCOL) {
        // The server was updated under an open page: only a new page speaks its language.
        this.#finish("bad_message");
        return;
      }
      this.#ready = true;
      this.#attempt = 0;
      this.#session = message.session;
      this.#frames.limit = message.limits?.in_flight ?? 2;
      this.handlers.ready(message);
      return;
    }
    const entry = "seq" in message ? this.#frames.answered(message.seq) : null;
    const roundTrip = entry ? this.around.now() - entry.at : null;
    if (entry && message.type !== "result") entry.picture.close();
    this.#watch();
    const picture = message.type === "result" ? (entry?.picture ?? null) : null;
    this.handlers.message(message, picture, roundTrip);
  }

  /** @param {number} code */
  #closed(code) {
    this.#drop();
    const { kind, reason } = closeMeaning(code);
    if (this.#stopping || kind !== "retry") {
      this.#finish(this.#stopping ? "stopped" : reason);
      return;
    }
    const delay = backoffDelay(this.#attempt, this.around.random);
    this.#attempt += 1;
    this.#timer = this.around.later(() => this.connect(), delay);
    this.handlers.lost(reason, delay, this.#attempt);
  }

  /** Let go of the socket and of the pictures that will get no answer. */
  #drop() {
    this.#cancelTimer();
    this.#ready = false;
    this.#socket = null;
    for (const picture of this.#frames.clear()) picture.close();
  }

  /** @param {string} reason */
  #finish(reason) {
    if (this.#over) return;
    this.#over = true;
    const socket = this.#socket;
    this.#drop();
    socket?.close();
    this.handlers.closed(reason);
  }

  /** (Re)start the clock of the longest waiting frame. */
  #watch() {
    if (this.#stopping) return;
    this.#cancelTimer();
    const oldest = this.#frames.oldest();
    if (oldest === null) return;
    this.#timer = this.around.later(
      () => {
        const socket = this.#socket;
        this.#closed(1006);
        socket?.close();
      },
      oldest + SILENCE_MS - this.around.now(),
    );
  }

  #cancelTimer() {
    if (this.#timer !== null) this.around.cancel(this.#timer);
    this.#timer = null;
  }
}
