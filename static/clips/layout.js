/**
 * Where the rows of the timeline lie, in CSS pixels: the lane of the markers, then for each face its
 * bands with the line of corrections under it, then the axis.
 *
 * @typedef {{lane: number, name: number, band: number, line: number, gap: number, axis: number}} Sizes
 * @typedef {{top: number, band: number, height: number, line: number}} Row `top` of the row with its
 *   name, `band` upper edge and `height` of the bands, `line` upper edge of the corrections
 */

/** @type {Sizes} names stand at the left */
const WIDE = { lane: 24, name: 0, band: 48, line: 7, gap: 13, axis: 26 };
/** @type {Sizes} names stand over the bands */
const NARROW = { lane: 24, name: 22, band: 44, line: 7, gap: 10, axis: 26 };
/** Between the bands and the line under them. */
const BETWEEN = 3;

/**
 * @param {number} count of faces
 * @param {boolean} narrow
 */
export function rowsOf(count, narrow) {
  const sizes = narrow ? NARROW : WIDE;
  const each = sizes.name + sizes.band + BETWEEN + sizes.line + sizes.gap;
  /** @type {Row[]} */
  const rows = Array.from({ length: count }, (_none, index) => {
    const top = sizes.lane + index * each;
    const band = top + sizes.name;
    return { top, band, height: sizes.band, line: band + sizes.band + BETWEEN };
  });
  const axis = sizes.lane + count * each;
  return { rows, sizes, each, axis, height: axis + sizes.axis };
}

/**
 * @param {{rows: Row[], each: number}} layout
 * @param {number} y
 * @returns {number} index of the row at a height, -1 for none
 */
export function rowAt({ rows, each }, y) {
  return rows.findIndex(({ top }) => y >= top && y < top + each);
}
