/**
 * The breathing exercise: a disc that grows and shrinks, and the words beside it. Where the person
 * wants no motion only words, seconds and the bar change. There is no sound.
 */

import { momentAt } from "./phases.js";

const SMALLEST = 0.35;

class Breathing {
  #started = 0;
  #total = 0;
  #frame = 0;
  #phase = "";

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    const part = (/** @type {string} */ name) =>
      /** @type {HTMLElement} */ (root.querySelector(`[data-part="${name}"]`));
    this.disc = part("disc");
    this.count = part("count");
    this.word = part("word");
    this.progress = /** @type {HTMLProgressElement} */ (part("progress"));
    this.minutes = /** @type {HTMLSelectElement} */ (part("minutes"));
    this.start = part("start");
    this.stop = part("stop");
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.start.addEventListener("click", () => this.begin());
    this.stop.addEventListener("click", () => this.end(""));
    this.draw(0);
  }

  begin() {
    this.#total = Number(this.minutes.value) * 60;
    this.#started = performance.now();
    this.#phase = "";
    this.show(true);
    this.stop.focus();
    this.tick();
  }

  /** @param {string} said */
  end(said) {
    cancelAnimationFrame(this.#frame);
    const held = this.root.contains(document.activeElement);
    this.word.textContent = said;
    this.count.textContent = "";
    this.draw(0);
    this.show(false);
    if (held) this.start.focus();
  }

  tick() {
    const moment = momentAt((performance.now() - this.#started) / 1000, this.#total);
    if (!moment) {
      this.progress.value = 1;
      this.end(this.root.dataset.done ?? "");
      return;
    }
    if (moment.phase !== this.#phase) {
      this.#phase = moment.phase;
      this.word.textContent = this.root.dataset[moment.phase] ?? "";
    }
    this.count.textContent = String(moment.left);
    this.progress.value = moment.done;
    this.draw(moment.size);
    this.#frame = requestAnimationFrame(() => this.tick());
  }

  /** @param {number} size 0..1 */
  draw(size) {
    const scale = this.still.matches ? 0.7 : SMALLEST + (1 - SMALLEST) * size;
    this.disc.style.transform = `scale(${scale.toFixed(4)})`;
  }

  /** @param {boolean} running */
  show(running) {
    this.root.dataset.state = running ? "running" : "idle";
    this.start.hidden = running;
    this.stop.hidden = !running;
    this.minutes.disabled = running;
    if (running) this.progress.value = 0;
  }
}

const root = document.getElementById("breathe");
if (root) new Breathing(root);
