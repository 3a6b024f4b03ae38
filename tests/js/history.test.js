import assert from "node:assert/strict";
import { test } from "node:test";

import { placeFor } from "../../static/journal/grid.js";

const LEAP = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const at = (month, day) => ({ month: month - 1, day: day - 1 });

test("a wide screen: days lie side by side, months under each other", () => {
  assert.deepEqual(placeFor("ArrowRight", at(3, 14), LEAP, true), at(3, 15));
  assert.deepEqual(placeFor("ArrowLeft", at(3, 14), LEAP, true), at(3, 13));
  assert.deepEqual(placeFor("ArrowDown", at(3, 14), LEAP, true), at(4, 14));
  assert.deepEqual(placeFor("ArrowUp", at(3, 14), LEAP, true), at(2, 14));
});

test("a phone: days stand under each other, months side by side", () => {
  assert.deepEqual(placeFor("ArrowDown", at(3, 14), LEAP, false), at(3, 15));
  assert.deepEqual(placeFor("ArrowRight", at(3, 14), LEAP, false), at(4, 14));
});

test("over the end of a month into the next", () => {
  assert.deepEqual(placeFor("ArrowRight", at(2, 29), LEAP, true), at(3, 1));
  assert.deepEqual(placeFor("ArrowLeft", at(3, 1), LEAP, true), at(2, 29));
});

test("a day that the next month does not have is its last one", () => {
  assert.deepEqual(placeFor("PageDown", at(1, 31), LEAP, true), at(2, 29));
  assert.deepEqual(placeFor("ArrowUp", at(5, 31), LEAP, true), at(4, 30));
});

test("first and last day of the month; nothing beyond the year", () => {
  assert.deepEqual(placeFor("Home", at(6, 20), LEAP, true), at(6, 1));
  assert.deepEqual(placeFor("End", at(6, 20), LEAP, true), at(6, 30));
  assert.deepEqual(placeFor("ArrowLeft", at(1, 1), LEAP, true), at(1, 1));
  assert.deepEqual(placeFor("ArrowRight", at(12, 31), LEAP, true), at(12, 31));
  assert.deepEqual(placeFor("PageUp", at(1, 9), LEAP, true), at(1, 9));
});

test("days still to come cannot be gone to", () => {
  const until = [31, 28, 14, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  assert.deepEqual(placeFor("ArrowRight", at(3, 14), until, true), at(3, 14));
  assert.deepEqual(placeFor("ArrowDown", at(2, 20), until, true), at(3, 14));
  assert.deepEqual(placeFor("ArrowDown", at(3, 2), until, true), at(3, 2));
});

test("other keys are left alone", () => {
  assert.equal(placeFor("a", at(3, 14), LEAP, true), null);
  assert.equal(placeFor("Enter", at(3, 14), LEAP, true), null);
});
