/** The range of a clip, written as "1:30" and sent as seconds. */

import { readClock } from "./time.js";

/**
 * @param {string} start
 * @param {string} end
 * @returns {{start: string, end: string} | {problem: "bad_time" | "bad_range"}} seconds, "" where
 *   nothing was said
 */
export function rangeOf(start, end) {
  const seconds = [start, end].map((text) => (text.trim() ? readClock(text) : ""));
  if (seconds.includes(null)) return { problem: "bad_time" };
  const [from, to] = seconds;
  if (typeof to === "number" && to <= (from || 0)) return { problem: "bad_range" };
  return { start: String(from), end: String(to) };
}

/**
 * What is chosen, for the metadata of an upload.
 *
 * @param {HTMLElement} root with the fields of _options.html
 * @param {Record<string, string>} messages
 * @returns {Record<string, string> | null} null when the range has to be changed, which is said there
 */
export function chosen(root, messages) {
  const field = (/** @type {string} */ name) =>
    /** @type {HTMLInputElement | HTMLSelectElement} */ (root.querySelector(`[name="${name}"]`));
  const problem = /** @type {HTMLElement} */ (root.querySelector('[data-part="range-problem"]'));
  const range = rangeOf(field("start_s").value, field("end_s").value);
  const refused = "problem" in range;
  problem.hidden = !refused;
  problem.textContent = refused ? messages[range.problem] : "";
  for (const name of ["start_s", "end_s"]) field(name).setAttribute("aria-invalid", String(refused));
  if (refused) {
    field("start_s").focus();
    return null;
  }
  return { rate: field("rate").value, start_s: range.start, end_s: range.end };
}

/**
 * A form that is sent without a script of its own.
 *
 * @param {HTMLFormElement} form
 * @param {Record<string, string>} messages
 */
export function sendsSeconds(form, messages) {
  form.addEventListener("submit", (event) => {
    if (!chosen(form, messages)) event.preventDefault();
  });
  form.addEventListener("formdata", ({ formData }) => {
    const range = rangeOf(String(formData.get("start_s")), String(formData.get("end_s")));
    if ("problem" in range) return;
    formData.set("start_s", range.start);
    formData.set("end_s", range.end);
  });
}
