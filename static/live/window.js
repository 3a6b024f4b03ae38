/**
 * The last two minutes of one's own face, in slots of half a second. Frames come at any rate; a
 * slot holds the mean of those that were scored, and remembers when there was no sure answer.
 *
 * @typedef {{sum: number[], scored: number, unsure: number}} Slot
 */

export class RollingWindow {
  /** @type {Map<number, Slot>} */
  #slots = new Map();

  /**
   * @param {number} size how many expressions
   * @param {number} span seconds
   * @param {number} step seconds of a slot
   */
  constructor(size, span = 120, step = 0.5) {
    this.size = size;
    this.span = span;
    this.step = step;
  }

  /**
   * @param {number} at seconds on a clock that never goes back
   * @param {number[] | null} shares null while a face was there without a sure answer
   */
  add(at, shares) {
    const key = Math.floor(at / this.step);
    const slot = this.#slots.get(key) ?? {
      sum: new Array(this.size).fill(0),
      scored: 0,
      unsure: 0,
    };
    if (shares) {
      shares.forEach((share, index) => (slot.sum[index] += share));
      slot.scored += 1;
    } else {
      slot.unsure += 1;
    }
    this.#slots.set(key, slot);
    this.#forget(key);
  }

  /**
   * @param {number} now seconds
   * @returns {{times: number[], shares: (number | null)[][], unsure: boolean[]}} slot times before
   *   now (negative seconds), for each expression one value per slot (null without an answer),
   *   and the slots that were mostly unsure
   */
  read(now) {
    const last = Math.floor(now / this.step);
    const count = Math.round(this.span / this.step);
    const times = [];
    /** @type {(number | null)[][]} */
    const shares = Array.from({ length: this.size }, () => []);
    const unsure = [];
    for (let key = last - count; key <= last; key += 1) {
      const slot = this.#slots.get(key);
      times.push((key - last) * this.step);
      const sure = slot !== undefined && slot.scored > 0 && slot.scored >= slot.unsure;
      unsure.push(slot !== undefined && !sure);
      for (let index = 0; index < this.size; index += 1) {
        shares[index].push(sure ? slot.sum[index] / slot.scored : null);
      }
    }
    return { times, shares, unsure };
  }

  /**
   * The same as rows of a table.
   *
   * @param {number} now seconds
   * @param {number} [seconds] of a row
   * @returns {{ago: number, shares: number[] | null, unsure: boolean}[]} the newest first; rows in
   *   which no face was seen are left out
   */
  rows(now, seconds = 10) {
    const { times, shares, unsure } = this.read(now);
    const rows = [];
    for (let ago = 0; ago < this.span; ago += seconds) {
      const inside = times.flatMap((time, slot) =>
        -time >= ago && -time < ago + seconds ? [slot] : [],
      );
      const scored = inside.filter((slot) => shares[0][slot] !== null);
      const hesitant = inside.some((slot) => unsure[slot]);
      if (scored.length === 0 && !hesitant) continue;
      const means = shares.map(
        (values) => scored.reduce((sum, slot) => sum + Number(values[slot]), 0) / scored.length,
      );
      rows.push({ ago, shares: scored.length > 0 ? means : null, unsure: scored.length === 0 });
    }
    return rows;
  }

  clear() {
    this.#slots.clear();
  }

  /** @param {number} newest key */
  #forget(newest) {
    const oldest = newest - Math.round(this.span / this.step);
    for (const key of this.#slots.keys()) {
      if (key >= oldest) break;
      this.#slots.delete(key);
    }
  }
}

/**
 * Shares on top of each other: what a stacked chart draws.
 *
 * @param {(number | null)[][]} shares one list for each expression
 * @returns {(number | null)[][]} running sums, the last one is the outline of all
 */
export function stack(shares) {
  /** @type {(number | null)[][]} */
  const sums = [];
  for (const values of shares) {
    const below = sums.at(-1);
    sums.push(
      values.map((value, slot) => (value === null ? null : value + Number(below?.[slot] ?? 0))),
    );
  }
  return sums;
}
