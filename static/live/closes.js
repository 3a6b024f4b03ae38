/**
 * What the close code of the socket means for the session.
 *
 * "retry": connect again and go on in the same session. "final": only the person can change
 * something about it. "done": the session was stopped.
 *
 * @typedef {{kind: "retry" | "final" | "done", reason: string}} Meaning
 */

/** @type {Record<number, Meaning>} */
const MEANINGS = {
  1000: { kind: "done", reason: "stopped" },
  1001: { kind: "retry", reason: "lost" },
  1006: { kind: "retry", reason: "lost" },
  1009: { kind: "final", reason: "too_large" },
  4400: { kind: "final", reason: "bad_message" },
  4401: { kind: "final", reason: "not_logged_in" },
  4403: { kind: "final", reason: "consent" },
  4409: { kind: "final", reason: "taken_over" },
  4410: { kind: "final", reason: "session_gone" },
  4429: { kind: "final", reason: "too_fast" },
  4503: { kind: "retry", reason: "unavailable" },
};

/**
 * @param {number} code
 * @returns {Meaning} an unknown code of the application ends it, one of the transport is retried
 */
export function closeMeaning(code) {
  if (MEANINGS[code]) return MEANINGS[code];
  return code >= 4000 ? { kind: "final", reason: "refused" } : { kind: "retry", reason: "lost" };
}
