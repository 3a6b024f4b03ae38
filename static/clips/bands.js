/** From the bins of a timeline to what is drawn: heights, runs without a gap, and where marks go. */

/** @typedef {import("./types.js").TimelineTrack} TimelineTrack */

const LABELS = 8;

/**
 * The heights of one track. A bin is as high as the part of its time in which the face was seen:
 * expressions in their shares of the sure part, the unsure part on top.
 *
 * @param {TimelineTrack} track
 * @param {number} bins
 * @returns {{tops: Float32Array[], full: Float32Array, sure: Float32Array}} for each expression the
 *   upper edge of its band in each bin, 0 to 1; `full` is the edge over the unsure part
 */
export function heights(track, bins) {
  const tops = Array.from({ length: LABELS }, () => new Float32Array(bins));
  const full = new Float32Array(bins);
  const sure = new Float32Array(bins);
  for (let bin = 0; bin < bins; bin += 1) {
    const seen = Math.min(1, track.seen[bin] / 100);
    full[bin] = seen;
    sure[bin] = Math.max(0, seen - track.unsure[bin] / 100);
    let sum = 0;
    for (let label = 0; label < LABELS; label += 1) sum += track.mean[bin * LABELS + label];
    let below = 0;
    for (let label = 0; label < LABELS; label += 1) {
      if (sum > 0) below += (track.mean[bin * LABELS + label] / sum) * sure[bin];
      tops[label][bin] = below;
    }
  }
  return { tops, full, sure };
}

/**
 * Stretches of bins in which there is something.
 *
 * @param {ArrayLike<number>} values
 * @returns {[number, number][]} first bin, and the one after the last
 */
export function runs(values) {
  /** @type {[number, number][]} */
  const found = [];
  let start = -1;
  for (let bin = 0; bin <= values.length; bin += 1) {
    const there = bin < values.length && values[bin] > 0;
    if (there && start < 0) start = bin;
    if (!there && start >= 0) {
      found.push([start, bin]);
      start = -1;
    }
  }
  return found;
}

/**
 * Where a band is broad and high enough for its mark: in the middle of the longest stretches in
 * which one expression is on top.
 *
 * @param {{tops: Float32Array[], sure: Float32Array}} heights
 * @param {number} least bins that a mark needs beside it
 * @returns {{label: number, bin: number, middle: number}[]} `middle` is its height, 0 to 1
 */
export function marks({ tops, sure }, least) {
  const places = [];
  let start = 0;
  let current = -1;
  for (let bin = 0; bin <= sure.length; bin += 1) {
    const top = bin < sure.length && sure[bin] > 0 ? strongest(tops, bin) : -1;
    if (top === current) continue;
    if (current >= 0 && bin - start >= least) {
      const at = Math.floor((start + bin - 1) / 2);
      const below = current > 0 ? tops[current - 1][at] : 0;
      if (tops[current][at] - below >= 0.4) {
        places.push({ label: current, bin: at, middle: (tops[current][at] + below) / 2 });
      }
    }
    current = top;
    start = bin;
  }
  return places;
}

/** @param {Float32Array[]} tops @param {number} bin @returns {number} the highest band */
function strongest(tops, bin) {
  let best = 0;
  let height = -1;
  let below = 0;
  for (let label = 0; label < tops.length; label += 1) {
    const own = tops[label][bin] - below;
    if (own > height) [best, height] = [label, own];
    below = tops[label][bin];
  }
  return best;
}

/**
 * The same as rows of a table: a few stretches of equal length.
 *
 * @param {TimelineTrack} track
 * @param {{from: number, to: number, bins: number}} timeline
 * @param {number} most rows
 * @returns {{from: number, to: number, shares: number[] | null, seen: number, unsure: number}[]}
 *   `seen` and `unsure` as parts of the stretch, 0 to 1; no shares where nothing was sure
 */
export function rows(track, { from, to, bins }, most) {
  const each = Math.ceil(bins / Math.min(most, bins));
  const found = [];
  for (let start = 0; start < bins; start += each) {
    const end = Math.min(start + each, bins);
    const sums = new Array(LABELS).fill(0);
    let [seen, unsure, weight] = [0, 0, 0];
    for (let bin = start; bin < end; bin += 1) {
      const sure = Math.max(0, track.seen[bin] - track.unsure[bin]);
      seen += track.seen[bin] / 100;
      unsure += track.unsure[bin] / 100;
      weight += sure;
      for (let label = 0; label < LABELS; label += 1) {
        sums[label] += (track.mean[bin * LABELS + label] / 255) * sure;
      }
    }
    const width = (to - from) / bins;
    found.push({
      from: from + start * width,
      to: from + end * width,
      shares: weight > 0 ? sums.map((sum) => sum / weight) : null,
      seen: seen / (end - start),
      unsure: unsure / (end - start),
    });
  }
  return found;
}
