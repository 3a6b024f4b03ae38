import assert from "node:assert/strict";
import { test } from "node:test";

import { boxAt, contain, fitWithin, placeBox, placeLabel } from "../../static/live/geometry.js";

test("a large picture is scaled to its long side, upright or not", () => {
  assert.deepEqual(fitWithin(1280, 720, 480), { width: 480, height: 270 });
  assert.deepEqual(fitWithin(720, 1280, 480), { width: 270, height: 480 });
});

test("a small picture is not enlarged", () => {
  assert.deepEqual(fitWithin(320, 240, 480), { width: 320, height: 240 });
});

test("a picture is shown whole and centred", () => {
  assert.deepEqual(contain(640, 480, 1000, 480), { x: 180, y: 0, width: 640, height: 480 });
  assert.deepEqual(contain(1280, 720, 640, 480), { x: 0, y: 60, width: 640, height: 360 });
});

const frame = { width: 320, height: 240 };
const area = { x: 10, y: 20, width: 640, height: 480 };

test("without a mirror a box stays on its side, scaled and moved with the picture", () => {
  const placed = placeBox([20, 30, 80, 100], frame, area, false);
  assert.deepEqual(placed, { x: 50, y: 80, width: 120, height: 140 });
});

test("in the mirror the left becomes the right, heights stay", () => {
  const placed = placeBox([20, 30, 80, 100], frame, area, true);
  assert.deepEqual(placed, { x: 490, y: 80, width: 120, height: 140 });
});

test("a box in the middle does not move in the mirror", () => {
  const box = [130, 60, 190, 140];
  assert.deepEqual(placeBox(box, frame, area, true), placeBox(box, frame, area, false));
});

test("the label stands above its box", () => {
  const label = { width: 100, height: 28 };
  assert.deepEqual(placeLabel({ x: 50, y: 80, width: 120, height: 140 }, label, area), {
    x: 50,
    y: 48,
  });
});

test("at the top edge the label goes into the box", () => {
  const { y } = placeLabel(
    { x: 50, y: 25, width: 120, height: 140 },
    { width: 100, height: 28 },
    area,
  );
  assert.equal(y, 29);
});

test("the label never leaves the picture", () => {
  const label = { width: 200, height: 28 };
  const right = placeLabel({ x: 600, y: 200, width: 80, height: 80 }, label, area);
  assert.equal(right.x, 450);
  const left = placeLabel({ x: -30, y: -50, width: 80, height: 80 }, label, area);
  assert.deepEqual(left, { x: 10, y: 24 });
});

test("a click finds the smaller of two boxes that overlap, or none", () => {
  const boxes = [
    { x: 0, y: 0, width: 100, height: 100 },
    { x: 40, y: 40, width: 20, height: 20 },
  ];
  assert.equal(boxAt({ x: 50, y: 50 }, boxes), 1);
  assert.equal(boxAt({ x: 10, y: 10 }, boxes), 0);
  assert.equal(boxAt({ x: 200, y: 10 }, boxes), -1);
});
