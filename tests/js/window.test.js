import assert from "node:assert/strict";
import { test } from "node:test";

import { RollingWindow, stack } from "../../static/live/window.js";

test("a slot holds the mean of its frames", () => {
  const data = new RollingWindow(2, 10, 0.5);
  data.add(100.0, [1, 0]);
  data.add(100.2, [0, 1]);
  const { times, shares } = data.read(100.4);
  assert.equal(times.at(-1), 0);
  assert.deepEqual([shares[0].at(-1), shares[1].at(-1)], [0.5, 0.5]);
});

test("time without a face is a gap, not a value", () => {
  const data = new RollingWindow(1, 10, 0.5);
  data.add(100, [1]);
  const { times, shares, unsure } = data.read(102);
  assert.equal(shares[0][times.indexOf(-2)], 1);
  assert.deepEqual(shares[0].slice(times.indexOf(-2) + 1), [null, null, null, null]);
  assert.ok(unsure.every((slot) => !slot));
});

test("a slot that was mostly unsure has no value and says so", () => {
  const data = new RollingWindow(1, 10, 0.5);
  data.add(100, [1]);
  data.add(100.1, null);
  data.add(100.2, null);
  const { shares, unsure } = data.read(100.3);
  assert.equal(shares[0].at(-1), null);
  assert.equal(unsure.at(-1), true);
});

test("the window always spans the same time and forgets what is older", () => {
  const data = new RollingWindow(1, 120, 0.5);
  for (let at = 0; at < 600; at += 0.25) data.add(at, [at]);
  const { times, shares } = data.read(599.9);
  assert.equal(times.length, 241);
  assert.deepEqual([times[0], times.at(-1)], [-120, 0]);
  assert.ok(shares[0].every((value) => value === null || value >= 479));
  assert.equal(shares[0].at(-1), 599.625);
});

test("what is older than the window is not shown after a pause either", () => {
  const data = new RollingWindow(1, 10, 0.5);
  data.add(0, [1]);
  assert.ok(data.read(60).shares[0].every((value) => value === null));
});

test("the table has a row for ten seconds, the newest first, and none where nothing was seen", () => {
  const data = new RollingWindow(1, 120, 0.5);
  data.add(100, [0.2]);
  data.add(95, null);
  data.add(60, [0.6]);
  data.add(119.5, [1]);
  assert.deepEqual(data.rows(119.5), [
    { ago: 0, shares: [1], unsure: false },
    { ago: 10, shares: [0.2], unsure: false },
    { ago: 20, shares: null, unsure: true },
    { ago: 50, shares: [0.6], unsure: false },
  ]);
});

test("stacked shares end at their sum, gaps stay gaps", () => {
  assert.deepEqual(
    stack([
      [0.25, null],
      [0.5, null],
      [0.25, null],
    ]),
    [
      [0.25, null],
      [0.75, null],
      [1, null],
    ],
  );
});
