/** The two charts of a run: accuracy and loss, on what it learns from and on faces held back. */

import uPlot from "uplot";

import { columns, passes } from "./curves.js";

/** @typedef {import("./curves.js").Row} Row */

const HEIGHT_PX = 220;

/** Colours as the page has them now; light-dark() is resolved by an element that uses it. */
function colours() {
  const probe = document.createElement("span");
  document.body.append(probe);
  const read = (/** @type {string} */ name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const found = { held: read("--accent"), learnt: read("--quiet"), grid: read("--hairline"), text: read("--quiet") };
  probe.remove();
  return found;
}

export class Curves {
  /** @type {uPlot[]} */
  #charts = [];

  /** @param {HTMLElement} box */
  constructor(box) {
    this.box = box;
    this.titles = JSON.parse(box.dataset.titles ?? "{}");
    /** @type {Row[]} */
    this.rows = [];
    const again = () => this.#charts.length > 0 && this.#build();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
    new ResizeObserver(() => this.#fit()).observe(box);
  }

  /** @param {Row[]} rows */
  show(rows) {
    this.rows = rows;
    this.box.hidden = rows.length === 0;
    if (this.box.hidden) return;
    if (this.#charts.length === 0) this.#build();
    else this.#each((chart, what) => chart.setData(columns(rows, what)));
  }

  /** @param {(chart: uPlot, what: "accuracy" | "loss") => void} deed */
  #each(deed) {
    const [accuracy, loss] = this.#charts;
    deed(accuracy, "accuracy");
    deed(loss, "loss");
  }

  #fit() {
    if (this.#charts.length === 0) return;
    this.#each((chart) => chart.setSize({ width: chart.root.parentElement?.clientWidth ?? 300, height: HEIGHT_PX }));
  }

  #build() {
    for (const chart of this.#charts) chart.destroy();
    this.#charts = /** @type {const} */ (["accuracy", "loss"]).map((what) => this.#chart(what));
  }

  /** @param {"accuracy" | "loss"} what */
  #chart(what) {
    const place = /** @type {HTMLElement} */ (this.box.querySelector(`[data-chart="${what}"] .chart__box`));
    const { held, learnt, grid, text } = colours();
    const font = `13px ${getComputedStyle(document.body).fontFamily}`;
    const axis = { stroke: text, font, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } };
    const share = (/** @type {number} */ value) => `${Math.round(value * 100)} %`;
    const options = {
      width: place.clientWidth,
      height: HEIGHT_PX,
      legend: { show: false },
      cursor: { drag: { x: false, y: false } },
      scales: { x: { time: false } },
      axes: [
        { ...axis, size: 32, splits: (/** @type {any} */ _plot, /** @type {number} */ _axis, /** @type {number} */ min, /** @type {number} */ max) => passes(max).filter((pass) => pass >= min) },
        { ...axis, size: 56, values: (/** @type {any} */ _plot, /** @type {number[]} */ at) => at.map((value) => (what === "accuracy" ? share(value) : String(Number(value.toFixed(3))))) },
      ],
      series: [
        {},
        { label: this.titles.learnt, stroke: learnt, width: 1.5, dash: [5, 4], points: { size: 4 } },
        { label: this.titles.held, stroke: held, width: 2, points: { size: 5 } },
      ],
    };
    return new uPlot(options, columns(this.rows, what), place);
  }
}
