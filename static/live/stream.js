/** The chart of the last two minutes. The only module that knows uPlot. */

import uPlot from "uplot";

import { schemeColours } from "./colours.js";
import { stack } from "./window.js";

/** @typedef {import("./types.js").Label} Label */
/** @typedef {import("./window.js").RollingWindow} RollingWindow */

const LEAST_MARK = 0.1;
const HATCH = 7;

export class StreamChart {
  /** @type {uPlot | null} */
  #plot = null;
  /** @type {boolean[]} */
  #unsure = [];

  /**
   * @param {HTMLElement} box
   * @param {Label[]} labels
   * @param {Record<string, string>} messages
   */
  constructor(box, labels, messages) {
    this.box = box;
    this.labels = labels;
    this.messages = messages;
    this.#build();
    new ResizeObserver(() => this.#plot?.setSize(this.#size())).observe(box);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#build());
  }

  /**
   * @param {RollingWindow} data
   * @param {number} now seconds
   */
  draw(data, now) {
    const { times, shares, unsure } = data.read(now);
    this.#unsure = unsure;
    // The tallest outline first: each lower one is painted over it, no transparency needed.
    this.#plot?.setData(/** @type {any} */ ([times, ...stack(shares).reverse()]));
  }

  #size() {
    return { width: this.box.clientWidth, height: this.box.clientHeight };
  }

  #build() {
    const data = this.#plot?.data;
    this.#plot?.destroy();
    const names = this.labels.map(({ name }) => name);
    this.colours = schemeColours([...names, "unsure", "quiet", "raised", "hairline"]);
    const { colours, messages } = this;
    const font = `13px ${getComputedStyle(this.box).fontFamily}`;
    this.#plot = new uPlot(
      /** @type {any} */ ({
        ...this.#size(),
        legend: { show: false },
        cursor: { show: false },
        padding: [8, 24, 0, 0],
        scales: { x: { time: false, range: [-120, 0] }, y: { range: [0, 1] } },
        axes: [
          {
            stroke: colours.quiet,
            font,
            size: 28,
            grid: { show: false },
            ticks: { show: false },
            splits: () => [-120, -90, -60, -30, 0],
            values: (/** @type {any} */ _plot, /** @type {number[]} */ splits) =>
              splits.map((ago) =>
                ago === 0 ? messages.now : messages.seconds_ago.replace("{seconds}", `${-ago}`),
              ),
          },
          {
            stroke: colours.quiet,
            font,
            size: 52,
            grid: { stroke: colours.hairline, width: 1 },
            ticks: { show: false },
            splits: () => [0, 0.5, 1],
            values: (/** @type {any} */ _plot, /** @type {number[]} */ splits) =>
              splits.map((share) => (share === 0 ? "" : messages.percent.replace("{percent}", `${share * 100}`))),
          },
        ],
        series: [
          {},
          ...[...names].reverse().map((name) => ({
            fill: colours[name],
            stroke: colours.raised,
            width: 1,
            points: { show: false },
            spanGaps: false,
          })),
        ],
        hooks: {
          drawAxes: [(/** @type {uPlot} */ plot) => this.#drawUnsure(plot)],
          draw: [(/** @type {uPlot} */ plot) => this.#drawMarks(plot)],
        },
      }),
      data ?? /** @type {any} */ ([[], ...names.map(() => [])]),
      this.box,
    );
  }

  /** Hatch the times without a sure answer. @param {uPlot} plot */
  #drawUnsure(plot) {
    const { ctx, bbox } = plot;
    const times = plot.data[0];
    ctx.save();
    ctx.beginPath();
    this.#unsure.forEach((unsure, slot) => {
      if (!unsure || slot === 0) return;
      const from = plot.valToPos(times[slot - 1], "x", true);
      const to = plot.valToPos(times[slot], "x", true);
      ctx.rect(from, bbox.top, to - from, bbox.height);
    });
    ctx.clip();
    ctx.strokeStyle = this.colours?.unsure ?? "";
    ctx.lineWidth = devicePixelRatio;
    ctx.beginPath();
    const step = HATCH * devicePixelRatio;
    for (let x = bbox.left - bbox.height; x < bbox.left + bbox.width; x += step) {
      ctx.moveTo(x, bbox.top + bbox.height);
      ctx.lineTo(x + bbox.height, bbox.top);
    }
    ctx.stroke();
    ctx.restore();
  }

  /** Put the mark of each broad band at its end, so that colour is not all. @param {uPlot} plot */
  #drawMarks(plot) {
    const { ctx, bbox, data } = plot;
    const last = data[0].length - 1;
    if (last < 0) return;
    ctx.save();
    ctx.font = `700 ${14 * devicePixelRatio}px ${getComputedStyle(this.box).fontFamily}`;
    ctx.textBaseline = "middle";
    ctx.textAlign = "center";
    let below = 0;
    this.labels.forEach(({ name, mark }, index) => {
      const top = data[this.labels.length - index]?.[last];
      if (top === null || top === undefined) return;
      if (top - below >= LEAST_MARK) {
        ctx.fillStyle = this.colours?.[name] ?? "";
        const y = plot.valToPos((top + below) / 2, "y", true);
        ctx.fillText(mark, bbox.left + bbox.width + 12 * devicePixelRatio, y);
      }
      below = top;
    });
    ctx.restore();
  }
}
