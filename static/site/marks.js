/** The five marks: which key means which, and what an answer of the server means. No page needed. */

/**
 * What a key press does to the marks.
 *
 * @param {string} key
 * @param {number} at index of the mark that has the focus, -1 for none
 * @param {number} count
 * @returns {{press: number} | {focus: number} | null} the index to press or to go to
 */
export function markFor(key, at, count) {
  const number = Number.parseInt(key, 10);
  if (key.length === 1 && number >= 1 && number <= count) return { press: number - 1 };
  const from = at < 0 ? Math.floor(count / 2) : at;
  switch (key) {
    case "ArrowRight":
    case "ArrowDown":
      return { focus: at < 0 ? from : Math.min(count - 1, from + 1) };
    case "ArrowLeft":
    case "ArrowUp":
      return { focus: at < 0 ? from : Math.max(0, from - 1) };
    case "Home":
      return { focus: 0 };
    case "End":
      return { focus: count - 1 };
    default:
      return null;
  }
}

/**
 * An id of this device's own, so that what is sent twice is stored once. `randomUUID` is there on
 * secure pages only, and a phone in the same network may have come by http.
 *
 * @param {Crypto} [source]
 * @returns {string}
 */
export function newId(source = globalThis.crypto) {
  const bytes = source.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [8, 12, 16, 20, 32].map((end, i, ends) => hex.slice(ends[i - 1] ?? 0, end)).join("-");
}

/**
 * @typedef {object} Outcome
 * @property {string} said for the person; empty when the server said nothing of its own
 * @property {boolean} saved
 * @property {boolean} again whether sending the same once more can help
 * @property {boolean} [away] whether the server was not reached at all
 * @property {string} [edit]
 * @property {string} [undo]
 */

/** What a proxy says for a server that does not answer it. */
const AWAY = [502, 503, 504];

/**
 * Read an answer.
 *
 * @param {number} status of HTTP; 0 when there was no answer at all
 * @param {unknown} body parsed JSON, or null
 * @returns {Outcome}
 */
export function outcomeOf(status, body) {
  const fields = /** @type {Record<string, unknown>} */ (body ?? {});
  const said = typeof fields.said === "string" ? fields.said : "";
  if (status >= 200 && status < 300 && said) {
    const text = (/** @type {unknown} */ value) => (typeof value === "string" ? value : undefined);
    return { said, saved: true, again: false, edit: text(fields.edit), undo: text(fields.undo) };
  }
  const away = status === 0 || AWAY.includes(status);
  return { said, saved: false, again: status === 0 || status >= 500, away };
}
