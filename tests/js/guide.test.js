import assert from "node:assert/strict";
import { test } from "node:test";

import { Guide } from "../../static/live/guide.js";

const STEPS = [
  { name: "neutral", seconds: 3, ask: "rest", mark: "–" },
  { name: "happiness", seconds: 2, ask: "smile", mark: "▲" },
];
const CLEAR = { p: [1, 0, 0, 0, 0, 0, 0, 0], label: "neutral" };
const UNCLEAR = { p: [0, 0, 0, 0, 0, 0, 0, 0], label: null };

/** Ten answers a second from `from` to `until`. */
function watch(guide, face, from, until) {
  const became = [];
  for (let tenth = from * 10 + 1; tenth <= until * 10; tenth += 1) {
    became.push(guide.heard(face, tenth / 10));
  }
  return became;
}

test("each step holds as many seconds as it says, after a moment to get there", () => {
  const guide = new Guide(STEPS, 0);
  watch(guide, CLEAR, 0, 4);
  assert.equal(guide.step.name, "neutral");
  watch(guide, CLEAR, 4, 4.5);
  assert.equal(guide.step.name, "happiness");
  watch(guide, CLEAR, 4.5, 8);
  assert.equal(guide.step, null);
  const held = (name) =>
    guide.answers.filter(({ asked }) => asked === name).reduce((sum, one) => sum + one.seconds, 0);
  assert.ok(Math.abs(held("neutral") - 3) < 0.15);
  assert.ok(Math.abs(held("happiness") - 2) < 0.15);
});

test("the clock waits while there is no face, or none that can be judged", () => {
  const guide = new Guide(STEPS, 0);
  assert.ok(watch(guide, null, 0, 5).every((became) => became === "nobody"));
  assert.ok(watch(guide, UNCLEAR, 5, 6).every((became) => became === "unclear"));
  assert.equal(guide.left, 3);
  assert.equal(guide.progress, 0);
});

test("a step that shows nothing for long is left", () => {
  const guide = new Guide(STEPS, 0);
  watch(guide, null, 0, 12.5);
  assert.equal(guide.step.name, "happiness");
});

test("only the face at rest cannot be skipped", () => {
  const guide = new Guide(STEPS, 0);
  assert.equal(guide.canSkip, false);
  guide.skip(1);
  assert.equal(guide.canSkip, true);
  guide.skip(2);
  assert.equal(guide.step, null);
  assert.equal(guide.progress, 1);
});

test("an answer after a pause stands for a second at most", () => {
  const guide = new Guide(STEPS, 0);
  guide.heard(CLEAR, 2);
  guide.heard(CLEAR, 9);
  assert.deepEqual(guide.answers.map(({ seconds }) => seconds), [1, 1]);
});
