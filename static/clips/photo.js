/** The page of a photo: boxes over the picture, with the words in the person's language. */

import { stageColours } from "../live/colours.js";
import { contain, placeBox } from "../live/geometry.js";
import { drawReadings } from "../live/overlay.js";
import { fill } from "../live/words.js";
import { part } from "./dom.js";

const ASK_MS = 1500;

const data = JSON.parse(document.getElementById("photo-data")?.textContent ?? "{}");
const words = JSON.parse(document.getElementById("clip-words")?.textContent ?? "{}");
const picture = /** @type {HTMLImageElement | null} */ (document.querySelector("[data-part=picture]"));
const style = getComputedStyle(document.documentElement);
const look = /** @type {any} */ ({
  config: { messages: words.messages },
  colours: stageColours(data.labels.map((/** @type {{name: string}} */ { name }) => name)),
  font: getComputedStyle(document.body).fontFamily,
  chip: style.getPropertyValue("--chip").trim(),
  ink: style.getPropertyValue("--on-stage").trim(),
});

/** @param {any} face */
function reading(face) {
  const { messages, unsure } = words;
  const names = face.mixed.length > 1 ? face.mixed : face.label ? [face.label] : [];
  const labels = names.map((/** @type {string} */ name) =>
    data.labels.find((/** @type {{name: string}} */ label) => label.name === name),
  );
  const shares = names.map((/** @type {string} */ name) => Math.min(99, face.mix.find((/** @type {any} */ one) => one.name === name)?.percent ?? 0));
  const said = face.label
    ? {
        expression: face.label,
        marks: labels.map((/** @type {any} */ { name, mark }) => ({ expression: name, mark })),
        title: labels.map((/** @type {any} */ { title }) => title).join(" + "),
        figure: fill(messages.percent, { percent: shares.join(" + ") }),
      }
    : {
        expression: "unsure",
        marks: [{ expression: "unsure", mark: unsure.mark }],
        title: unsure.title,
        figure: face.why,
      };
  const who = data.faces.length > 1 ? String(face.number) : undefined;
  return { said: /** @type {any} */ (said), you: false, who };
}

/** @param {HTMLImageElement} image */
function draw(image) {
  const canvas = /** @type {HTMLCanvasElement} */ (part("overlay"));
  const unit = devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * unit);
  const height = Math.round(canvas.clientHeight * unit);
  if (!width || !image.naturalWidth) return;
  Object.assign(canvas, { width, height });
  const area = contain(image.naturalWidth, image.naturalHeight, width, height);
  const frame = { width: data.photo.width, height: data.photo.height };
  const boxes = data.faces.map((/** @type {any} */ { box }) => placeBox(box, frame, area, false));
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  drawReadings(context, data.faces.map(reading), boxes, area, unit, look);
  canvas.dataset.drawn = String(data.faces.length);
}

if (picture) {
  new ResizeObserver(() => draw(picture)).observe(picture);
  picture.addEventListener("load", () => draw(picture));
  if (picture.complete) draw(picture);
}

// A photo takes a second or two: the page comes anew when it has been looked at.
const job = document.querySelector("[data-part=job][data-open=true]");
if (job) {
  const ask = async () => {
    const text = await fetch(location.href).then((answer) => (answer.ok ? answer.text() : ""), () => "");
    if (text && !/data-part="job" data-open="true"/.test(text)) location.reload();
    else setTimeout(ask, ASK_MS);
  };
  setTimeout(ask, ASK_MS);
}
