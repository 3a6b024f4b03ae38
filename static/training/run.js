/** The page of a run: draws its curves, and keeps everything up to date while it goes on. */

import { cells } from "./curves.js";

/** @typedef {import("./curves.js").Row} Row */

const EVERY_MS = 2000;

/** @param {string} selector @param {ParentNode} [root] */
const find = (selector, root = document) => /** @type {HTMLElement} */ (root.querySelector(selector));

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
  const badge = find("[data-testid=run-state]");
  badge.dataset.state = state.state;
  badge.textContent = state.title;
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
  /** @type {import("./charts.js").Curves | null} */
  let curves = null;
  try {
    const { Curves } = await import("./charts.js");
    curves = new Curves(find("[data-testid=curves]"));
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
