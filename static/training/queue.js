/** The queue of given faces: one key a decision, the next face at once, the last decision undone. */

import { deedOf, nextWaiting } from "./decisions.js";

/** @typedef {import("./decisions.js").Deed} Deed */
/** @typedef {import("./decisions.js").State} State */
/** @typedef {{id: string, picture: string, expression: string, title: string, said: string, source: string, url: string}} Crop */

/** @param {string} selector @param {ParentNode} [root] */
const find = (selector, root = document) => /** @type {HTMLElement} */ (root.querySelector(selector));
const read = (/** @type {string} */ id) => JSON.parse(document.getElementById(id)?.textContent ?? "[]");

class Queue {
  #at = 0;
  #busy = false;
  /** @type {number[]} */
  #done = [];

  constructor() {
    /** @type {Crop[]} */
    this.crops = read("queue-data");
    /** @type {{name: string, title: string, mark: string}[]} */
    this.labels = read("label-data");
    /** @type {State[]} */
    this.states = this.crops.map(() => "waiting");
    this.token = /** @type {HTMLInputElement} */ (find("[name=csrfmiddlewaretoken]")).value;
    this.status = find("[data-part=status]");
    this.buttons = [.../** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-part=strip] button"))];
    this.undo = /** @type {HTMLButtonElement} */ (find("[data-deed=undo]"));
    this.#listen();
  }

  #listen() {
    for (const hidden of document.querySelectorAll("[data-deed], [data-part=labels]")) /** @type {HTMLElement} */ (hidden).hidden = false;
    find("[data-part=form]").addEventListener("submit", (event) => {
      event.preventDefault();
      const button = /** @type {HTMLButtonElement} */ (/** @type {SubmitEvent} */ (event).submitter);
      void this.do({ action: /** @type {Deed["action"]} */ (button.value) });
    });
    find("[data-part=form]").addEventListener("click", ({ target }) => {
      const button = /** @type {HTMLElement} */ (target).closest("button");
      if (button?.dataset.label) void this.do({ action: "relabel", expression: button.dataset.label });
      else if (button?.dataset.deed) void this.do({ action: /** @type {Deed["action"]} */ (button.dataset.deed) });
    });
    this.buttons.forEach((button, index) => button.addEventListener("click", () => this.#show(index)));
    document.addEventListener("keydown", (event) => {
      const typing = /** @type {HTMLElement} */ (event.target).closest("input, textarea, select");
      if (event.ctrlKey || event.metaKey || event.altKey || typing) return;
      const deed = deedOf(event.key, this.labels.map(({ name }) => name));
      if (!deed) return;
      event.preventDefault();
      void this.do(deed);
    });
  }

  /** @param {Deed} deed */
  async do(deed) {
    if (this.#busy) return;
    if (deed.action === "next") return this.#show(nextWaiting(this.states, this.#at));
    const index = deed.action === "undo" ? this.#done.at(-1) : this.#at;
    if (index === undefined || (deed.action !== "undo" && this.states[index] !== "waiting")) return;
    this.#busy = true;
    try {
      const answer = await fetch(this.crops[index].url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
        body: JSON.stringify(deed),
      });
      const said = await answer.json();
      this.#take(index, deed, answer.ok ? said : { ...said, state: "rejected" });
    } catch {
      this.status.textContent = this.status.dataset.failed ?? "";
    } finally {
      this.#busy = false;
    }
  }

  /** @param {number} index @param {Deed} deed @param {any} said */
  #take(index, deed, said) {
    if (deed.action === "undo") this.#done.pop();
    else this.#done.push(index);
    this.undo.disabled = this.#done.length === 0;
    this.states[index] = said.state;
    this.buttons[index].dataset.state = said.state;
    const words = said.said ?? this.status.dataset[said.state] ?? "";
    this.status.textContent = words.replace("{title}", said.title ?? "");
    find("[data-part=left]").textContent = String(said.left);
    if (said.sentence) find("[data-part=sentence]").textContent = said.sentence;
    if (deed.action === "undo") return this.#show(index);
    const next = nextWaiting(this.states, index);
    if (next >= 0) this.#show(next);
    else if (said.left > 0) location.reload(); // the next batch
    else this.#show(index);
  }

  /** @param {number} index */
  #show(index) {
    if (index < 0) return;
    this.#at = index;
    const crop = this.crops[index];
    const label = this.labels.find(({ name }) => name === crop.expression);
    /** @type {HTMLImageElement} */ (find("[data-part=picture]")).src = crop.picture;
    find("[data-part=source]").textContent = crop.source;
    find("[data-part=title]").textContent = crop.title;
    find("[data-part=said]").textContent = crop.said;
    const mark = find("[data-part=mark]");
    mark.dataset.expression = crop.expression;
    mark.textContent = label?.mark ?? "";
    this.buttons.forEach((button, at) => button.toggleAttribute("aria-current", at === index));
    this.buttons[index].setAttribute("aria-current", "true");
    this.buttons[index].scrollIntoView({ block: "nearest" });
  }
}

if (document.querySelector("[data-testid=queue] [data-part=form]")) new Queue();
