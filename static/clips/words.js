/** What the pages of clips say about a face, a stretch, a whole clip. */

import { fill, percent } from "../live/words.js";

/** @typedef {import("./types.js").ClipData} ClipData */
/** @typedef {import("./types.js").Track} Track */
/** @typedef {import("./types.js").Summary} Summary */
/** @typedef {import("./types.js").Words} Words */
/** @typedef {import("./types.js").Label} Label */
/** @typedef {Record<string, string>} Messages */

/** Above this share an expression is what a face mostly looked like (templatetags/look.py). */
const MOSTLY = 0.5;
/** From this share on an expression beside the one on top is worth a word. */
const AT_TIMES = 0.15;

/**
 * @param {import("./boxes.js").Reading} reading
 * @param {{labels: Label[], reasons: import("./types.js").Reason[]}} data
 * @param {Words} words
 * @returns {import("../live/words.js").Description}
 */
export function describe(reading, { labels, reasons }, { unsure, messages }) {
  if (reading.label < 0) {
    const reason = reasons[reading.reason - 1]?.title ?? "";
    const sentence = reason ? fill(messages.unsure_because, { reason }) : unsure.title;
    return {
      expression: "unsure",
      marks: [{ expression: "unsure", mark: unsure.mark }],
      title: unsure.title,
      figure: reason,
      sentence,
      certainty: "",
    };
  }
  const several = labels.filter((_label, index) => reading.mixed & (1 << index));
  const named = several.length > 1 ? strongestFirst(several, labels[reading.label]) : [labels[reading.label]];
  const title = named.map((label) => label.title).join(" + ");
  const shown = percent(reading.confidence / 100);
  return {
    expression: named[0].name,
    marks: named.map(({ name, mark }) => ({ expression: name, mark })),
    title,
    // Of a mix the samples keep only that it is one.
    figure: named.length > 1 ? "" : fill(messages.percent, { percent: shown }),
    sentence:
      named.length > 1
        ? fill(messages.looks_mixed, { what: title })
        : fill(messages.looks, { what: title, percent: shown }),
    certainty: "",
  };
}

/** @param {Label[]} several @param {Label} strongest */
function strongestFirst(several, strongest) {
  return [strongest, ...several.filter((label) => label !== strongest)];
}

/**
 * "4 min 12 s", "20 s", "1 h 5 min".
 *
 * @param {number} seconds
 * @param {Messages} messages
 */
export function duration(seconds, messages) {
  const whole = Math.round(seconds);
  if (whole < 60) return fill(messages.seconds, { seconds: seconds > 0 && whole === 0 ? "< 1" : whole });
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  if (hours) return fill(messages.hours, { hours, minutes });
  return whole % 60 ? fill(messages.minutes, { minutes, seconds: whole % 60 }) : fill(messages.whole_minutes, { minutes });
}

/**
 * Time left is a guess, and said like one: in steps that grow with it.
 *
 * @param {number | null} seconds
 * @param {Messages} messages
 */
export function timeLeft(seconds, messages) {
  if (seconds === null || !Number.isFinite(seconds)) return "";
  if (seconds < 10) return messages.seconds_left;
  if (seconds < 55) return fill(messages.left, { time: fill(messages.seconds, { seconds: Math.ceil(seconds / 10) * 10 }) });
  if (seconds < 3570) return fill(messages.left, { time: fill(messages.whole_minutes, { minutes: Math.ceil(seconds / 60) }) });
  const minutes = Math.ceil(seconds / 600) * 10;
  return fill(messages.left, { time: fill(messages.hours, { hours: Math.floor(minutes / 60), minutes: minutes % 60 }) });
}

/**
 * "Looked mostly neutral, at times happy". Faces at rest look neutral, so that alone would say the
 * same of nearly every clip.
 *
 * @param {number[]} share
 * @param {Label[]} labels
 * @param {Messages} messages
 */
export function looked(share, labels, messages) {
  const order = labels.map(({ title, name }, index) => ({ title, name, share: share[index] ?? 0 }));
  order.sort((one, other) => other.share - one.share);
  const [first, second, ...others] = order;
  if (!first || first.share <= 0) return messages.nothing_sure;
  if (first.share < MOSTLY && second.share > 0) {
    return fill(messages.looked_both, { first: first.title, second: second.title });
  }
  const telling = [second, ...others].find(({ name }) => name !== "neutral");
  return telling && telling.share >= AT_TIMES
    ? fill(messages.looked_at_times, { what: first.title, other: telling.title })
    : fill(messages.looked_mostly, { what: first.title });
}

/**
 * What stands beside the shares: how much of the clip they are from, and what is missing.
 *
 * @param {Summary} summary
 * @param {Messages} messages
 */
export function observed(summary, messages) {
  const said = (/** @type {string} */ key, /** @type {number} */ seconds) =>
    seconds >= 0.5 ? [fill(messages[key], { time: duration(seconds, messages) })] : [];
  const sure = Math.max(0, summary.with_face_s - summary.unsure_s);
  const whole = duration(summary.duration, messages);
  return [
    fill(messages.sure_of, { time: duration(sure, messages), whole }),
    ...said("unsure_for", summary.unsure_s),
    ...said("no_face_for", summary.missed_s),
    ...said("left_out_for", summary.excluded_s),
    ...said("not_looked_at", summary.duration - summary.looked_at_s - summary.excluded_s),
  ].join(" · ");
}

/** @param {Track} track @param {Messages} messages */
export function nameOf(track, messages) {
  if (track.name) return track.name;
  return track.me ? messages.you : fill(messages.face_number, { number: track.number });
}

/**
 * What Cohen's kappa says, in a sentence that does not say more than it can.
 *
 * @param {NonNullable<ClipData["agreement"]>} agreement
 * @param {Messages} messages
 */
export function agreed({ n_s, kappa, low, high }, messages) {
  const time = duration(n_s, messages);
  if (kappa === null) return fill(messages.agreement_too_little, { time });
  const figure = (/** @type {number} */ value) => value.toFixed(2).replace("-", "−");
  return low === null || high === null
    ? fill(messages.agreement, { kappa: figure(kappa), time })
    : fill(messages.agreement_between, { kappa: figure(kappa), low: figure(low), high: figure(high), time });
}
