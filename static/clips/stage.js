/** The picture with the boxes over it, in step with each frame that the browser shows. */

import { drawReadings } from "../live/overlay.js";
import { contain } from "../live/geometry.js";
import { stageColours } from "../live/colours.js";
import { readingsAt } from "./boxes.js";
import { describe, nameOf } from "./words.js";

/** @typedef {import("./types.js").ClipData} ClipData */
/** @typedef {import("./types.js").Words} Words */
/** @typedef {import("./boxes.js").Reading} Reading */

const WHOLE = 10_000;

export class Stage {
  /** Seconds of the frame on the screen. */
  time = 0;
  /** @type {Reading[]} what is drawn */
  readings = [];

  /**
   * @param {HTMLVideoElement} video
   * @param {HTMLCanvasElement} canvas
   * @param {() => ClipData} data
   * @param {Words} words
   * @param {{boxes: (time: number) => import("./types.js").BoxChunk | null, period: () => number, onTime: (time: number) => void}} desk
   */
  constructor(video, canvas, data, words, desk) {
    this.video = video;
    this.canvas = canvas;
    this.data = data;
    this.words = words;
    this.desk = desk;
    const style = getComputedStyle(document.documentElement);
    this.look = /** @type {import("../live/overlay.js").Look} */ ({
      config: /** @type {any} */ ({ messages: words.messages }),
      colours: stageColours(data().labels.map(({ name }) => name)),
      font: getComputedStyle(document.body).fontFamily,
      chip: style.getPropertyValue("--chip").trim(),
      ink: style.getPropertyValue("--on-stage").trim(),
    });
    new ResizeObserver(() => this.draw()).observe(canvas);
    this.#listen();
  }

  #listen() {
    const { video } = this;
    if ("requestVideoFrameCallback" in video) {
      /** @type {VideoFrameRequestCallback} */
      const onFrame = (_now, { mediaTime }) => {
        this.show(mediaTime);
        video.requestVideoFrameCallback(onFrame);
      };
      video.requestVideoFrameCallback(onFrame);
      return;
    }
    // Without it the clock of the video is the best there is; it can be a frame ahead.
    const clock = /** @type {HTMLVideoElement} */ (video);
    const onTick = () => {
      if (!clock.paused && !clock.seeking) this.show(clock.currentTime);
      requestAnimationFrame(onTick);
    };
    requestAnimationFrame(onTick);
    clock.addEventListener("seeked", () => this.show(clock.currentTime));
  }

  /** @param {number} time of the frame that is on the screen */
  show(time) {
    this.time = time;
    this.draw();
    this.desk.onTime(time);
  }

  /** Draw the boxes of the moment; before their stretch has come there are none. */
  draw() {
    const { canvas } = this;
    const unit = devicePixelRatio || 1;
    const width = Math.round(canvas.clientWidth * unit);
    const height = Math.round(canvas.clientHeight * unit);
    if (width === 0 || height === 0) return;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.clearRect(0, 0, width, height);
    const data = this.data();
    const tracks = new Map(data.tracks.map((track) => [track.id, track]));
    const chunk = data.annotation ? this.desk.boxes(this.time) : null;
    this.readings = chunk
      ? readingsAt(chunk, this.time, this.desk.period()).filter(({ track }) => tracks.has(track))
      : [];
    // What is drawn can be asked for: the picture itself cannot be read by a screen reader.
    canvas.dataset.shown = this.time.toFixed(3);
    if (this.readings.length === 0) return;
    const area = this.area(width, height);
    const shown = this.readings.filter(({ track }) => !tracks.get(track)?.excluded);
    const several = data.tracks.length > 1;
    drawReadings(
      context,
      shown.map((reading) => {
        const track = /** @type {import("./types.js").Track} */ (tracks.get(reading.track));
        const who = track.me || (!several && !track.name) ? undefined : nameOf(track, this.words.messages);
        return { said: describe(reading, data, this.words), you: track.me, who };
      }),
      shown.map(({ box: [left, top, right, bottom] }) => ({
        x: area.x + (left / WHOLE) * area.width,
        y: area.y + (top / WHOLE) * area.height,
        width: ((right - left) / WHOLE) * area.width,
        height: ((bottom - top) / WHOLE) * area.height,
      })),
      area,
      unit,
      this.look,
    );
  }

  /** Where the picture lies on a canvas of this size. @param {number} width @param {number} height */
  area(width, height) {
    const { clip } = this.data();
    const size = [this.video.videoWidth || clip.width || 16, this.video.videoHeight || clip.height || 9];
    return contain(size[0], size[1], width, height);
  }

  /** @param {MouseEvent} event @returns {number | null} id of the track under it */
  trackAt(event) {
    const { width, height } = this.canvas.getBoundingClientRect();
    const area = this.area(width, height);
    const x = ((event.offsetX - area.x) / area.width) * WHOLE;
    const y = ((event.offsetY - area.y) / area.height) * WHOLE;
    const under = this.readings.filter(
      ({ box: [left, top, right, bottom] }) => x >= left && x <= right && y >= top && y <= bottom,
    );
    const size = (/** @type {Reading} */ { box }) => (box[2] - box[0]) * (box[3] - box[1]);
    under.sort((one, other) => size(one) - size(other));
    return under[0]?.track ?? null;
  }
}
