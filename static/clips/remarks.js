/** The lists of what a person said about a clip: corrections with their agreement, markers. */

import { fill } from "../live/words.js";
import { make, markOf, say } from "./dom.js";
import { clock } from "./time.js";
import { agreed, duration, nameOf } from "./words.js";

/** @typedef {import("./types.js").ClipData} ClipData */
/** @typedef {import("./types.js").Words} Words */

/** Rows at first: a corrected hour can have hundreds. */
const FIRST = 8;

/** "0:42.2", "0:42.2 – 0:45.0" @param {{start: number, end: number}} stretch */
export function span({ start, end }) {
  return end > start ? `${clock(start, 1)} – ${clock(end, 1)}` : clock(start, 1);
}

export class Remarks {
  #all = { corrections: false, markers: false };

  /**
   * @param {Record<"corrections" | "markers" | "agreement" | "agreementTable" | "noCorrections" | "noMarkers", HTMLElement>} parts
   * @param {Words} words
   * @param {{seek: (time: number) => void, remove: (path: string) => Promise<boolean>}} hands
   */
  constructor(parts, words, hands) {
    this.parts = parts;
    this.words = words;
    this.hands = hands;
  }

  /** @param {ClipData} data */
  show(data) {
    this.data = data;
    const { messages } = this.words;
    const tracks = new Map(data.tracks.map((track) => [track.id, track]));
    this.#list(
      "corrections",
      data.corrections.map((correction) => {
        const track = tracks.get(correction.track);
        const label = data.labels[correction.expression];
        const who = track ? nameOf(track, messages) : "";
        const said = [markOf(label), " ", fill(messages.you_say, { who, what: label.title })];
        return { ...correction, said, path: `corrections/${correction.id}/` };
      }),
    );
    this.#list(
      "markers",
      data.markers.map((marker) => {
        const text = marker.text || messages[marker.kind === "excluded" ? "left_out" : "marker"];
        return { ...marker, said: [text], path: `markers/${marker.id}/` };
      }),
    );
    this.parts.noCorrections.hidden = data.corrections.length > 0;
    this.parts.noMarkers.hidden = data.markers.length > 0;
    this.#agreement(data);
  }

  /**
   * @param {"corrections" | "markers"} name
   * @param {{start: number, end: number, said: (Node | string)[], path: string}[]} rows
   */
  #list(name, rows) {
    const list = this.parts[name];
    const { messages } = this.words;
    const held = list.contains(document.activeElement);
    const shown = this.#all[name] ? rows : rows.slice(0, FIRST);
    list.replaceChildren(
      ...shown.map(({ said, path, ...stretch }) => {
        const when = make("button", { type: "button", class: "remark__time numbers" }, span(stretch));
        when.addEventListener("click", () => this.hands.seek(stretch.start));
        const remove = make("button", { type: "button", class: "button button--quiet remark__remove" }, messages.delete);
        remove.setAttribute("aria-label", fill(messages.delete_at, { time: span(stretch) }));
        remove.addEventListener("click", () => void this.hands.remove(path));
        return make("li", { class: "remark" }, when, make("span", { class: "remark__said" }, ...said), remove);
      }),
    );
    if (rows.length > shown.length) {
      const more = make("button", { type: "button", class: "button button--quiet" });
      say(more, fill(messages.show_all, { count: rows.length }));
      more.addEventListener("click", () => {
        this.#all[name] = true;
        this.#list(name, rows);
      });
      list.append(make("li", {}, more));
    }
    // What was deleted took the focus with it.
    if (held) /** @type {HTMLElement | null} */ (list.querySelector("button"))?.focus();
  }

  /** @param {ClipData} data */
  #agreement({ agreement, labels }) {
    const { agreement: line, agreementTable: table } = this.parts;
    const { messages } = this.words;
    line.hidden = !agreement;
    table.hidden = !agreement || agreement.per_expression.length === 0;
    if (!agreement) return;
    say(line, agreed(agreement, messages));
    /** @type {HTMLElement} */ (table.querySelector("tbody")).replaceChildren(
      ...agreement.per_expression.filter(({ n_s }) => n_s > 0).map(({ expression, n_s, agree_s }) => {
        const label = labels[expression];
        return make(
          "tr",
          {},
          make("th", { scope: "row" }, markOf(label), " ", label.title),
          make("td", { class: "number" }, duration(n_s, messages)),
          make("td", { class: "number" }, duration(agree_s, messages)),
          make("td", { class: "number" }, fill(messages.percent, { percent: Math.round((agree_s / n_s) * 100) })),
        );
      }),
    );
  }
}
