/** Draws the timeline. Everything here is done when the view or the data change, never per frame. */

import { heights, marks, runs } from "./bands.js";
import { xOf } from "./scale.js";
import { clock, ticks } from "./time.js";

/** @typedef {import("./types.js").Timeline} Timeline */
/** @typedef {import("./types.js").TimelineTrack} TimelineTrack */
/** @typedef {import("./types.js").ClipData} ClipData */
/** @typedef {import("./scale.js").Stretch} Stretch */
/** @typedef {import("./layout.js").Row} Row */

const HATCH = 6;
/** CSS pixels that a mark needs beside it. */
const MARK_ROOM = 26;
/** Below this width of a bin the edges between the bands would be all one sees. */
const EDGE_FROM = 3;

/**
 * @typedef {object} Scene
 * @property {ClipData} data
 * @property {Timeline | null} timeline of this stretch, or of a larger one until that has come
 * @property {Stretch} stretch what is shown
 * @property {ReturnType<import("./layout.js").rowsOf>} layout
 * @property {number} width CSS pixels
 * @property {number} unit pixels of one CSS pixel
 */

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 * @param {{colours: Record<string, string>, font: string}} look
 */
export function drawTimeline(context, scene, look) {
  const { data, layout, unit, width } = scene;
  context.setTransform(unit, 0, 0, unit, 0, 0);
  context.clearRect(0, 0, width, layout.height);
  drawAxis(context, scene, look);
  data.tracks.forEach((track, index) => {
    const row = layout.rows[index];
    context.globalAlpha = track.excluded ? 0.35 : 1;
    context.fillStyle = look.colours.sunken;
    context.fillRect(0, row.band, width, row.height);
    const bins = scene.timeline?.tracks.find(({ id }) => id === track.id);
    if (bins && scene.timeline) drawBands(context, bins, scene.timeline, row, scene, look);
    drawCorrections(context, track.id, row, scene, look);
    context.globalAlpha = 1;
  });
  drawExcluded(context, scene, look);
  drawMarkers(context, scene, look);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {TimelineTrack} track
 * @param {Timeline} timeline
 * @param {Row} row
 * @param {Scene} scene
 * @param {{colours: Record<string, string>, font: string}} look
 */
function drawBands(context, track, timeline, row, { data, stretch, width }, look) {
  const edges = heights(track, timeline.bins);
  const x = (/** @type {number} */ bin) =>
    xOf(stretch, width, timeline.from + (bin / timeline.bins) * (timeline.to - timeline.from));
  const step = x(1) - x(0);
  context.save();
  context.beginPath();
  context.rect(0, row.band, width, row.height);
  context.clip();
  hatch(context, outline(edges.full, x, row), row, width, look.colours.unsure);
  // The tallest outline first: each lower one is painted over it, no transparency needed.
  context.lineWidth = 0.75;
  context.strokeStyle = look.colours.page;
  for (let label = data.labels.length - 1; label >= 0; label -= 1) {
    const path = outline(edges.tops[label], x, row);
    context.fillStyle = look.colours[data.labels[label].name];
    context.fill(path);
    if (step >= EDGE_FROM) context.stroke(path);
  }
  context.font = `700 14px ${look.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = look.colours.page;
  for (const { label, bin, middle } of marks(edges, Math.max(1, Math.ceil(MARK_ROOM / step)))) {
    context.fillText(data.labels[label].mark, x(bin + 0.5), row.band + row.height * (1 - middle) + 1);
  }
  context.restore();
}

/**
 * The area under an edge, a step for each bin, a piece for each run without a gap.
 *
 * @param {Float32Array} edge
 * @param {(bin: number) => number} x
 * @param {Row} row
 */
function outline(edge, x, row) {
  const path = new Path2D();
  const bottom = row.band + row.height;
  for (const [from, until] of runs(edge)) {
    path.moveTo(x(from), bottom);
    for (let bin = from; bin < until; bin += 1) {
      const y = bottom - edge[bin] * row.height;
      path.lineTo(x(bin), y);
      path.lineTo(x(bin + 1), y);
    }
    path.lineTo(x(until), bottom);
    path.closePath();
  }
  return path;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Path2D} area
 * @param {{band: number, height: number}} row
 * @param {number} width
 * @param {string} colour
 */
function hatch(context, area, { band, height }, width, colour) {
  context.save();
  context.clip(area);
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  for (let x = -height; x < width; x += HATCH) {
    context.moveTo(x, band + height);
    context.lineTo(x + height, band);
  }
  context.stroke();
  context.restore();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} track
 * @param {Row} row
 * @param {Scene} scene
 * @param {{colours: Record<string, string>}} look
 */
function drawCorrections(context, track, row, { data, stretch, width, layout }, look) {
  for (const { track: of, start, end, expression } of data.corrections) {
    if (of !== track || end < stretch.from || start > stretch.to) continue;
    const from = xOf(stretch, width, start);
    // One frame would be thinner than a line.
    const length = Math.max(4, xOf(stretch, width, end) - from);
    context.fillStyle = look.colours[data.labels[expression].name];
    context.fillRect(end > start ? from : from - 2, row.line, length, layout.sizes.line);
    context.strokeStyle = look.colours.ink;
    context.lineWidth = 1;
    context.strokeRect(end > start ? from : from - 2, row.line, length, layout.sizes.line);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 * @param {{colours: Record<string, string>, font: string}} look
 */
function drawAxis(context, { stretch, width, layout }, look) {
  const { times, decimals } = ticks(stretch.from, stretch.to, Math.max(2, Math.floor(width / 84)));
  context.font = `13px ${look.font}`;
  context.textBaseline = "middle";
  context.lineWidth = 1;
  for (const time of times) {
    const x = Math.round(xOf(stretch, width, time)) + 0.5;
    context.strokeStyle = look.colours.hairline;
    context.beginPath();
    context.moveTo(x, layout.sizes.lane);
    context.lineTo(x, layout.axis);
    context.stroke();
    const words = clock(time, decimals);
    const half = context.measureText(words).width / 2;
    context.fillStyle = look.colours.quiet;
    context.textAlign = "center";
    context.fillText(words, Math.min(Math.max(x, half), width - half), layout.axis + layout.sizes.axis / 2);
  }
}

/**
 * Left-out stretches lie under a veil, through all faces.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 * @param {{colours: Record<string, string>}} look
 */
function drawExcluded(context, { data, stretch, width, layout }, look) {
  for (const { kind, start, end } of data.markers) {
    if (kind !== "excluded" || end < stretch.from || start > stretch.to) continue;
    const from = xOf(stretch, width, start);
    const until = xOf(stretch, width, end);
    context.save();
    context.globalAlpha = 0.78;
    context.fillStyle = look.colours.page;
    context.fillRect(from, layout.sizes.lane, until - from, layout.axis - layout.sizes.lane);
    context.restore();
    context.strokeStyle = look.colours["control-line"];
    context.lineWidth = 1;
    context.setLineDash([4, 3]);
    context.strokeRect(from + 0.5, layout.sizes.lane - 3.5, until - from - 1, layout.axis - layout.sizes.lane + 3);
    context.setLineDash([]);
  }
}

/**
 * A flag in the lane at the top, with as much of its text as there is room before the next one.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 * @param {{colours: Record<string, string>, font: string}} look
 */
function drawMarkers(context, { data, stretch, width, layout }, look) {
  const flags = data.markers
    .filter(({ kind, start }) => kind === "marker" && start >= stretch.from && start <= stretch.to)
    .map((marker) => ({ ...marker, x: Math.round(xOf(stretch, width, marker.start)) + 0.5 }))
    .sort((one, other) => one.x - other.x);
  context.font = `13px ${look.font}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  flags.forEach(({ x, text }, index) => {
    context.strokeStyle = context.fillStyle = look.colours.ink;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, 5);
    context.lineTo(x, layout.axis);
    context.stroke();
    context.beginPath();
    context.moveTo(x, 4);
    context.lineTo(x + 8, 8);
    context.lineTo(x, 12);
    context.fill();
    const room = (flags[index + 1]?.x ?? width) - x - 18;
    const words = shortened(context, text, room);
    if (words) context.fillText(words, x + 12, 9);
  });
}

/** @param {CanvasRenderingContext2D} context @param {string} text @param {number} room */
function shortened(context, text, room) {
  if (context.measureText(text).width <= room) return text;
  for (let length = Math.min(text.length, 40); length > 2; length -= 1) {
    const words = `${text.slice(0, length).trimEnd()}…`;
    if (context.measureText(words).width <= room) return words;
  }
  return "";
}
