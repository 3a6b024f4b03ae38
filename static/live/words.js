/** What the page says about a face, a time, a share. */

/** @typedef {import("./types.js").Face} Face */
/** @typedef {import("./types.js").Config} Config */
/** @typedef {import("./types.js").Label} Label */

/**
 * Put values into a translated sentence: "Looks {what}, {percent} %".
 *
 * @param {string} pattern
 * @param {Record<string, string | number>} values
 */
export function fill(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (whole, key) =>
    Object.hasOwn(values, key) ? String(values[key]) : whole,
  );
}

/**
 * A reading is never certain: short of the whole it is not rounded up to it.
 *
 * @param {number} share 0 to 1
 */
export function percent(share) {
  return share < 1 ? Math.min(99, Math.round(share * 100)) : 100;
}

/**
 * Of a hundred, in steps of five: a figure that changes with every frame is not read.
 *
 * @param {number} chance 0 to 1
 */
function steady(chance) {
  return Math.min(95, Math.round(chance * 20) * 5);
}

/**
 * @param {number} seconds
 * @param {Record<string, string>} messages
 */
export function duration(seconds, messages) {
  const whole = Math.round(seconds);
  if (whole < 60) return fill(messages.seconds, { seconds: whole });
  return fill(messages.minutes, { minutes: Math.floor(whole / 60), seconds: whole % 60 });
}

/**
 * @typedef {object} Description
 * @property {string} expression key of the colour: an expression or "unsure"
 * @property {{expression: string, mark: string}[]} marks one, or one for each of several
 * @property {string} title "happy", "happy + surprised", "unsure"
 * @property {string} figure "82 %", "48 + 37 %", or the reason when unsure
 * @property {string} sentence "Looks happy, 82 %" or "Unsure: too dark"
 * @property {string} certainty how often such a reading is right; empty when unsure or mixed
 */

/**
 * Describe what a face looks like, never what the person feels.
 *
 * @param {Face} face
 * @param {Config} config
 * @returns {Description}
 */
export function describe(face, config) {
  const { messages } = config;
  if (face.label === null) {
    const reason = config.reasons[face.unsure ?? ""] ?? config.reasons.not_confident;
    return {
      expression: "unsure",
      marks: [{ expression: "unsure", mark: config.unsure.mark }],
      title: config.unsure.title,
      figure: reason,
      sentence: fill(messages.unsure_because, { reason }),
      certainty: "",
    };
  }
  const names = face.mixed.length > 1 ? face.mixed : [face.label];
  const indices = names.map((name) => config.labels.findIndex((label) => label.name === name));
  const known = indices.filter((index) => index >= 0);
  const title = known.map((index) => config.labels[index].title).join(" + ");
  const figures = known.map((index) => percent(face.p[index])).join(" + ");
  return {
    expression: names[0],
    marks: known.map((index) => ({
      expression: config.labels[index].name,
      mark: config.labels[index].mark,
    })),
    title,
    figure: fill(messages.percent, { percent: figures }),
    sentence: fill(messages.looks, { what: title, percent: figures }),
    certainty:
      known.length === 1 ? fill(messages.certainty, { number: steady(face.sure), what: title }) : "",
  };
}
