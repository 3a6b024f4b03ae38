/** A grid of days by keys: which day a key leads to. No page needed. */

/**
 * @typedef {object} Place
 * @property {number} month index of the month
 * @property {number} day index of the day in it
 */

/**
 * Where a key leads.
 *
 * @param {string} key
 * @param {Place} at where the focus is
 * @param {number[]} lengths for each month how many of its days can be gone to
 * @param {boolean} across whether the days of a month lie side by side, not one under the other
 * @returns {Place | null} null when the key means nothing here
 */
export function placeFor(key, at, lengths, across) {
  const [back, on, up, down] = across
    ? ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]
    : ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"];
  switch (key) {
    case back:
      return stepped(at, -1, lengths);
    case on:
      return stepped(at, 1, lengths);
    case up:
    case "PageUp":
      return inMonth(at, -1, lengths);
    case down:
    case "PageDown":
      return inMonth(at, 1, lengths);
    case "Home":
      return { month: at.month, day: 0 };
    case "End":
      return { month: at.month, day: lengths[at.month] - 1 };
    default:
      return null;
  }
}

/**
 * The day before or after, over the end of a month.
 *
 * @param {Place} at @param {-1 | 1} step @param {number[]} lengths @returns {Place}
 */
function stepped(at, step, lengths) {
  const day = at.day + step;
  if (day >= 0 && day < lengths[at.month]) return { month: at.month, day };
  const month = nearest(at.month, step, lengths);
  if (month === null) return at;
  return { month, day: step > 0 ? 0 : lengths[month] - 1 };
}

/**
 * The same day of another month, or its last one.
 *
 * @param {Place} at @param {-1 | 1} step @param {number[]} lengths @returns {Place}
 */
function inMonth(at, step, lengths) {
  const month = nearest(at.month, step, lengths);
  return month === null ? at : { month, day: Math.min(at.day, lengths[month] - 1) };
}

/** @param {number} from @param {-1 | 1} step @param {number[]} lengths @returns {number | null} */
function nearest(from, step, lengths) {
  const month = from + step;
  return month >= 0 && month < lengths.length && lengths[month] > 0 ? month : null;
}
