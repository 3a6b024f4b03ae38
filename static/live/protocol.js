/** Version 1 of the live protocol: binary frames out, one JSON answer for each. */

/** @typedef {import("./types.js").Message} Message */

export const PROTOCOL = 1;

/**
 * A frame on the wire: its sequence number (4 bytes, big-endian), then the JPEG.
 *
 * @param {number} seq
 * @param {Blob} jpeg
 * @returns {Blob}
 */
export function encodeFrame(seq, jpeg) {
  const header = new DataView(new ArrayBuffer(4));
  header.setUint32(0, seq, false);
  return new Blob([header.buffer, jpeg]);
}

/** @type {Record<string, (message: any) => boolean>} */
const SHAPES = {
  ready: (m) => typeof m.session === "string" && Array.isArray(m.labels),
  result: (m) =>
    Number.isInteger(m.seq) && m.width > 0 && m.height > 0 && Array.isArray(m.faces),
  dropped: (m) => Number.isInteger(m.seq),
  error: (m) => typeof m.code === "string",
  model: (m) => typeof m.model === "string",
  paused: () => true,
  resumed: () => true,
  summary: (m) => typeof m.seconds === "number" && Array.isArray(m.means),
};

/**
 * Read one text message of the server.
 *
 * @param {unknown} data
 * @returns {Message | null} null for anything that this version of the page does not know
 */
export function parseMessage(data) {
  if (typeof data !== "string") return null;
  let message;
  try {
    message = JSON.parse(data);
  } catch {
    return null;
  }
  if (message === null || typeof message !== "object") return null;
  const fits = Object.hasOwn(SHAPES, message.type) && SHAPES[message.type](message);
  return fits ? message : null;
}

/**
 * The frames that wait for an answer, each with the picture it was made of.
 *
 * @template Picture
 */
export class InFlight {
  /** @type {Map<number, {at: number, picture: Picture}>} */
  #waiting = new Map();

  /** @param {number} limit how many frames may be unanswered */
  constructor(limit) {
    this.limit = limit;
  }

  get size() {
    return this.#waiting.size;
  }

  get hasRoom() {
    return this.#waiting.size < this.limit;
  }

  /**
   * @param {number} seq
   * @param {number} at milliseconds
   * @param {Picture} picture
   */
  sent(seq, at, picture) {
    if (!this.hasRoom) throw new RangeError("more frames than may be unanswered");
    this.#waiting.set(seq, { at, picture });
  }

  /**
   * @param {number | null} seq
   * @returns {{at: number, picture: Picture} | null} null when the frame is not (any more) known
   */
  answered(seq) {
    const entry = seq === null ? undefined : this.#waiting.get(seq);
    if (!entry) return null;
    this.#waiting.delete(/** @type {number} */ (seq));
    return entry;
  }

  /** @returns {number | null} when the longest waiting frame was sent */
  oldest() {
    const [first] = this.#waiting.values();
    return first ? first.at : null;
  }

  /** Give up on all of them. @returns {Picture[]} their pictures, to be released */
  clear() {
    const pictures = [...this.#waiting.values()].map(({ picture }) => picture);
    this.#waiting.clear();
    return pictures;
  }
}
