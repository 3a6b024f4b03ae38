/** What the pages of the history need. */

import { installPixels, installReading } from "./pixels.js";

const grid = /** @type {HTMLElement | null} */ (document.querySelector("[data-pixels]"));
const line = /** @type {HTMLElement | null} */ (document.querySelector("[data-reading]"));
if (grid) installPixels(grid);
if (grid && line) installReading(grid, line);
