/** The two-minute stream: its data, the chart that is loaded when it is first needed, the table. */

import { RollingWindow } from "./window.js";
import { fill, percent } from "./words.js";

/** @typedef {import("./types.js").Config} Config */
/** @typedef {import("./types.js").Face} Face */

const CHART_MS = 500;
const TABLE_MS = 10_000;

/** A clock in seconds that never goes back. */
const clock = () => performance.now() / 1000;

export class StreamPanel {
  /** @type {import("./stream.js").StreamChart | null} */
  #chart = null;
  /** @type {any} */
  #timer = null;
  #tableAt = -Infinity;

  /**
   * @param {HTMLElement} box
   * @param {HTMLDetailsElement} details with the table in it
   * @param {Config} config
   */
  constructor(box, details, config) {
    this.box = box;
    this.details = details;
    this.config = config;
    this.data = new RollingWindow(config.labels.length);
    details.addEventListener("toggle", () => this.#fillTable());
    void this.#load();
  }

  /** @param {Face[]} faces of one frame; only one's own is kept */
  add(faces) {
    const own = faces.find(({ you }) => you);
    if (own) this.data.add(clock(), own.label === null ? null : own.p);
  }

  start() {
    this.#timer ??= setInterval(() => this.#draw(), CHART_MS);
  }

  async #load() {
    try {
      const { StreamChart } = await import("./stream.js");
      this.#chart = new StreamChart(this.box, this.config.labels, this.config.messages);
    } catch (error) {
      // The table holds the same numbers; the session does not depend on the chart.
      console.warn("The chart could not be loaded.", error);
      this.details.open = true;
    }
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = null;
    this.#draw();
    if (this.details.open) this.#fillTable();
  }

  clear() {
    this.data.clear();
  }

  #draw() {
    this.#chart?.draw(this.data, clock());
    if (this.details.open && performance.now() - this.#tableAt > TABLE_MS) this.#fillTable();
  }

  #fillTable() {
    this.#tableAt = performance.now();
    const body = /** @type {HTMLElement} */ (this.details.querySelector("tbody"));
    const { messages, unsure } = this.config;
    const rows = this.data.rows(clock()).map(({ ago, shares, unsure: hesitant }) => {
      const row = document.createElement("tr");
      const head = document.createElement("th");
      head.scope = "row";
      head.textContent = fill(messages.seconds_span, { from: ago, to: ago + 10 });
      row.append(head);
      this.config.labels.forEach((_label, index) => {
        const cell = document.createElement("td");
        cell.className = "number";
        cell.textContent = shares
          ? fill(messages.percent, { percent: percent(shares[index]) })
          : hesitant && index === 0
            ? unsure.title
            : "–";
        row.append(cell);
      });
      return row;
    });
    body.replaceChildren(...rows);
    /** @type {HTMLElement} */ (this.details.querySelector("[data-part=empty]")).hidden = rows.length > 0;
  }
}
