/** What a person can say about a moment or a chosen stretch. */

import { fill } from "../live/words.js";
import { part, say } from "./dom.js";
import { clock } from "./time.js";
import { nameOf } from "./words.js";

/** @typedef {import("./scale.js").Stretch} Stretch */

/**
 * @typedef {object} Hands
 * @property {() => import("./types.js").ClipData} data
 * @property {() => number} time
 * @property {() => number | null} chosen
 * @property {() => Stretch | null} selection
 * @property {(stretch: Stretch | null) => void} select
 * @property {() => void} zoom
 * @property {(expression: number, give: boolean) => Promise<boolean>} correct
 * @property {(kind: "marker" | "excluded", stretch: Stretch, text: string) => Promise<boolean>} mark
 */

export class SayPanel {
  /** @type {number | null} where a stretch was begun by key */
  #begun = null;

  /**
   * @param {HTMLElement} root
   * @param {import("./types.js").Words} words
   * @param {Hands} hands
   */
  constructor(root, words, hands) {
    this.root = root;
    this.words = words;
    this.hands = hands;
    this.#listen();
  }

  #listen() {
    const { root, hands } = this;
    const on = (/** @type {string} */ name, /** @type {() => unknown} */ act) =>
      part(name, root).addEventListener("click", () => void act());
    root.querySelectorAll("[data-expression-index]").forEach((one) => {
      const button = /** @type {HTMLElement} */ (one);
      button.addEventListener("click", () => void this.#correct(Number(button.dataset.expressionIndex)));
    });
    on("begin", () => this.#begin());
    on("end", () => this.#end());
    on("clear", () => {
      this.#begun = null;
      hands.select(null);
    });
    on("to-selection", () => hands.zoom());
    on("leave-out", async () => {
      const stretch = hands.selection();
      if (stretch && (await hands.mark("excluded", stretch, ""))) hands.select(null);
    });
    on("marker", () => this.#ask());
    const form = /** @type {HTMLFormElement} */ (part("marker-form", root));
    const text = /** @type {HTMLInputElement} */ (part("marker-text", root));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const at = Number(form.dataset.at);
      void hands.mark("marker", { from: at, to: at }, text.value.trim()).then((done) => done && this.#asked());
    });
    part("marker-cancel", root).addEventListener("click", () => this.#asked());
    form.addEventListener("keydown", (event) => {
      if (/** @type {KeyboardEvent} */ (event).key === "Escape") this.#asked();
    });
  }

  /** @param {number} expression */
  async #correct(expression) {
    const give = /** @type {HTMLInputElement | null} */ (this.root.querySelector("[data-part=give]"));
    if (this.hands.chosen() === null) return;
    if (await this.hands.correct(expression, Boolean(give?.checked))) {
      const { data } = this.hands;
      say(part("said", this.root), fill(this.words.messages.corrected, { what: data().labels[expression].title }));
      this.hands.select(null);
    }
  }

  #begin() {
    this.#begun = this.hands.time();
    const selection = this.hands.selection();
    if (selection && selection.to > this.#begun) this.hands.select({ from: this.#begun, to: selection.to });
    else this.hands.select(null);
    this.show();
  }

  #end() {
    const until = this.hands.time();
    const from = this.hands.selection()?.from ?? this.#begun;
    if (from === null || from >= until) return;
    this.hands.select({ from, to: until });
    this.#begun = null;
  }

  /** Ask for the words of a marker at this moment; the picture may go on. */
  #ask() {
    const form = part("marker-form", this.root);
    form.dataset.at = String(this.hands.time());
    say(part("marker-at", this.root), fill(this.words.messages.marker_at, { time: clock(this.hands.time(), 1) }));
    form.hidden = false;
    part("marker-text", this.root).focus();
  }

  #asked() {
    const form = /** @type {HTMLFormElement} */ (part("marker-form", this.root));
    form.reset();
    form.hidden = true;
    part("marker", this.root).focus();
  }

  /** The time in the heading, and nothing else: called while the picture runs. */
  showTime() {
    if (!this.hands.selection()) this.#title();
  }

  show() {
    const selection = this.hands.selection();
    this.root.dataset.selection = String(Boolean(selection));
    for (const name of ["to-selection", "leave-out"]) {
      /** @type {HTMLButtonElement} */ (part(name, this.root)).disabled = !selection;
    }
    /** @type {HTMLButtonElement} */ (part("clear", this.root)).disabled = !selection && this.#begun === null;
    /** @type {HTMLButtonElement} */ (part("end", this.root)).disabled = !selection && this.#begun === null;
    const nobody = this.hands.chosen() === null;
    this.root.querySelectorAll("[data-expression-index]").forEach((button) => {
      /** @type {HTMLButtonElement} */ (button).disabled = nobody;
    });
    this.#title();
  }

  #title() {
    const { messages } = this.words;
    const selection = this.hands.selection();
    const track = this.hands.data().tracks.find(({ id }) => id === this.hands.chosen());
    const who = track ? nameOf(track, messages) : "";
    const begun = this.#begun;
    const values = selection
      ? { from: clock(selection.from, 1), to: clock(selection.to, 1), who }
      : { time: clock(this.hands.time(), 1), from: clock(begun ?? 0, 1), who };
    const key = selection ? "say_stretch" : begun === null ? "say_moment" : "say_begun";
    say(part("say-title", this.root), fill(messages[key], values));
  }
}
