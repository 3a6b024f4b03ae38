/**
 * The stretch of a clip that the timeline shows.
 *
 * @typedef {{from: number, to: number}} Stretch seconds
 */

/** Closer than this there is nothing more to see, in seconds. */
export const LEAST_SPAN = 1;

/** @param {Stretch} stretch @param {number} width @param {number} time */
export function xOf({ from, to }, width, time) {
  return ((time - from) / (to - from)) * width;
}

/** @param {Stretch} stretch @param {number} width @param {number} x */
export function timeAt({ from, to }, width, x) {
  return from + (Math.min(Math.max(x, 0), width) / width) * (to - from);
}

/**
 * Keep a stretch inside the clip and no shorter than can be read.
 *
 * @param {Stretch} stretch
 * @param {number} duration
 * @returns {Stretch}
 */
export function within({ from, to }, duration) {
  const span = Math.min(Math.max(to - from, Math.min(LEAST_SPAN, duration)), duration);
  const start = Math.min(Math.max((from + to - span) / 2, 0), duration - span);
  return { from: start, to: start + span };
}

/**
 * Show `factor` times as much, the time `about` staying where it is.
 *
 * @param {Stretch} stretch
 * @param {number} factor below 1 comes closer
 * @param {number} about
 * @param {number} duration
 */
export function zoomed({ from, to }, factor, about, duration) {
  const span = Math.min(Math.max((to - from) * factor, Math.min(LEAST_SPAN, duration)), duration);
  const place = (Math.min(Math.max(about, from), to) - from) / (to - from);
  const start = Math.min(Math.max(about - place * span, 0), duration - span);
  return { from: start, to: start + span };
}

/**
 * Move along without changing how much is shown.
 *
 * @param {Stretch} stretch
 * @param {number} by seconds
 * @param {number} duration
 */
export function moved({ from, to }, by, duration) {
  const start = Math.min(Math.max(from + by, 0), duration - (to - from));
  return { from: start, to: start + (to - from) };
}

/**
 * Turn the page when the playhead has left the stretch; the same stretch when it has not.
 *
 * @param {Stretch} stretch
 * @param {number} time
 * @param {number} duration
 */
export function following(stretch, time, duration) {
  if (time >= stretch.from && time <= stretch.to) return stretch;
  const span = stretch.to - stretch.from;
  return moved(stretch, time - stretch.from - span * 0.05, duration);
}

/**
 * How finely to ask for the timeline: about two pixels a bin, never finer than the samples lie.
 *
 * @param {Stretch} stretch
 * @param {number} width CSS pixels
 * @param {number} period seconds between two samples
 */
export function binsFor({ from, to }, width, period) {
  const finest = Math.max(1, Math.floor((to - from) / period));
  return Math.max(1, Math.min(2000, Math.round(width / 2), finest));
}
