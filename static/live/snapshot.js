/** The picture of this moment, with what was read in it, as a file on the person's own device. */

import { drawScene } from "./overlay.js";

/**
 * @param {Date} when
 * @returns {string} "emotionweb-2026-11-21-140209.png" in local time
 */
export function snapshotName(when) {
  /** @param {number} number */
  const two = (number) => String(number).padStart(2, "0");
  const day = `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}`;
  const time = two(when.getHours()) + two(when.getMinutes()) + two(when.getSeconds());
  return `emotionweb-${day}-${time}.png`;
}

/**
 * Draw the scene at the size of the camera and save it.
 *
 * @param {import("./overlay.js").Scene} scene
 * @param {import("./overlay.js").Look} look
 * @returns {Promise<string>} the name of the file
 */
export async function saveSnapshot(scene, look) {
  const canvas = document.createElement("canvas");
  canvas.width = scene.picture.width;
  canvas.height = scene.picture.height;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const unit = Math.max(1, canvas.width / 800);
  drawScene(context, scene, { width: canvas.width, height: canvas.height, unit }, look);
  /** @type {Blob} */
  const png = await new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png");
  });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(png);
  link.download = snapshotName(new Date());
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  return link.download;
}
