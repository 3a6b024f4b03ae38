/** The faces of a clip beside the video: who each is, how long it was seen, what it looked like. */

import { fill } from "../live/words.js";
import { copyOf, make, part, say } from "./dom.js";
import { mixBar, mixWords } from "./mix.js";
import { duration, nameOf } from "./words.js";

/** @typedef {import("./types.js").Track} Track */
/** @typedef {import("./types.js").ClipData} ClipData */

/**
 * @typedef {object} Hands what can be done with a track
 * @property {(track: number) => void} choose
 * @property {(track: number, change: Record<string, unknown>) => Promise<boolean>} change
 * @property {(track: Track) => void} zoom
 * @property {() => number} time
 */

export class TrackList {
  /** @type {number | null} */
  chosen = null;
  /** @type {number | null} whose ways of changing it are open */
  #open = null;

  /**
   * @param {HTMLElement} list
   * @param {import("./types.js").Words} words
   * @param {Hands} hands
   */
  constructor(list, words, hands) {
    this.list = list;
    this.words = words;
    this.hands = hands;
  }

  /** @param {ClipData} data */
  show(data) {
    this.data = data;
    const held = document.activeElement;
    const focused = this.list.contains(held) ? /** @type {HTMLElement} */ (held).dataset.part : "";
    this.list.replaceChildren(...data.tracks.map((track) => this.#row(track, data)));
    this.mark(this.chosen);
    if (focused && this.chosen !== null) {
      const row = /** @type {HTMLElement | null} */ (this.list.querySelector(".track[data-chosen]"));
      const next = row?.querySelector(`[data-part="${focused}"]`) ?? row?.querySelector("button");
      /** @type {HTMLElement | null | undefined} */ (next)?.focus();
    }
  }

  /** @param {number | null} track */
  mark(track) {
    this.chosen = track;
    for (const child of this.list.children) {
      const row = /** @type {HTMLElement} */ (child);
      const chosen = Number(row.dataset.track) === track;
      row.toggleAttribute("data-chosen", chosen);
      const open = Number(row.dataset.track) === this.#open;
      part("choose", row).setAttribute("aria-expanded", String(open));
      part("more", row).hidden = !open;
    }
  }

  /** @param {Track} track @param {ClipData} data */
  #row(track, data) {
    const { messages } = this.words;
    const row = copyOf("track-template");
    row.dataset.track = String(track.id);
    row.dataset.me = String(track.me);
    row.toggleAttribute("data-excluded", track.excluded);
    this.#face(part("face", row), track);
    const name = part("name", row);
    say(name, nameOf(track, messages));
    name.classList.toggle("me", track.me);
    const seen = track.seconds + track.unsure_s;
    const unsure = seen > 0 ? track.unsure_s / seen : 0;
    const said = mixWords(track.mean, unsure, data.labels, this.words).join(", ");
    part("mix", row).replaceChildren(mixBar(track.mean, unsure, data.labels, said || messages.nothing_sure));
    say(part("seen", row), this.#seen(track));
    part("choose", row).addEventListener("click", () => {
      this.#open = this.#open === track.id ? null : track.id;
      this.hands.choose(track.id);
    });
    this.#more(row, track, data);
    return row;
  }

  /** @param {HTMLElement} place @param {Track} track */
  #face(place, track) {
    if (!track.thumbnail_url) {
      say(place, String(track.number));
      return;
    }
    place.replaceChildren(make("img", { src: track.thumbnail_url, alt: "", width: "44", height: "44", loading: "lazy" }));
  }

  /** @param {Track} track */
  #seen({ seconds, unsure_s, missed_s, excluded, transitions }) {
    const { messages } = this.words;
    const said = (/** @type {string} */ key, /** @type {number} */ time) =>
      time >= 0.5 ? [fill(messages[key], { time: duration(time, messages) })] : [];
    return [
      ...(excluded ? [messages.track_excluded] : []),
      fill(messages.sure_for, { time: duration(seconds, messages) }),
      ...said("unsure_for", unsure_s),
      ...said("lost_for", missed_s),
      ...(transitions > 0 ? [fill(messages.changes, { count: transitions })] : []),
    ].join(" · ");
  }

  /** @param {HTMLElement} row @param {Track} track @param {ClipData} data */
  #more(row, track, data) {
    const { messages } = this.words;
    const { change, zoom, time } = this.hands;
    const input = /** @type {HTMLInputElement} */ (part("rename-input", row));
    input.value = track.name;
    input.placeholder = fill(messages.face_number, { number: track.number });
    for (const [field, id] of [["rename-input", "name"], ["merge-with", "merge"]]) {
      part(field, row).id = `${id}-${track.id}`;
      row.querySelector(`[data-for="${field}"]`)?.setAttribute("for", `${id}-${track.id}`);
    }
    part("rename", row).addEventListener("submit", (event) => {
      event.preventDefault();
      void change(track.id, { action: "name", name: input.value.trim() });
    });
    const me = part("me", row);
    me.setAttribute("aria-pressed", String(track.me));
    me.addEventListener("click", () => void change(track.id, { action: "me", value: !track.me }));
    const exclude = part("exclude", row);
    exclude.setAttribute("aria-pressed", String(track.excluded));
    exclude.addEventListener("click", () => void change(track.id, { action: "exclude", value: !track.excluded }));
    part("split", row).addEventListener("click", () => void change(track.id, { action: "split", at: time() }));
    part("zoom", row).addEventListener("click", () => zoom(track));
    const others = data.tracks.filter(({ id }) => id !== track.id);
    const merge = /** @type {HTMLFormElement} */ (part("merge", row));
    merge.hidden = others.length === 0;
    const select = /** @type {HTMLSelectElement} */ (part("merge-with", row));
    select.append(...others.map((other) => new Option(nameOf(other, messages), String(other.id))));
    merge.addEventListener("submit", (event) => {
      event.preventDefault();
      this.chosen = this.#open = Number(select.value);
      void change(track.id, { action: "merge", into: Number(select.value) });
    });
  }
}
