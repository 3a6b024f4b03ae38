/** The list beside the picture: each face with its words and its eight bars. */

import { describe, fill, percent } from "./words.js";

/** @typedef {import("./types.js").Face} Face */
/** @typedef {import("./types.js").Config} Config */

/** A face that was not seen for this long leaves the list; shorter gaps would make it flicker. */
const GONE_MS = 800;

/**
 * The order of the list: one's own face first, the others as they came.
 *
 * @param {Face[]} faces
 * @returns {Face[]}
 */
export function inOrder(faces) {
  return [...faces].sort((a, b) => Number(b.you) - Number(a.you) || a.track - b.track);
}

export class FaceList {
  /** @type {Map<number, {item: HTMLElement, seen: number}>} */
  #items = new Map();

  /**
   * @param {HTMLElement} list
   * @param {HTMLTemplateElement} template one face, with a row for each expression
   * @param {HTMLElement} placeholder shown while there is no face
   * @param {Config} config
   * @param {(track: number) => void} choose
   */
  constructor(list, template, placeholder, config, choose) {
    this.list = list;
    this.template = template;
    this.placeholder = placeholder;
    this.config = config;
    this.choose = choose;
  }

  /**
   * @param {Face[]} faces
   * @param {number} now milliseconds
   */
  show(faces, now) {
    for (const face of faces) {
      const entry = this.#items.get(face.track) ?? this.#add(face.track);
      entry.seen = now;
      this.#update(entry.item, face);
    }
    for (const [track, { item, seen }] of this.#items) {
      if (now - seen > GONE_MS) {
        item.remove();
        this.#items.delete(track);
      }
    }
    this.#sort(inOrder(faces));
    this.placeholder.hidden = this.#items.size > 0;
  }

  clear() {
    for (const { item } of this.#items.values()) item.remove();
    this.#items.clear();
    this.placeholder.hidden = false;
  }

  /** @param {number} track */
  #add(track) {
    const part = /** @type {DocumentFragment} */ (this.template.content.cloneNode(true));
    const item = /** @type {HTMLElement} */ (part.firstElementChild);
    item.dataset.track = String(track);
    item.querySelector("[data-part=choose]")?.addEventListener("click", () => this.choose(track));
    this.list.append(item);
    const entry = { item, seen: 0 };
    this.#items.set(track, entry);
    return entry;
  }

  /**
   * @param {HTMLElement} item
   * @param {Face} face
   */
  #update(item, face) {
    const said = describe(face, this.config);
    const { messages } = this.config;
    item.dataset.you = String(face.you);
    item.dataset.label = face.label ?? "unsure";
    item.dataset.reason = face.unsure ?? "";
    item.dataset.expression = said.expression;
    showMarks(part(item, "mark"), said.marks);
    setText(part(item, "label"), said.sentence);
    setText(part(item, "certainty"), said.certainty);
    const choose = /** @type {HTMLButtonElement} */ (part(item, "choose"));
    choose.setAttribute("aria-pressed", String(face.you));
    setText(choose, face.you ? messages.you : messages.make_this_you);
    part(item, "name").hidden = face.you;
    const name = fill(messages.face_number, { number: face.track });
    setText(part(item, "name"), name);
    choose.dataset.keyLabel = `${name}: ${messages.make_this_you}`;
    // A face that the gate refused was not read at all: that is no zero per cent.
    const read = face.p.some((share) => share > 0);
    this.config.labels.forEach(({ name: expression }, index) => {
      const row = /** @type {HTMLElement} */ (
        item.querySelector(`[data-expression="${expression}"].bars__row`)
      );
      const share = face.p[index] ?? 0;
      row.style.setProperty("--share", share.toFixed(3));
      const named = face.label === expression || face.mixed.includes(expression);
      row.classList.toggle("bars__row--top", named);
      const figure = read ? fill(messages.percent, { percent: percent(share) }) : "–";
      setText(part(row, "percent"), figure);
    });
  }

  /** Move only what is out of place, so that a focused button keeps its focus. @param {Face[]} faces */
  #sort(faces) {
    let place = this.list.firstElementChild;
    for (const { track } of faces) {
      const item = this.#items.get(track)?.item;
      if (!item) continue;
      if (item === place) place = place.nextElementSibling;
      else this.list.insertBefore(item, place);
    }
    [...this.list.children].forEach((item, index) => {
      const choose = /** @type {HTMLElement} */ (part(/** @type {HTMLElement} */ (item), "choose"));
      const own = choose.getAttribute("aria-pressed") === "true";
      if (index < 9 && !own) choose.dataset.key = String(index + 1);
      else delete choose.dataset.key;
    });
  }
}

/**
 * @param {HTMLElement} item
 * @param {string} name
 */
function part(item, name) {
  return /** @type {HTMLElement} */ (item.querySelector(`[data-part=${name}]`));
}

/**
 * @param {HTMLElement} element
 * @param {{expression: string, mark: string}[]} marks
 */
function showMarks(element, marks) {
  const shown = marks.map(({ mark }) => mark).join("");
  if (element.textContent === shown) return;
  const signs = marks.map(({ expression, mark }) => {
    const sign = document.createElement("span");
    sign.className = "mark";
    sign.dataset.expression = expression;
    sign.textContent = mark;
    return sign;
  });
  element.replaceChildren(...signs);
}

/**
 * Untouched text keeps a selection and does not wake a screen reader.
 *
 * @param {HTMLElement} element
 * @param {string} text
 */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
