/**
 * "That's wrong, it is …": the frame that was on the screen when the button was pressed goes back
 * to the server with the box of the face and what the person sees in it. Only with their consent;
 * without it the panel says what would be kept, and where to decide.
 */

import { fill } from "./words.js";

/** @typedef {import("./types.js").Config} Config */
/** @typedef {import("./types.js").Face} Face */
/** @typedef {import("./overlay.js").Scene} Scene */

const JPEG_QUALITY = 0.92;
/** How much around the box the little picture shows, in widths of the box. */
const AROUND = 1.17;

/**
 * The square around a box, and what lies outside of the picture cut off nowhere: canvas leaves it empty.
 *
 * @param {[number, number, number, number]} box
 * @returns {{x: number, y: number, side: number}}
 */
export function squareAround([left, top, right, bottom]) {
  const side = (right - left) * AROUND;
  return { x: (left + right) / 2 - side / 2, y: (top + bottom) / 2 - (bottom - top) * 0.1 - side / 2, side };
}

/**
 * The face of a button in the list, in the picture that is on the screen; null when it is gone.
 *
 * @param {Scene | null} scene
 * @param {number} track
 * @returns {Face | null}
 */
export function faceIn(scene, track) {
  return scene?.result.faces.find((face) => face.track === track) ?? null;
}

/**
 * What the server is sent.
 *
 * @param {{jpeg: Blob, face: Face, session: string}} moment
 * @param {string} expression
 * @param {string} token against forgery
 */
export function formOf({ jpeg, face, session }, expression, token) {
  const form = new FormData();
  form.set("csrfmiddlewaretoken", token);
  form.set("frame", jpeg, "frame.jpg");
  form.set("box", JSON.stringify(face.box));
  form.set("expression", expression);
  form.set("said", face.label ?? "");
  form.set("session", session);
  return form;
}

export class WrongPanel {
  /** @type {{jpeg: Blob, face: Face, session: string} | null} */
  #moment = null;
  /** @type {Element | null} */
  #opener = null;
  #busy = false;

  /** @param {HTMLElement} panel @param {Config} config */
  constructor(panel, config) {
    this.panel = panel;
    this.config = config;
    this.status = this.#part("status");
    this.hint = this.status.textContent ?? "";
    this.#part("close").addEventListener("click", () => this.close());
    panel.addEventListener("keydown", ({ key }) => key === "Escape" && this.close());
    panel.querySelector("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      const chosen = /** @type {HTMLButtonElement} */ (event.submitter);
      void this.#give(chosen.value);
    });
  }

  /** @param {string} name */
  #part(name) {
    return /** @type {HTMLElement} */ (this.panel.querySelector(`[data-part=${name}]`));
  }

  /**
   * @param {Scene | null} scene what is on the screen now; the next picture takes its place
   * @param {Element} opener the button in the list of faces
   * @param {string} session
   */
  async open(scene, opener, session) {
    const item = /** @type {HTMLElement} */ (opener.closest("[data-track]"));
    const face = faceIn(scene, Number(item.dataset.track));
    if (!scene || !face) return;
    this.#opener = opener;
    const canvas = frameOf(scene);
    this.#show(canvas, face);
    const jpeg = await jpegOf(canvas);
    this.#moment = jpeg && { jpeg, face, session };
  }

  close() {
    const held = this.panel.contains(document.activeElement);
    this.panel.hidden = true;
    this.#moment = null; // the picture is not kept here either
    if (held) /** @type {HTMLElement | null} */ (this.#opener)?.focus();
  }

  /** @param {HTMLCanvasElement} frame @param {Face} face */
  #show(frame, face) {
    const little = /** @type {HTMLCanvasElement} */ (this.#part("face"));
    const { x, y, side } = squareAround(face.box);
    const context = /** @type {CanvasRenderingContext2D} */ (little.getContext("2d"));
    context.clearRect(0, 0, little.width, little.height);
    context.filter = "grayscale(1)";
    context.drawImage(frame, x, y, side, side, 0, 0, little.width, little.height);
    const label = this.config.labels.find(({ name }) => name === face.label) ?? this.config.unsure;
    this.#part("said").textContent = fill(this.panel.dataset.saidWords ?? "", { said: label.title });
    this.status.textContent = this.hint;
    this.panel.hidden = false;
    /** @type {HTMLElement} */ (this.panel.querySelector("h3")).focus();
  }

  /** @param {string} expression */
  async #give(expression) {
    if (this.#busy || !this.#moment) return;
    this.#busy = true;
    this.status.textContent = this.panel.dataset.sending ?? "";
    const token = /** @type {HTMLInputElement} */ (this.panel.querySelector("[name=csrfmiddlewaretoken]")).value;
    try {
      const answer = await fetch(this.panel.dataset.url ?? "", {
        method: "POST",
        headers: { Accept: "application/json" },
        body: formOf(this.#moment, expression, token),
      });
      const { said } = await answer.json();
      this.status.textContent = said;
      if (answer.ok) this.#moment = null;
    } catch {
      this.status.textContent = this.panel.dataset.lost ?? "";
    } finally {
      this.#busy = false;
    }
  }
}

/** The picture at the size at which it was analysed: the boxes are in its pixels. @param {Scene} scene */
function frameOf({ picture, result }) {
  const canvas = document.createElement("canvas");
  canvas.width = result.width;
  canvas.height = result.height;
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).drawImage(picture, 0, 0, result.width, result.height);
  return canvas;
}

/** @param {HTMLCanvasElement} canvas @returns {Promise<Blob | null>} */
function jpegOf(canvas) {
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY));
}
