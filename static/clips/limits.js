/** What can be told before an upload, and how fast one goes. */

import { fill } from "../live/words.js";

/** @typedef {{most: number, free: number}} Limits bytes */

/**
 * "32 MB", "1.5 GB", counted as the server counts them: 1024 each.
 *
 * @param {number} bytes
 * @param {Record<string, string>} messages
 */
export function size(bytes, messages) {
  const shown = (/** @type {number} */ number) =>
    (number < 10 ? number.toFixed(1) : number.toFixed(0)).replace(/\.0$/, "");
  if (bytes >= 2 ** 30) return fill(messages.gigabytes, { number: shown(bytes / 2 ** 30) });
  if (bytes >= 2 ** 20) return fill(messages.megabytes, { number: shown(bytes / 2 ** 20) });
  return fill(messages.kilobytes, { number: Math.ceil(bytes / 2 ** 10) });
}

/**
 * Why a file is not sent; null when nothing speaks against it. What is in it, the server sees.
 *
 * @param {{name: string, size: number}} file
 * @param {Limits} limits `free` already without the files before it
 * @param {Record<string, string>} messages
 * @returns {string | null}
 */
export function refusal(file, { most, free }, messages) {
  const values = { name: file.name, size: size(file.size, messages) };
  if (file.size === 0) return fill(messages.empty_file, values);
  if (file.size > most) return fill(messages.too_large, { ...values, most: size(most, messages) });
  if (file.size > free) return fill(messages.no_room, { ...values, free: size(Math.max(0, free), messages) });
  return null;
}

/** How fast bytes went in the last seconds, and how long the rest takes. */
export class Pace {
  /** @type {{at: number, bytes: number}[]} */
  #points = [];

  /** @param {number} span seconds that count */
  constructor(span = 20) {
    this.span = span;
  }

  /** @param {number} bytes so far @param {number} at seconds */
  add(bytes, at) {
    this.#points.push({ at, bytes });
    while (this.#points.length > 2 && this.#points[0].at < at - this.span) this.#points.shift();
  }

  /** After a pause the time before it does not count. */
  restart() {
    this.#points = [];
  }

  /** @param {number} rest bytes @returns {number | null} seconds; null before it can be said */
  left(rest) {
    const [first, last] = [this.#points[0], this.#points.at(-1)];
    if (!first || !last || last.at - first.at < 1 || last.bytes <= first.bytes) return null;
    return (rest * (last.at - first.at)) / (last.bytes - first.bytes);
  }
}
