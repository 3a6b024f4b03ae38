/**
 * When to send the next frame. The rate follows the time of the replies: with a slow server or
 * network fewer frames are sent, instead of a queue that grows.
 */

const SLOWEST_MS = 1000;
const SMOOTHING = 0.2;
const SLOW_DOWN = 1.5;
const RECOVER = 0.97;

export class Pacer {
  /** @type {number | null} */
  #reply = null;
  #penalty = 1;
  #last = -Infinity;

  /**
   * @param {number} targetFps
   * @param {number} inFlight how many frames may be unanswered
   */
  constructor(targetFps, inFlight = 2) {
    this.shortest = 1000 / targetFps;
    this.inFlight = inFlight;
  }

  /** Milliseconds between two frames at the moment. */
  get interval() {
    const byReply = this.#reply === null ? 0 : this.#reply / this.inFlight;
    return Math.min(SLOWEST_MS, Math.max(this.shortest, byReply) * this.#penalty);
  }

  /** The smoothed reply time in milliseconds, null before the first reply. */
  get replyTime() {
    return this.#reply;
  }

  /** @param {number} now milliseconds */
  due(now) {
    // A quarter of a display refresh early is on time: otherwise every frame slips to the next.
    return now - this.#last >= this.interval - 4;
  }

  /** @param {number} now milliseconds */
  sent(now) {
    // Keep the beat when a frame was a little late, start it anew after a pause.
    const planned = this.#last + this.interval;
    this.#last = now - planned < this.interval ? planned : now;
  }

  /**
   * @param {number} roundTrip milliseconds between sending a frame and its answer
   */
  answered(roundTrip) {
    this.#reply =
      this.#reply === null ? roundTrip : this.#reply + SMOOTHING * (roundTrip - this.#reply);
    this.#penalty = Math.max(1, this.#penalty * RECOVER);
  }

  /** The server replaced a frame or said that they come too fast. */
  refused() {
    this.#penalty = Math.min(8, this.#penalty * SLOW_DOWN);
  }

  /** Forget the reply times of a connection that is gone. */
  reset() {
    this.#reply = null;
    this.#penalty = 1;
    this.#last = -Infinity;
  }
}

/** Counts what happened in the last seconds. */
export class Rate {
  /** @type {number[]} */
  #times = [];

  /** @param {number} spanMs */
  constructor(spanMs = 3000) {
    this.span = spanMs;
  }

  /** @param {number} now milliseconds */
  add(now) {
    this.#times.push(now);
    this.#forget(now);
  }

  /**
   * @param {number} now milliseconds
   * @returns {number} events a second, 0 when fewer than two are known
   */
  perSecond(now) {
    this.#forget(now);
    if (this.#times.length < 2) return 0;
    const span = now - this.#times[0];
    return span > 0 ? ((this.#times.length - 1) * 1000) / span : 0;
  }

  reset() {
    this.#times = [];
  }

  /** @param {number} now */
  #forget(now) {
    while (this.#times.length > 0 && now - this.#times[0] > this.span) this.#times.shift();
  }
}
