/** The rhythm of the breathing exercise. No page needed. */

/** Seconds in and out: six breaths a minute, longer out than in. */
export const IN_S = 4;
export const OUT_S = 6;
export const BREATH_S = IN_S + OUT_S;

/**
 * @typedef {object} Moment
 * @property {"in" | "out"} phase
 * @property {number} left whole seconds until it turns, at least 1
 * @property {number} size of the breath, 0 (empty) to 1 (full)
 * @property {number} done share of the whole exercise, 0..1
 */

/**
 * Where a breath stands.
 *
 * @param {number} elapsed seconds since the start
 * @param {number} total seconds of the exercise, a multiple of BREATH_S
 * @returns {Moment | null} null when it is over
 */
export function momentAt(elapsed, total) {
  if (elapsed >= total) return null;
  const at = Math.max(0, elapsed) % BREATH_S;
  const breathingIn = at < IN_S;
  const share = breathingIn ? at / IN_S : (at - IN_S) / OUT_S;
  const left = breathingIn ? IN_S - at : BREATH_S - at;
  return {
    phase: breathingIn ? "in" : "out",
    left: Math.max(1, Math.ceil(left)),
    size: smooth(breathingIn ? share : 1 - share),
    done: Math.max(0, elapsed) / total,
  };
}

/** Slow at both ends, as a breath is. @param {number} share 0..1 */
function smooth(share) {
  return (1 - Math.cos(Math.PI * share)) / 2;
}
