/**
 * The states of the live page and how one follows another.
 *
 * @typedef {"idle" | "starting" | "live" | "paused" | "reconnecting" | "error" | "ended"} State
 * @typedef {"start" | "ready" | "pause" | "resume" | "lost" | "fail" | "end"} Happening
 */

/** @type {Record<State, Partial<Record<Happening, State>>>} */
const NEXT = {
  idle: { start: "starting", fail: "error" },
  starting: { ready: "live", lost: "reconnecting", fail: "error", end: "ended" },
  live: { ready: "live", pause: "paused", lost: "reconnecting", fail: "error", end: "ended" },
  paused: { ready: "paused", resume: "live", lost: "reconnecting", fail: "error", end: "ended" },
  reconnecting: { ready: "live", lost: "reconnecting", fail: "error", end: "ended" },
  error: { start: "starting", fail: "error", end: "ended" },
  ended: { start: "starting", fail: "error" },
};

/**
 * @param {State} state
 * @param {Happening} happening
 * @returns {State} the same state when the happening means nothing in it
 */
export function nextState(state, happening) {
  return NEXT[state][happening] ?? state;
}

/**
 * Which controls make sense in a state.
 *
 * @param {State} state
 * @param {boolean} [held] whether a session is open although the camera is not
 */
export function controlsOf(state, held = false) {
  const running = ["live", "paused", "reconnecting"].includes(state);
  return {
    start: state === "idle" || state === "ended" || state === "error",
    pause: state === "live" || state === "paused",
    stop: running || state === "starting" || (state === "error" && held),
    snapshot: running,
  };
}
