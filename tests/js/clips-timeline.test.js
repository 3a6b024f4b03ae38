import assert from "node:assert/strict";
import { test } from "node:test";

import { heights, marks, rows, runs } from "../../static/clips/bands.js";
import { binsFor, following, moved, timeAt, within, xOf, zoomed } from "../../static/clips/scale.js";
import { clock, readClock, ticks } from "../../static/clips/time.js";

test("times read like a clock and are never ahead of the picture", () => {
  assert.equal(clock(0), "0:00");
  assert.equal(clock(59.99), "0:59");
  assert.equal(clock(252.34, 1), "4:12.3");
  assert.equal(clock(0.1 + 0.2, 1), "0:00.3");
  assert.equal(clock(7384), "2:03:04");
});

test("what a person types is read back, and what is no time is refused", () => {
  for (const seconds of [0, 12.5, 61, 3723.5]) assert.equal(readClock(clock(seconds, 1)), seconds);
  assert.equal(readClock("90"), 90);
  assert.equal(readClock("1:30,5"), 90.5);
  for (const text of ["", "soon", "1:75", "1:2:3:4", "-3", "1.5:00"]) assert.equal(readClock(text), null);
});

test("an axis has round times and no more than fit", () => {
  assert.deepEqual(ticks(0, 252, 10).times, [0, 30, 60, 90, 120, 150, 180, 210, 240]);
  assert.deepEqual(ticks(41.9, 43.1, 8), { times: [42, 42.2, 42.4, 42.6, 42.8, 43].map((t) => Math.round(t * 5) * 0.2), decimals: 1 });
  for (const to of [1, 60, 7200, 90_000]) assert.ok(ticks(0, to, 6).times.length <= 7);
});

const shown = { from: 100, to: 200 };

test("a place on the timeline and its time are the same thing", () => {
  assert.equal(xOf(shown, 500, 150), 250);
  assert.equal(timeAt(shown, 500, 250), 150);
  assert.equal(timeAt(shown, 500, -10), 100);
  assert.equal(timeAt(shown, 500, 900), 200);
});

test("coming closer keeps the time under the hand and stays inside the clip", () => {
  assert.deepEqual(zoomed(shown, 0.5, 120, 300), { from: 110, to: 160 });
  assert.deepEqual(zoomed(shown, 10, 150, 300), { from: 0, to: 300 });
  const closest = zoomed({ from: 10, to: 11.2 }, 0.1, 10.6, 300);
  assert.ok(Math.abs(closest.to - closest.from - 1) < 1e-9);
  assert.deepEqual(within({ from: 150, to: 150.2 }, 300).to - within({ from: 150, to: 150.2 }, 300).from, 1);
  assert.deepEqual(within({ from: -5, to: 500 }, 300), { from: 0, to: 300 });
  assert.deepEqual(moved(shown, 400, 300), { from: 200, to: 300 });
});

test("a clip shorter than the closest view is shown whole", () => {
  assert.deepEqual(within({ from: 0, to: 0.4 }, 0.4), { from: 0, to: 0.4 });
  assert.deepEqual(zoomed({ from: 0, to: 0.4 }, 0.5, 0.2, 0.4), { from: 0, to: 0.4 });
});

test("the page is turned only when the playhead has left it", () => {
  assert.equal(following(shown, 160, 1000), shown);
  assert.deepEqual(following(shown, 201, 1000), { from: 196, to: 296 });
  assert.deepEqual(following(shown, 50, 1000), { from: 45, to: 145 });
});

test("bins are about two pixels wide and never finer than the samples", () => {
  assert.equal(binsFor({ from: 0, to: 7200 }, 1000, 0.2), 500);
  assert.equal(binsFor({ from: 0, to: 10 }, 1000, 0.2), 50);
  assert.equal(binsFor({ from: 0, to: 7200 }, 9000, 0.2), 2000);
  assert.equal(binsFor({ from: 0, to: 0.1 }, 1000, 0.2), 1);
});

/** Bins: happy and sure, half unsure, all unsure, nothing seen. */
const track = {
  id: 1,
  mean: [
    ...[51, 204, 0, 0, 0, 0, 0, 0],
    ...[0, 255, 0, 0, 0, 0, 0, 0],
    ...[0, 0, 0, 0, 0, 0, 0, 0],
    ...[0, 0, 0, 0, 0, 0, 0, 0],
  ],
  seen: [100, 80, 60, 0],
  unsure: [0, 40, 60, 0],
};

test("a bin is as high as the face was seen, the unsure part on top", () => {
  const { tops, full, sure } = heights(track, 4);
  assert.deepEqual([...full].map((edge) => +edge.toFixed(3)), [1, 0.8, 0.6, 0]);
  assert.deepEqual([...sure].map((edge) => +edge.toFixed(3)), [1, 0.4, 0, 0]);
  assert.deepEqual([...tops[0]].map((edge) => +edge.toFixed(3)), [0.2, 0, 0, 0]);
  assert.deepEqual([...tops[1]].map((edge) => +edge.toFixed(3)), [1, 0.4, 0, 0]);
  assert.equal(tops[7][0], tops[1][0]);
});

test("runs are the stretches without a gap", () => {
  assert.deepEqual(runs([0, 1, 1, 0, 0, 1]), [[1, 3], [5, 6]]);
  assert.deepEqual(runs([]), []);
  assert.deepEqual(runs([0, 0]), []);
});

test("a mark stands in the middle of a broad, high band, and not in a thin one", () => {
  const broad = { id: 1, mean: Array(6).fill([25, 230, 0, 0, 0, 0, 0, 0]).flat(), seen: Array(6).fill(100), unsure: Array(6).fill(0) };
  const [mark] = marks(heights(broad, 6), 4);
  assert.deepEqual([mark.label, mark.bin], [1, 2]);
  assert.ok(mark.middle > 0.5 && mark.middle < 0.6);
  assert.deepEqual(marks(heights(broad, 6), 7), []);
  const low = { ...broad, unsure: Array(6).fill(70) };
  assert.deepEqual(marks(heights(low, 6), 4), []);
});

test("the table weighs bins by their sure time", () => {
  const [first, second] = rows(track, { from: 0, to: 8, bins: 4 }, 2);
  assert.deepEqual([first.from, first.to, second.to], [0, 4, 8]);
  assert.equal(+first.seen.toFixed(2), 0.9);
  // 100 parts of 0.8 happy and 40 parts of 1.
  assert.equal(+first.shares[1].toFixed(3), +((0.8 * 100 + 1 * 40) / 140).toFixed(3));
  assert.equal(second.shares, null);
});
