/** The stacked bar of a mix, as templates/_mix.html draws it on the server. */

import { fill } from "../live/words.js";
import { markOf, make } from "./dom.js";

/** @typedef {import("./types.js").Label} Label */

const SVG = "http://www.w3.org/2000/svg";
/** A segment needs this part of the bar to carry its mark. */
const MARKED = 0.08;
/** Smaller shares would be slivers that nobody can read. */
const NAMED = 0.03;

/** @param {string} tag @param {Record<string, string>} attributes @param {string} [text] */
function shape(tag, attributes, text = "") {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text) element.textContent = text;
  return element;
}

/** @param {number} share */
const at = (share) => `${(share * 100).toFixed(2)}%`;

/**
 * @param {number[]} share of the sure time, by expression
 * @param {number} unsure part of all seen time that was unsure, 0 to 1
 * @param {Label[]} labels
 * @param {string} words for who cannot see it
 */
export function mixBar(share, unsure, labels, words) {
  const svg = shape("svg", { class: "mix", role: "img", "aria-label": words });
  let start = 0;
  labels.forEach(({ name, mark }, index) => {
    const width = (share[index] ?? 0) * (1 - unsure);
    if (width <= 0) return;
    svg.append(shape("rect", { "data-expression": name, x: at(start), width: at(width), height: "100%" }));
    if (start > 0) svg.append(shape("line", { class: "mix__edge", x1: at(start), x2: at(start), y1: "0", y2: "100%" }));
    if (width >= MARKED) svg.append(shape("text", { class: "mix__mark", x: at(start + width / 2), y: "50%" }, mark));
    start += width;
  });
  // The pattern stands once in the page.
  if (unsure > 0) svg.append(shape("rect", { x: at(1 - unsure), width: at(unsure), height: "100%", fill: "url(#hatch)" }));
  return svg;
}

/**
 * @param {number[]} share
 * @param {number} unsure
 * @param {Label[]} labels
 * @param {import("./types.js").Words} words
 * @returns {string[]} "happy 62 %", largest first
 */
export function mixWords(share, unsure, labels, { messages }) {
  const parts = labels
    .map((label, index) => ({ label, share: share[index] ?? 0 }))
    .filter((part) => part.share >= NAMED)
    .sort((one, other) => other.share - one.share)
    .map(({ label, share: part }) => fill(messages.named_share, { what: label.title, percent: Math.round(part * 100) }));
  if (unsure >= 0.005) parts.push(fill(messages.unsure_share, { percent: Math.round(unsure * 100) }));
  return parts;
}

/**
 * @param {number[]} share
 * @param {number} unsure
 * @param {Label[]} labels
 * @param {import("./types.js").Words} words
 */
export function mixLegend(share, unsure, labels, words) {
  const list = make("ul", { class: "mix__legend", "aria-hidden": "true" });
  const order = labels
    .map((label, index) => ({ label, share: share[index] ?? 0 }))
    .filter((part) => part.share >= NAMED)
    .sort((one, other) => other.share - one.share);
  for (const { label, share: part } of order) {
    const words_ = fill(words.messages.named_share, { what: label.title, percent: Math.round(part * 100) });
    list.append(make("li", {}, markOf(label), " ", words_));
  }
  if (unsure >= NAMED) {
    const said = fill(words.messages.unsure_share, { percent: Math.round(unsure * 100) });
    list.append(make("li", {}, markOf(words.unsure), " ", said));
  }
  return list;
}
