/** The timeline under the video: a chart to point at, a stretch to choose, a playhead. */

import { schemeColours } from "../live/colours.js";
import { fill } from "../live/words.js";
import { drawTimeline } from "./chart.js";
import { make } from "./dom.js";
import { rowAt, rowsOf } from "./layout.js";
import { binsFor, following, moved, timeAt, within, xOf, zoomed } from "./scale.js";
import { clock } from "./time.js";
import { nameOf } from "./words.js";

/** @typedef {import("./types.js").ClipData} ClipData */
/** @typedef {import("./types.js").Timeline} TimelineData */
/** @typedef {import("./scale.js").Stretch} Stretch */

/** Pixels that a hand may tremble during a click. */
const STILL = 4;
const REFINE_MS = 120;
const CLOSER = 0.5;

/**
 * @typedef {object} Desk
 * @property {() => ClipData} data
 * @property {() => number} duration
 * @property {() => number} period seconds between two samples
 * @property {(stretch: Stretch, bins: number, signal: AbortSignal) => Promise<TimelineData>} fetch
 * @property {(time: number) => void} seek
 * @property {(track: number) => void} choose
 * @property {(stretch: Stretch | null) => void} onSelect
 * @property {() => void} onView
 */

export class Timeline {
  /** @type {Stretch} */
  stretch = { from: 0, to: 1 };
  /** @type {Stretch | null} */
  selection = null;
  /** @type {TimelineData | null} */
  shown = null;
  /** @type {TimelineData | null} of the whole clip: there while a closer one is on its way */
  #whole = null;
  #time = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #abort = new AbortController();
  #waiting = false;

  /**
   * @param {{plot: HTMLElement, canvas: HTMLCanvasElement, names: HTMLElement, brush: HTMLElement, playhead: HTMLElement}} parts
   * @param {import("./types.js").Words} words
   * @param {Desk} desk
   */
  constructor(parts, words, desk) {
    Object.assign(this, parts);
    this.parts = parts;
    this.words = words;
    this.desk = desk;
    this.stretch = { from: 0, to: desk.duration() };
    this.narrow = matchMedia("(max-width: 759px)");
    this.#readColours();
    new ResizeObserver(() => this.#resized()).observe(parts.plot);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#readColours());
    this.#listen();
  }

  get width() {
    return this.parts.plot.clientWidth || 1;
  }

  get isWhole() {
    return this.stretch.to - this.stretch.from >= this.desk.duration() - 1e-3;
  }

  #readColours() {
    const names = this.desk.data().labels.map(({ name }) => name);
    const others = ["unsure", "page", "sunken", "hairline", "ink", "quiet", "control-line"];
    this.look = {
      colours: schemeColours([...names, ...others]),
      font: getComputedStyle(document.body).fontFamily,
    };
    this.draw();
  }

  #resized() {
    this.draw();
    this.#refine(this.shown ? REFINE_MS : 0);
  }

  /** Take over changed data; `anew` when the faces are others than before. @param {boolean} anew */
  refresh(anew) {
    if (anew) {
      this.shown = this.#whole = null;
      this.stretch = within(this.stretch, this.desk.duration());
      this.#refine(0);
    }
    this.#name();
    this.draw();
  }

  /** Draw soon, once, however many reasons there are. */
  draw() {
    if (this.#waiting) return;
    this.#waiting = true;
    requestAnimationFrame(() => {
      this.#waiting = false;
      this.#draw();
    });
  }

  #draw() {
    const data = this.desk.data();
    const unit = devicePixelRatio || 1;
    const layout = rowsOf(data.tracks.length, this.narrow.matches);
    this.layout = layout;
    const { canvas, plot } = this.parts;
    plot.style.height = `${layout.height}px`;
    const size = { width: Math.round(this.width * unit), height: Math.round(layout.height * unit) };
    if (canvas.width !== size.width || canvas.height !== size.height) Object.assign(canvas, size);
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const timeline = this.shown ?? this.#whole;
    const scene = { data, timeline, stretch: this.stretch, layout, width: this.width, unit };
    drawTimeline(context, scene, /** @type {any} */ (this.look));
    this.#placeNames();
    this.#placeBrush();
    this.setTime(this.#time);
  }

  // === Names at the rows ===

  #name() {
    const { names } = this.parts;
    const focused = /** @type {HTMLElement | null} */ (names.querySelector(":focus"))?.dataset.track;
    names.replaceChildren(
      ...this.desk.data().tracks.map((track) => {
        const button = make("button", { type: "button", class: "timeline__name", "data-track": `${track.id}` });
        const name = make("span", track.me ? { class: "me" } : {}, nameOf(track, this.words.messages));
        button.append(name);
        button.addEventListener("click", () => this.desk.choose(track.id));
        return button;
      }),
    );
    if (focused) {
      /** @type {HTMLElement | null} */ (names.querySelector(`[data-track="${focused}"]`))?.focus();
    }
  }

  #placeNames() {
    const rows = this.layout?.rows ?? [];
    [...this.parts.names.children].forEach((name, index) => {
      const row = rows[index];
      if (row) /** @type {HTMLElement} */ (name).style.top = `${row.top}px`;
    });
  }

  /** @param {number | null} track */
  mark(track) {
    for (const name of this.parts.names.children) {
      const chosen = Number(/** @type {HTMLElement} */ (name).dataset.track) === track;
      name.setAttribute("aria-pressed", String(chosen));
    }
  }

  // === What is shown ===

  /** @param {Stretch} stretch */
  show(stretch) {
    const next = within(stretch, this.desk.duration());
    if (next.from === this.stretch.from && next.to === this.stretch.to) return;
    this.stretch = next;
    // Until the finer one has come the coarser is stretched, never a blank.
    this.draw();
    this.#refine();
    this.desk.onView();
  }

  showAll() {
    this.show({ from: 0, to: this.desk.duration() });
  }

  /** @param {number} factor below 1 comes closer */
  zoom(factor, about = this.#time) {
    this.show(zoomed(this.stretch, factor, about, this.desk.duration()));
  }

  closer() {
    this.zoom(CLOSER);
  }

  further() {
    this.zoom(1 / CLOSER);
  }

  toSelection() {
    if (!this.selection) return;
    this.show(this.selection);
    this.select(null);
  }

  #refine(wait = REFINE_MS) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#fetch(), wait);
  }

  async #fetch() {
    if (!this.desk.data().annotation) return;
    this.#abort.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    const whole = this.isWhole;
    const bins = binsFor(this.stretch, this.width, this.desk.period());
    try {
      const timeline = await this.desk.fetch(this.stretch, bins, signal);
      if (signal.aborted) return;
      this.shown = timeline;
      if (whole) this.#whole = timeline;
      this.draw();
      this.desk.onView();
    } catch {
      // The coarser picture stays; the next change of view asks again.
    }
  }

  // === Playhead ===

  /** @param {number} time */
  setTime(time) {
    this.#time = time;
    const x = xOf(this.stretch, this.width, time);
    const { playhead, plot } = this.parts;
    playhead.hidden = x < -1 || x > this.width + 1;
    playhead.style.transform = `translateX(${x.toFixed(1)}px)`;
    plot.setAttribute("aria-valuenow", time.toFixed(1));
  }

  /** Turn the page when playing has left it. @param {number} time */
  follow(time) {
    const next = following(this.stretch, time, this.desk.duration());
    if (next !== this.stretch) this.show(next);
  }

  // === A chosen stretch ===

  /** @param {Stretch | null} stretch */
  select(stretch) {
    this.selection = stretch;
    this.#placeBrush();
    this.desk.onSelect(stretch);
  }

  #placeBrush() {
    const { brush } = this.parts;
    const { selection, stretch, width } = this;
    brush.hidden = !selection;
    if (!selection) return;
    const from = Math.max(-2, xOf(stretch, width, selection.from));
    const to = Math.min(width + 2, xOf(stretch, width, selection.to));
    brush.hidden = to < 0 || from > width;
    brush.style.transform = `translateX(${from.toFixed(1)}px)`;
    brush.style.width = `${Math.max(2, to - from).toFixed(1)}px`;
  }

  #listen() {
    const { plot } = this.parts;
    /** @type {{x: number, time: number, brushing: boolean} | null} */
    let held = null;
    const xIn = (/** @type {PointerEvent | WheelEvent} */ event) =>
      event.clientX - plot.getBoundingClientRect().left;
    plot.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      held = { x: xIn(event), time: timeAt(this.stretch, this.width, xIn(event)), brushing: false };
      plot.setPointerCapture(event.pointerId);
    });
    plot.addEventListener("pointermove", (event) => {
      if (!held) return;
      if (!held.brushing && Math.abs(xIn(event) - held.x) < STILL) return;
      held.brushing = true;
      const time = timeAt(this.stretch, this.width, xIn(event));
      this.select({ from: Math.min(held.time, time), to: Math.max(held.time, time) });
    });
    plot.addEventListener("pointerup", (event) => {
      if (held && this.layout) {
        const row = rowAt(this.layout, event.clientY - plot.getBoundingClientRect().top);
        const track = this.desk.data().tracks[row];
        if (track) this.desk.choose(track.id);
        if (!held.brushing) {
          this.select(null);
          this.desk.seek(held.time);
        }
      }
      held = null;
    });
    // The page was scrolled instead.
    plot.addEventListener("pointercancel", () => {
      if (held?.brushing) this.select(null);
      held = null;
    });
    plot.addEventListener("dblclick", () => this.closer());
    plot.addEventListener(
      "wheel",
      (event) => {
        const sideways = event.shiftKey ? event.deltaY : event.deltaX;
        if (event.ctrlKey || event.metaKey) {
          event.preventDefault();
          this.zoom(Math.exp(event.deltaY / 300), timeAt(this.stretch, this.width, xIn(event)));
        } else if (sideways && Math.abs(sideways) >= Math.abs(event.shiftKey ? 0 : event.deltaY)) {
          event.preventDefault();
          const by = (sideways / this.width) * (this.stretch.to - this.stretch.from);
          this.show(moved(this.stretch, by, this.desk.duration()));
        }
      },
      { passive: false },
    );
  }

  /** "0:40 – 1:20 of 4:12" */
  get view() {
    const decimals = this.stretch.to - this.stretch.from < 20 ? 1 : 0;
    return fill(this.words.messages.stretch_of, {
      from: clock(this.stretch.from, decimals),
      to: clock(this.stretch.to, decimals),
      whole: clock(this.desk.duration()),
    });
  }
}
