/**
 * The year in pixels: one stop for the Tab key, arrow keys within, and a line that reads out the
 * day that is pointed at or has the focus. Without this script each day is a link of its own.
 */

import { placeFor } from "./grid.js";

/** @typedef {import("./grid.js").Place} Place */

/** @param {HTMLElement} grid */
export function installPixels(grid) {
  const months = [...grid.querySelectorAll("[data-row]")].map((row) => [
    .../** @type {NodeListOf<HTMLElement>} */ (row.querySelectorAll("[data-tip]")),
  ]);
  const lengths = months.map((days) => days.length);
  const all = months.flat();
  if (all.length === 0) return;

  for (const day of all) day.tabIndex = -1;
  // The newest day with something in it is where a person wants to begin.
  let current = all.findLast((day) => day.matches("a")) ?? all[0];
  current.tabIndex = 0;

  /** @param {HTMLElement} day */
  function visit(day) {
    current.tabIndex = -1;
    current = day;
    current.tabIndex = 0;
  }

  /** @returns {Place} */
  function placeOf(/** @type {HTMLElement} */ day) {
    const month = months.findIndex((days) => days.includes(day));
    return { month, day: months[month].indexOf(day) };
  }

  grid.addEventListener("focusin", (event) => {
    const day = /** @type {HTMLElement} */ (event.target);
    if (day.matches("[data-tip]")) visit(day);
  });
  grid.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const day = /** @type {HTMLElement} */ (event.target);
    if (!day.matches("[data-tip]")) return;
    const place = placeFor(event.key, placeOf(day), lengths, liesAcross(all));
    if (!place) return;
    event.preventDefault();
    months[place.month][place.day].focus();
  });
}

/**
 * Whether days lie side by side; on a phone they stand one under the other.
 *
 * @param {HTMLElement[]} days of a month, at least one
 */
function liesAcross([first, second]) {
  return !second || first.getBoundingClientRect().top === second.getBoundingClientRect().top;
}

/**
 * A line of text that says what is pointed at, or else what has the focus. Screen readers hear the
 * same from the day itself.
 *
 * @param {HTMLElement} grid
 * @param {HTMLElement} line
 */
export function installReading(grid, line) {
  /** @type {Element | null} */
  let pointed = null;

  function show() {
    const focused = document.activeElement;
    const day = pointed ?? (focused && grid.contains(focused) ? focused : null);
    const words = day?.getAttribute("aria-label");
    line.textContent = words ?? line.dataset.hint ?? "";
    line.toggleAttribute("data-day", Boolean(words));
  }

  grid.addEventListener("pointerover", (event) => {
    pointed = /** @type {Element} */ (event.target).closest("[data-tip]");
    show();
  });
  grid.addEventListener("pointerleave", () => {
    pointed = null;
    show();
  });
  grid.addEventListener("focusin", show);
  grid.addEventListener("focusout", () => queueMicrotask(show));
  show();
}
