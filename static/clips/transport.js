/** Play, step, jump, speed. */

import { neighbour } from "./boxes.js";

/** Seconds of a jump. */
const JUMP = 5;
/** Frames are asked for a little after their stamp: browsers round it, and would show the one before. */
const INTO_FRAME = 5e-4;

export class Transport {
  /**
   * @param {HTMLVideoElement} video
   * @param {{time: () => number, duration: () => number, frames: (time: number) => Promise<number[]>, period: () => number, onSeek: (time: number) => void, onState: () => void}} desk
   */
  constructor(video, desk) {
    this.video = video;
    this.desk = desk;
    for (const name of ["play", "pause", "ended", "ratechange"]) {
      video.addEventListener(name, () => desk.onState());
    }
  }

  get playing() {
    return !this.video.paused && !this.video.ended;
  }

  toggle() {
    // A browser that refuses says why in its own controls; there is nothing to add.
    if (this.playing) this.video.pause();
    else void this.video.play().catch(() => {});
  }

  /** @param {number} time */
  seek(time) {
    const goal = Math.min(Math.max(time, 0), this.desk.duration());
    if (this.video.readyState > 0) this.video.currentTime = goal + INTO_FRAME;
    this.desk.onSeek(goal);
  }

  /** @param {1 | -1} direction */
  jump(direction) {
    this.seek(this.desk.time() + direction * JUMP);
  }

  /** To the next or last frame that was looked at. @param {1 | -1} direction */
  async step(direction) {
    this.video.pause();
    const from = this.desk.time();
    const frames = await this.desk.frames(from);
    const next = neighbour(frames, from, direction);
    this.seek(next ?? from + direction * this.desk.period());
  }

  /** @param {number} rate */
  speed(rate) {
    this.video.playbackRate = rate;
  }
}
