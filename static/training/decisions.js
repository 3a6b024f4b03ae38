/** Which key does what in the queue of given faces, and where to go after a decision. */

/** @typedef {{action: "accept" | "reject" | "relabel" | "undo" | "next", expression?: string}} Deed */
/** @typedef {"waiting" | "accepted" | "rejected"} State */

/**
 * The deed of a key; null where it has none here.
 *
 * @param {string} key as in KeyboardEvent.key
 * @param {string[]} labels names in the order of the keys 1, 2, …
 * @returns {Deed | null}
 */
export function deedOf(key, labels) {
  const plain = /** @type {Record<string, Deed["action"]>} */ ({ a: "accept", r: "reject", n: "next", ArrowRight: "next", u: "undo" });
  if (key in plain) return { action: plain[key] };
  const expression = /^[1-9]$/.test(key) ? labels[Number(key) - 1] : undefined;
  return expression === undefined ? null : { action: "relabel", expression };
}

/**
 * The next face that still waits, after the one at `from`, going round; -1 when none does.
 *
 * @param {State[]} states
 * @param {number} from
 * @returns {number}
 */
export function nextWaiting(states, from) {
  for (let step = 1; step <= states.length; step += 1) {
    const index = (from + step) % states.length;
    if (states[index] === "waiting") return index;
  }
  return -1;
}
