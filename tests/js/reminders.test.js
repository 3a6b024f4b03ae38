import assert from "node:assert/strict";
import { test } from "node:test";

import { come, offer, readKeys, remember } from "../../static/journal/reminders.js";

const HOUR = 3600 * 1000;
const next = [
  { key: "1 2026-11-21T08:00", at: 10 * HOUR },
  { key: "2 2026-11-21T21:00", at: 23 * HOUR },
];

test("a reminder has come from its time on, and until it is too late", () => {
  const keys = (/** @type {number} */ now) => come(next, [], now).map(({ key }) => key);
  assert.deepEqual(keys(10 * HOUR - 1), []);
  assert.deepEqual(keys(10 * HOUR), ["1 2026-11-21T08:00"]);
  assert.deepEqual(keys(12 * HOUR - 1), ["1 2026-11-21T08:00"]);
  assert.deepEqual(keys(12 * HOUR), []);
  assert.deepEqual(keys(24 * HOUR), ["2 2026-11-21T21:00"]);
});

test("what was shown is not shown again", () => {
  assert.deepEqual(come(next, ["1 2026-11-21T08:00"], 10 * HOUR), []);
});

test("each key is kept once, and not for ever", () => {
  assert.deepEqual(remember(["a", "b"], ["b", "c"]), ["a", "b", "c"]);
  const many = Array.from({ length: 50 }, (_, number) => `${number}`);
  assert.deepEqual(remember(many, ["new"]).slice(-2), ["49", "new"]);
  assert.equal(remember(many, ["new"]).length, 20);
});

test("nonsense in the store counts as nothing", () => {
  assert.deepEqual(readKeys(null), []);
  assert.deepEqual(readKeys("{"), []);
  assert.deepEqual(readKeys('{"a": 1}'), []);
  assert.deepEqual(readKeys('["a", 1, "b"]'), ["a", "b"]);
});

test("the button asks only where the browser was not asked yet", () => {
  assert.deepEqual(offer("default"), { words: "default", ask: true });
  assert.deepEqual(offer("granted"), { words: "granted", ask: false });
  assert.deepEqual(offer("denied"), { words: "denied", ask: false });
  assert.deepEqual(offer(undefined), { words: "missing", ask: false });
});
