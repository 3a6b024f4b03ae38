/** The clip in words and in a table, and the timeline as rows. */

import { fill } from "../live/words.js";
import { rows } from "./bands.js";
import { make, say } from "./dom.js";
import { mixBar, mixLegend, mixWords } from "./mix.js";
import { clock } from "./time.js";
import { duration, looked, nameOf, observed } from "./words.js";

/** @typedef {import("./types.js").ClipData} ClipData */
/** @typedef {import("./types.js").Words} Words */

/** Rows of the timeline's table. */
const ROWS = 24;

/**
 * Mean probability of each expression over the sure seconds of all faces that count.
 *
 * @param {Pick<import("./types.js").Track, "mean" | "seconds" | "excluded">[]} tracks
 * @returns {number[]} eight, or none where nothing was sure
 */
export function meanOf(tracks) {
  const counted = tracks.filter(({ excluded, seconds }) => !excluded && seconds > 0);
  const all = counted.reduce((sum, { seconds }) => sum + seconds, 0);
  if (all === 0) return [];
  return counted[0].mean.map(
    (_, index) => counted.reduce((sum, { mean, seconds }) => sum + mean[index] * seconds, 0) / all,
  );
}

/**
 * @param {Record<"sentence" | "mix" | "observed" | "table", HTMLElement>} parts
 * @param {ClipData} data
 * @param {Words} words
 */
export function showSummary(parts, { summary, labels, tracks }, words) {
  if (!summary) return;
  const { messages } = words;
  // The mean, as the journal has it: the same seconds say the same in both.
  const mean = meanOf(tracks);
  say(parts.sentence, looked(mean, labels, messages));
  const unsure = summary.with_face_s > 0 ? summary.unsure_s / summary.with_face_s : 0;
  const said = mixWords(mean, unsure, labels, words).join(", ");
  parts.mix.replaceChildren(
    mixBar(mean, unsure, labels, said || messages.nothing_sure),
    mixLegend(mean, unsure, labels, words),
  );
  say(parts.observed, observed(summary, messages));
  const percent = (/** @type {number} */ share) => fill(messages.percent, { percent: Math.round(share * 100) });
  const cell = (/** @type {string} */ text) => make("td", { class: "number" }, text);
  /** @type {HTMLElement} */ (parts.table.querySelector("tbody")).replaceChildren(
    ...tracks.flatMap((track) => [
      make(
        "tr",
        {},
        make("th", { scope: "row" }, nameOf(track, messages)),
        make("td", {}, messages.share_of_time),
        ...track.share.map((share) => cell(percent(share))),
        ...[track.seconds, track.unsure_s, track.missed_s].map((time) => cell(duration(time, messages))),
        cell(String(track.transitions)),
      ),
      make(
        "tr",
        {},
        make("td", {}),
        make("td", {}, messages.mean),
        ...track.mean.map((mean) => cell(percent(mean))),
        ...Array.from({ length: 4 }, () => cell("")),
      ),
    ]),
  );
}

/**
 * The chosen face over the stretch that the chart shows.
 *
 * @param {HTMLElement} table
 * @param {import("./types.js").Timeline | null} timeline
 * @param {number | null} chosen
 * @param {ClipData} data
 * @param {Words} words
 */
export function fillTimelineTable(table, timeline, chosen, data, { messages }) {
  const track = data.tracks.find(({ id }) => id === chosen);
  const bins = timeline?.tracks.find(({ id }) => id === chosen);
  const caption = /** @type {HTMLElement} */ (table.querySelector("caption"));
  const body = /** @type {HTMLElement} */ (table.querySelector("tbody"));
  if (!track || !bins || !timeline) {
    body.replaceChildren();
    return;
  }
  say(caption, fill(messages.table_of, { who: nameOf(track, messages) }));
  const percent = (/** @type {number} */ share) => fill(messages.percent, { percent: Math.round(share * 100) });
  const short = timeline.to - timeline.from < ROWS * 2;
  body.replaceChildren(
    ...rows(bins, timeline, ROWS).map(({ from, to, shares, seen, unsure }) => {
      const row = make("tr", {}, make("th", { scope: "row" }, `${clock(from, short ? 1 : 0)} – ${clock(to, short ? 1 : 0)}`));
      data.labels.forEach((_label, index) => {
        row.append(make("td", { class: "number" }, shares ? percent(shares[index]) : "–"));
      });
      row.append(make("td", { class: "number" }, percent(unsure)), make("td", { class: "number" }, percent(1 - seen)));
      return row;
    }),
  );
}
