/** Which boxes belong to a moment: samples lie between the frames that are shown. */

/** @typedef {import("./types.js").BoxChunk} BoxChunk */
/** @typedef {import("./types.js").TrackBoxes} TrackBoxes */
/** @typedef {import("./types.js").Box} Box */

/** Frames are stamped to the microsecond, browsers say them in floating point. */
const SAME = 1e-3;

/**
 * @typedef {object} Reading one face at one moment
 * @property {number} track id
 * @property {Box} box
 * @property {number} label index, -1 when unsure
 * @property {number} confidence per cent
 * @property {number} reason 0, or one more than the index of the reason
 * @property {number} mixed a bit for each expression
 */

/**
 * Index of the last time that is not after a moment; -1 when all are.
 *
 * @param {number[]} times ascending
 * @param {number} time
 */
export function lastBefore(times, time) {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= time + SAME) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * The faces of a moment. A box moves evenly between two samples; the words are those of the
 * sample before.
 *
 * @param {BoxChunk} chunk
 * @param {number} time
 * @param {number} period seconds between two samples
 * @returns {Reading[]}
 */
export function readingsAt(chunk, time, period) {
  return chunk.tracks.flatMap((track) => {
    const found = readingOf(track, time, period);
    return found ? [found] : [];
  });
}

/**
 * @param {TrackBoxes} track
 * @param {number} time
 * @param {number} period
 * @returns {Reading | null}
 */
function readingOf(track, time, period) {
  const { t } = track;
  const before = lastBefore(t, time);
  const after = before + 1;
  // Two and a bit, so that one frame without the face does not make the box blink.
  const bridged = before >= 0 && after < t.length && t[after] - t[before] <= period * 2.2;
  if (bridged) {
    const part = Math.max(0, (time - t[before]) / (t[after] - t[before]));
    return reading(track, before, between(track.box[before], track.box[after], part));
  }
  if (before >= 0 && time - t[before] <= period * 0.75) return reading(track, before, track.box[before]);
  if (after < t.length && t[after] - time <= period * 0.5) return reading(track, after, track.box[after]);
  return null;
}

/** @param {TrackBoxes} track @param {number} index @param {Box} box @returns {Reading} */
function reading(track, index, box) {
  return {
    track: track.id,
    box,
    label: track.label[index],
    confidence: track.confidence[index],
    reason: track.reason[index],
    mixed: track.mixed[index],
  };
}

/** @param {Box} one @param {Box} other @param {number} part @returns {Box} */
function between(one, other, part) {
  return /** @type {Box} */ (one.map((value, side) => value + (other[side] - value) * part));
}

/**
 * The frame before or after the one that is shown.
 *
 * @param {number[]} frames ascending
 * @param {number} time
 * @param {1 | -1} direction
 * @returns {number | null}
 */
export function neighbour(frames, time, direction) {
  const at = lastBefore(frames, time);
  if (direction > 0) return frames[at + 1] ?? null;
  const onFrame = at >= 0 && Math.abs(frames[at] - time) <= SAME * 2;
  return frames[onFrame ? at - 1 : at] ?? null;
}
