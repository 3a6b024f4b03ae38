/** The page of a run: draws its curves, and keeps everything up to date while it goes on. */

import { cells, columns, passes } from "./curves.js";

/** @typedef {import("./curves.js").Row} Row */

const EVERY_MS = 2000;
const HEIGHT_PX = 220;

/** @param {string} selector @param {ParentNode} [root] */
const find = (selector, root = document) => /** @type {HTMLElement} */ (root.querySelector(selector));

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

class Curves {
  /** @type {import("uplot").default[]} */
  #charts = [];

  /** @param {typeof import("uplot").default} UPlot @param {HTMLElement} box */
  constructor(UPlot, box) {
    this.UPlot = UPlot;
    this.box = box;
    this.titles = JSON.parse(box.dataset.titles ?? "{}");
    /** @type {Row[]} */
    this.rows = [];
    const again = () => this.#build();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
    new ResizeObserver(() => this.#fit()).observe(box);
  }

  /** @param {Row[]} rows */
  show(rows) {
    this.rows = rows;
    if (this.#charts.length === 0) this.#build();
    else this.#each((chart, what) => chart.setData(columns(rows, what)));
  }

  /** @param {(chart: import("uplot").default, what: "accuracy" | "loss") => void} deed */
  #each(deed) {
    const [accuracy, loss] = this.#charts;
    deed(accuracy, "accuracy");
    deed(loss, "loss");
  }

  #fit() {
    this.#each((chart) => chart?.setSize({ width: chart.root.parentElement?.clientWidth ?? 300, height: HEIGHT_PX }));
  }

  #build() {
    for (const chart of this.#charts) chart.destroy();
    this.#charts = /** @type {const} */ (["accuracy", "loss"]).map((what) => this.#chart(what));
  }

  /** @param {"accuracy" | "loss"} what */
  #chart(what) {
    const place = find(`[data-chart="${what}"] .chart__box`, this.box);
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
        { ...axis, size: 32, splits: (/** @type {any} */ _plot, /** @type {number} */ _axis, /** @type {number} */ _min, /** @type {number} */ max) => passes(max) },
        { ...axis, size: 56, values: (/** @type {any} */ _plot, /** @type {number[]} */ at) => at.map((value) => (what === "accuracy" ? share(value) : String(Number(value.toFixed(3))))) },
      ],
      series: [
        {},
        { label: this.titles.learnt, stroke: learnt, width: 1.5, dash: [5, 4], points: { size: 4 } },
        { label: this.titles.held, stroke: held, width: 2, points: { size: 5 } },
      ],
    };
    return new this.UPlot(options, columns(this.rows, what), place);
  }
}

/** @param {Row[]} rows */
function fillTable(rows) {
  const body = find("[data-part=table] tbody");
  body.replaceChildren(
    ...rows.map((row) => {
      const line = document.createElement("tr");
      cells(row).forEach((text, index) => {
        const cell = document.createElement(index === 0 ? "th" : "td");
        if (index === 0) cell.setAttribute("scope", "row");
        cell.className = "number";
        cell.textContent = text;
        line.append(cell);
      });
      return line;
    }),
  );
  find("[data-part=empty]").hidden = rows.length > 0;
}

/** @param {HTMLElement} box @param {any} state */
function say(box, state) {
  const bar = box.querySelector("progress");
  if (bar) bar.value = state.progress;
  for (const name of ["words", "left", "ahead", "spent"]) {
    const part = find(`[data-part=${name}]`, box);
    part.hidden = !state[name];
    if (part.textContent !== state[name]) part.textContent = state[name];
  }
  const log = find("[data-part=log]");
  const atEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 4;
  log.textContent = state.log || log.dataset.empty || "";
  if (atEnd) log.scrollTop = log.scrollHeight;
}

async function open() {
  /** @type {Row[]} */
  let rows = JSON.parse(find("#curves-data").textContent ?? "[]");
  fillTable(rows);
  /** @type {Curves | null} */
  let curves = null;
  try {
    const { default: UPlot } = await import("uplot");
    curves = new Curves(UPlot, find("[data-testid=curves]"));
    curves.show(rows);
  } catch (error) {
    console.warn("The chart could not be loaded.", error); // the table has the same numbers
  }
  const log = find("[data-part=log]");
  log.scrollTop = log.scrollHeight;
  const box = find("[data-run]");
  if (box.dataset.open !== "yes") return;
  const timer = setInterval(async () => {
    try {
      const answer = await fetch(box.dataset.run ?? "", { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const state = await answer.json();
      say(box, state);
      if (state.curves.length !== rows.length) {
        rows = state.curves;
        fillTable(rows);
        curves?.show(rows);
      }
      if (!state.open) {
        clearInterval(timer);
        location.reload();
      }
    } catch {
      // The next question may get through.
    }
  }, EVERY_MS);
}

void open();
