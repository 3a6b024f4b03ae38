/** Draws an analysed picture with what was read in it. */

import { contain, placeBox, placeLabel } from "./geometry.js";
import { describe } from "./words.js";

/** @typedef {import("./types.js").Result} Result */
/** @typedef {import("./types.js").Config} Config */
/** @typedef {import("./geometry.js").Area} Area */

/**
 * @typedef {object} Look
 * @property {Config} config
 * @property {Record<string, string>} colours on the stage, by expression
 * @property {string} font family
 * @property {string} chip colour of the ground of a label
 * @property {string} ink colour of its words
 */

/**
 * @typedef {object} Scene
 * @property {ImageBitmap} picture the very picture that was analysed
 * @property {Result} result
 * @property {boolean} mirrored
 */

/**
 * @typedef {object} Reading what stands at a box
 * @property {import("./words.js").Description} said
 * @property {boolean} you whether it is the person's own face
 * @property {string} [who] for a face that is somebody else's
 */

/**
 * Where each face of a scene lies on a view of this size.
 *
 * @param {Scene} scene
 * @param {number} width
 * @param {number} height
 * @returns {{area: Area, boxes: Area[]}}
 */
export function layOut({ picture, result, mirrored }, width, height) {
  const area = contain(picture.width, picture.height, width, height);
  const boxes = result.faces.map(({ box }) => placeBox(box, result, area, mirrored));
  return { area, boxes };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 * @param {{width: number, height: number, unit: number}} view size, and the pixels of one CSS pixel
 * @param {Look} look
 */
export function drawScene(context, scene, view, look) {
  const { area, boxes } = layOut(scene, view.width, view.height);
  context.clearRect(0, 0, view.width, view.height);
  drawPicture(context, scene.picture, area, scene.mirrored);
  const readings = scene.result.faces.map((face) => ({ said: describe(face, look.config), you: face.you }));
  drawReadings(context, readings, boxes, area, view.unit, look);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Reading[]} readings
 * @param {Area[]} boxes one for each of them
 * @param {Area} area where the picture is shown
 * @param {number} unit pixels of one CSS pixel
 * @param {Look} look
 */
export function drawReadings(context, readings, boxes, area, unit, look) {
  readings.forEach((reading, index) => drawBox(context, reading, boxes[index], unit, look));
  // The words come last, so that no box crosses them; one's own are on top.
  const order = readings.map((reading, index) => ({ reading, box: boxes[index] }));
  order.sort((one, other) => Number(one.reading.you) - Number(other.reading.you));
  for (const { reading, box } of order) drawLabel(context, reading, box, area, unit, look);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {ImageBitmap} picture
 * @param {Area} area
 * @param {boolean} mirrored
 */
function drawPicture(context, picture, area, mirrored) {
  context.save();
  if (mirrored) {
    context.translate(area.x * 2 + area.width, 0);
    context.scale(-1, 1);
  }
  context.drawImage(picture, area.x, area.y, area.width, area.height);
  context.restore();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Reading} reading
 * @param {Area} box
 * @param {number} unit
 * @param {Look} look
 */
function drawBox(context, { said, you }, box, unit, look) {
  const { expression } = said;
  const line = (you ? 3 : 2) * unit;
  context.save();
  context.lineJoin = "round";
  context.setLineDash(expression === "unsure" ? [6 * unit, 5 * unit] : []);
  context.beginPath();
  context.roundRect(box.x, box.y, box.width, box.height, 8 * unit);
  // A dark casing keeps the line visible on any picture.
  context.globalAlpha = 0.55;
  context.strokeStyle = look.chip;
  context.lineWidth = line + 3 * unit;
  context.stroke();
  context.globalAlpha = 1;
  context.strokeStyle = look.colours[expression];
  context.lineWidth = line;
  context.stroke();
  context.restore();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Reading} reading
 * @param {Area} box
 * @param {Area} area
 * @param {number} unit
 * @param {Look} look
 */
function drawLabel(context, { said, you, who }, box, area, unit, look) {
  const pad = 8 * unit;
  const gap = 6 * unit;
  const height = 28 * unit;
  const size = 15 * unit;
  const regular = `${size}px ${look.font}`;
  const bold = `600 ${size}px ${look.font}`;
  /** @type {{text: string, font: string, colour: string, underlined?: boolean}[]} */
  const parts = [
    ...(you
      ? [{ text: look.config.messages.you, font: bold, colour: look.ink, underlined: true }]
      : []),
    ...(who ? [{ text: who, font: regular, colour: look.ink }] : []),
    ...said.marks.map(({ expression, mark }) => ({
      text: mark,
      font: bold,
      colour: look.colours[expression],
    })),
    { text: said.title, font: bold, colour: look.ink },
    ...(said.figure ? [{ text: said.figure, font: regular, colour: look.ink }] : []),
  ];
  const widths = parts.map(({ text, font }) => {
    context.font = font;
    return context.measureText(text).width;
  });
  const width = widths.reduce((sum, part) => sum + part + gap, 2 * pad - gap);
  const corner = placeLabel(box, { width, height }, area);
  context.save();
  context.globalAlpha = 0.88;
  context.fillStyle = look.chip;
  context.beginPath();
  context.roundRect(corner.x, corner.y, width, height, 6 * unit);
  context.fill();
  context.globalAlpha = 1;
  context.textBaseline = "middle";
  let x = corner.x + pad;
  parts.forEach(({ text, font, colour, underlined }, index) => {
    context.font = font;
    context.fillStyle = colour;
    context.fillText(text, x, corner.y + height / 2 + unit);
    if (underlined) context.fillRect(x, corner.y + height - 6 * unit, widths[index], 2 * unit);
    x += widths[index] + gap;
  });
  context.restore();
}
