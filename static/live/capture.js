/** From the running video to one picture that is kept and one JPEG that is sent. */

import { fitWithin } from "./geometry.js";

const JPEG_QUALITY = 0.8;

export class Capture {
  #canvas = document.createElement("canvas");

  /**
   * @param {HTMLVideoElement} video
   * @param {number} side the long side of what is sent, pixels
   */
  constructor(video, side) {
    this.video = video;
    this.side = side;
  }

  /** Whether the video has a picture. */
  get ready() {
    return this.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && this.video.videoWidth > 0;
  }

  /**
   * @returns {Promise<{picture: ImageBitmap, jpeg: Blob} | null>} the same instant twice: at the
   *   camera's size for the screen, and small for the server; null when there was no picture
   */
  async take() {
    const picture = await createImageBitmap(this.video);
    const { width, height } = fitWithin(picture.width, picture.height, this.side);
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
    }
    const context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d"));
    context.drawImage(picture, 0, 0, width, height);
    /** @type {Blob | null} */
    const jpeg = await new Promise((resolve) => {
      this.#canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY);
    });
    if (jpeg) return { picture, jpeg };
    picture.close();
    return null;
  }
}

/**
 * Call back for every new picture of the video, until the returned function is called.
 *
 * @param {HTMLVideoElement} video
 * @param {(now: number) => void} callback
 * @returns {() => void}
 */
export function onEachPicture(video, callback) {
  let running = true;
  const byVideo = "requestVideoFrameCallback" in video;
  /** @param {number} now */
  const step = (now) => {
    if (!running) return;
    callback(now);
    next();
  };
  const next = () => (byVideo ? video.requestVideoFrameCallback(step) : requestAnimationFrame(step));
  next();
  return () => {
    running = false;
  };
}
