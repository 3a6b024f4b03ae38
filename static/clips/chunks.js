/** Boxes come in stretches, a little ahead of the playhead; a long clip is never held whole. */

/** @typedef {import("./types.js").BoxChunk} BoxChunk */

/** Seconds that neighbouring stretches share, so that a box can move across their border. */
export const OVERLAP = 1;
const KEPT = 12;

/**
 * How long a stretch is: about as many samples whatever the rate.
 *
 * @param {number} rate samples a second
 */
export function chunkSpan(rate) {
  return rate > 10 ? 20 : 60;
}

/**
 * Which stretches are wanted: the one under the playhead, and the next one in good time.
 *
 * @param {number} time
 * @param {number} span
 * @param {number} duration
 */
export function wanted(time, span, duration) {
  const last = Math.max(0, Math.ceil(duration / span) - 1);
  const here = Math.min(last, Math.max(0, Math.floor(time / span)));
  const next = time - here * span > span / 2 ? here + 1 : here - 1;
  return next >= 0 && next <= last ? [here, next] : [here];
}

export class Chunks {
  /** @type {Map<number, BoxChunk>} in the order of use */
  #held = new Map();
  /** @type {Map<number, Promise<BoxChunk | null>>} */
  #coming = new Map();

  /**
   * @param {(from: number, to: number) => Promise<BoxChunk>} fetcher
   * @param {{span: number, duration: number}} clip
   * @param {() => void} [arrived] called after a stretch has come
   */
  constructor(fetcher, { span, duration }, arrived = () => {}) {
    this.fetcher = fetcher;
    this.span = span;
    this.duration = duration;
    this.arrived = arrived;
  }

  /**
   * What is there for a moment, without waiting; what is missing is on its way afterwards.
   *
   * @param {number} time
   * @returns {BoxChunk | null}
   */
  at(time) {
    const [here, ...others] = wanted(time, this.span, this.duration);
    for (const index of [here, ...others]) void this.#load(index);
    return this.#held.get(here) ?? null;
  }

  /** @param {number} time @returns {Promise<BoxChunk | null>} null when it could not be fetched */
  async load(time) {
    return this.#load(wanted(time, this.span, this.duration)[0]);
  }

  /** @param {number} index */
  #load(index) {
    const held = this.#held.get(index);
    if (held) {
      this.#held.delete(index);
      this.#held.set(index, held);
      return Promise.resolve(held);
    }
    const coming = this.#coming.get(index) ?? this.#fetch(index);
    this.#coming.set(index, coming);
    return coming;
  }

  /** @param {number} index @returns {Promise<BoxChunk | null>} */
  async #fetch(index) {
    try {
      const chunk = await this.fetcher(
        Math.max(0, index * this.span - OVERLAP),
        Math.min(this.duration, (index + 1) * this.span) + OVERLAP,
      );
      this.#held.set(index, chunk);
      for (const old of [...this.#held.keys()].slice(0, -KEPT)) this.#held.delete(old);
      this.#coming.delete(index);
      this.arrived();
      return chunk;
    } catch {
      // A lost line: asked for again by a later frame, but not by every one of them.
      setTimeout(() => this.#coming.delete(index), 2000);
      return null;
    }
  }
}
