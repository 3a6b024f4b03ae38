/** The rows of a run's curves, ready to be drawn and to be read. */

/** @typedef {{epoch: number, [name: string]: number}} Row */

const HEAD = "expression_accuracy";

/**
 * The value of a row, whichever name Keras gave it: with two heads accuracy has the head's name.
 *
 * @param {Row} row
 * @param {"accuracy" | "loss"} what
 * @param {boolean} held measured on the faces held back
 * @returns {number | null}
 */
export function valueOf(row, what, held) {
  const names = what === "loss" ? ["loss"] : [HEAD, "accuracy"];
  for (const name of names) {
    const value = row[held ? `val_${name}` : name];
    if (Number.isFinite(value)) return value;
  }
  return null;
}

/**
 * Columns for the chart: passes counted from 1, what it learns from, what was held back.
 *
 * @param {Row[]} rows
 * @param {"accuracy" | "loss"} what
 * @returns {[number[], (number | null)[], (number | null)[]]}
 */
export function columns(rows, what) {
  return [
    rows.map(({ epoch }) => epoch + 1),
    rows.map((row) => valueOf(row, what, false)),
    rows.map((row) => valueOf(row, what, true)),
  ];
}

/**
 * A row of the table in words: pass, accuracies in per cent, losses with three places.
 *
 * @param {Row} row
 * @returns {string[]}
 */
export function cells(row) {
  const share = (/** @type {number | null} */ value) => (value === null ? "–" : `${(value * 100).toFixed(1)} %`);
  const plain = (/** @type {number | null} */ value) => (value === null ? "–" : value.toFixed(3));
  return [
    String(row.epoch + 1),
    share(valueOf(row, "accuracy", false)),
    share(valueOf(row, "accuracy", true)),
    plain(valueOf(row, "loss", false)),
    plain(valueOf(row, "loss", true)),
  ];
}

/**
 * Where an axis of passes has its lines: whole passes only, at most ten.
 *
 * @param {number} last
 * @returns {number[]}
 */
export function passes(last) {
  const step = [1, 2, 5, 10, 20, 50, 100].find((each) => last / each <= 10) ?? 200;
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, i) => i * step);
}
