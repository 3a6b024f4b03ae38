import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const css = readFileSync(new URL("../../static/css/tokens.css", import.meta.url), "utf8");

/** @returns {Record<string, {light: string, dark: string}>} */
function tokens() {
  const found = {};
  for (const [, name, value] of css.matchAll(/--([\w-]+):\s*([^;]+);/g)) {
    const both = value.match(/^light-dark\((#[\da-f]{6}), (#[\da-f]{6})\)$/);
    if (both) found[name] = { light: both[1], dark: both[2] };
    else if (/^#[\da-f]{6}$/.test(value)) found[name] = { light: value, dark: value };
  }
  return found;
}

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const all = tokens();
const moods = [1, 2, 3, 4, 5].map((number) => `mood-${number}`);
const apart = ["much-lower", "lower", "alike", "higher", "much-higher"].map((n) => `apart-${n}`);
const tags = ["stone", "clay", "sand", "moss", "sea", "sky", "iris", "plum"];
const expressions = [
  "neutral",
  "happiness",
  "surprise",
  "sadness",
  "anger",
  "disgust",
  "fear",
  "contempt",
  "unsure",
];

/** [foreground, background, least contrast] */
const pairs = [
  ...["page", "raised", "sunken"].flatMap((ground) => [
    ["ink", ground, 4.5],
    ["quiet", ground, 4.5],
    ["accent", ground, 4.5],
    ["accent-strong", ground, 4.5],
    ["danger", ground, 4.5],
    ["control-line", ground, 3],
  ]),
  ["on-accent", "accent", 4.5],
  ["on-accent", "accent-strong", 4.5],
  ["on-danger", "danger", 4.5],
  ["good", "page", 4.5],
  ["caution", "page", 4.5],
  ...["danger-wash", "good-wash", "caution-wash", "accent-wash"].map((wash) => ["ink", wash, 4.5]),
  ["danger", "danger-wash", 4.5],
  ["on-stage", "chip", 4.5],
  ["on-stage", "stage", 4.5],
  ["quiet-on-stage", "stage", 4.5],
  ...expressions.flatMap((name) => [
    [name, "page", 3],
    [name, "raised", 3],
    [`stage-${name}`, "chip", 3],
  ]),
  ...[...moods, ...apart].flatMap((name) => [
    [name, "page", 3],
    [name, "raised", 3],
    [`on-${name}`, name, 4.5],
  ]),
  ...tags.flatMap((name) =>
    ["page", "raised", "accent-wash"].map((ground) => [`tag-${name}`, ground, 3]),
  ),
];

for (const mode of ["light", "dark"]) {
  for (const [front, back, least] of pairs) {
    test(`${mode}: ${front} on ${back} has ${least}:1`, () => {
      const ratio = contrast(all[front][mode], all[back][mode]);
      assert.ok(ratio >= least, `${ratio.toFixed(2)}:1`);
    });
  }
}

test("a better mood has more ink, in steps that can be told apart", () => {
  for (const mode of ["light", "dark"]) {
    const ink = moods.map((name) => contrast(all[name][mode], all.page[mode]));
    for (const [at, amount] of ink.slice(1).entries()) assert.ok(amount / ink[at] > 1.25, mode);
  }
});

test("each expression keeps its night colour on the stage", () => {
  for (const name of expressions.slice(0, 8)) {
    assert.equal(all[`stage-${name}`].dark, all[name].dark);
  }
});

test("the formula agrees with the two contrasts everybody knows", () => {
  assert.equal(contrast("#000000", "#ffffff").toFixed(2), "21.00");
  assert.equal(contrast("#767676", "#ffffff").toFixed(2), "4.54");
});
