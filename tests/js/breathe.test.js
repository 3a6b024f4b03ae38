import assert from "node:assert/strict";
import { test } from "node:test";

import { BREATH_S, IN_S, momentAt } from "../../static/insights/phases.js";

test("a breath goes in for four seconds and out for six", () => {
  assert.equal(momentAt(0, 60)?.phase, "in");
  assert.equal(momentAt(IN_S - 0.01, 60)?.phase, "in");
  assert.equal(momentAt(IN_S, 60)?.phase, "out");
  assert.equal(momentAt(BREATH_S - 0.01, 60)?.phase, "out");
  assert.equal(momentAt(BREATH_S, 60)?.phase, "in");
});

test("the disc is empty at the turns below and full at the turns above, without a jump", () => {
  assert.equal(momentAt(0, 60)?.size, 0);
  assert.equal(momentAt(IN_S, 60)?.size, 1);
  let before = 0;
  for (let at = 0; at < 60; at += 0.05) {
    const size = momentAt(at, 60)?.size ?? Number.NaN;
    assert.ok(Math.abs(size - before) < 0.05, `${at}`);
    before = size;
  }
});

test("whole seconds count down and never show a zero", () => {
  const seconds = [0, 1, 2, 3, 3.99, 4, 9.99].map((at) => momentAt(at, 60)?.left);
  assert.deepEqual(seconds, [4, 3, 2, 1, 1, 6, 1]);
});

test("it ends, after whole breaths, and says how far it is", () => {
  assert.equal(momentAt(30, 60)?.done, 0.5);
  assert.equal(momentAt(60, 60), null);
  for (const minutes of [1, 3, 5]) assert.equal((minutes * 60) % BREATH_S, 0);
});
