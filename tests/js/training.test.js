import assert from "node:assert/strict";
import { test } from "node:test";

import { faceIn, formOf, squareAround } from "../../static/live/wrong.js";
import { cells, columns, passes, valueOf } from "../../static/training/curves.js";
import { deedOf, nextWaiting } from "../../static/training/decisions.js";
import { sentSoFar } from "../../static/training/upload.js";

const EIGHT = ["neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt"];

test("how much was sent is said in megabytes, small files with a decimal", () => {
  const words = "{done} of {all} MB sent";
  assert.equal(sentSoFar(1_572_864, 4_194_304, words), "1.5 of 4.0 MB sent");
  assert.equal(sentSoFar(52_428_800, 301_072_766, words), "50 of 287 MB sent");
  assert.equal(sentSoFar(0, 301_072_766, words), "0.0 of 287 MB sent");
});

test("accuracies are found by either of the names that Keras gives them", () => {
  const two = { epoch: 0, expression_accuracy: 0.6, val_expression_accuracy: 0.7, loss: 1.2, val_loss: 1.1 };
  const one = { epoch: 1, accuracy: 0.65, val_accuracy: 0.72, loss: 1.1 };
  assert.equal(valueOf(two, "accuracy", true), 0.7);
  assert.equal(valueOf(one, "accuracy", false), 0.65);
  assert.equal(valueOf(one, "loss", true), null);
  assert.deepEqual(columns([two, one], "accuracy"), [[1, 2], [0.6, 0.65], [0.7, 0.72]]);
  assert.deepEqual(columns([two, one], "loss"), [[1, 2], [1.2, 1.1], [1.1, null]]);
  assert.deepEqual(cells(one), ["2", "65.0 %", "72.0 %", "1.100", "–"]);
});

test("a loss that is no number is drawn as a gap", () => {
  assert.equal(valueOf({ epoch: 0, loss: Number.NaN }, "loss", false), null);
  assert.deepEqual(columns([], "loss"), [[], [], []]);
});

test("the axis of passes has whole numbers, at most eleven", () => {
  assert.deepEqual(passes(3), [0, 1, 2, 3]);
  assert.deepEqual(passes(32), [0, 5, 10, 15, 20, 25, 30]);
  for (const last of [1, 10, 11, 99, 500, 5000]) assert.ok(passes(last).length <= 26, String(last));
});

test("each key of the queue has one deed", () => {
  assert.deepEqual(deedOf("a", EIGHT), { action: "accept" });
  assert.deepEqual(deedOf("r", EIGHT), { action: "reject" });
  assert.deepEqual(deedOf("ArrowRight", EIGHT), { action: "next" });
  assert.deepEqual(deedOf("u", EIGHT), { action: "undo" });
  assert.deepEqual(deedOf("1", EIGHT), { action: "relabel", expression: "neutral" });
  assert.deepEqual(deedOf("8", EIGHT), { action: "relabel", expression: "contempt" });
  for (const key of ["9", "0", "Enter", "A", "x", "12"]) assert.equal(deedOf(key, EIGHT), null, key);
});

test("after a decision comes the next face that waits, going round", () => {
  assert.equal(nextWaiting(["accepted", "waiting", "waiting"], 0), 1);
  assert.equal(nextWaiting(["waiting", "accepted", "rejected"], 2), 0);
  assert.equal(nextWaiting(["accepted", "rejected"], 0), -1);
  assert.equal(nextWaiting(["waiting"], 0), 0);
  assert.equal(nextWaiting([], 0), -1);
});

test("the little picture is the square that the network sees", () => {
  const { x, y, side } = squareAround([100, 50, 200, 150]);
  assert.ok(Math.abs(side - 117) < 1e-9);
  assert.ok(Math.abs(x - (150 - 58.5)) < 1e-9);
  assert.ok(Math.abs(y - (100 - 10 - 58.5)) < 1e-9);
});

test("the face of a button is looked for in the picture on the screen", () => {
  const face = { track: 3 };
  const scene = /** @type {any} */ ({ result: { faces: [{ track: 1 }, face] } });
  assert.equal(faceIn(scene, 3), face);
  assert.equal(faceIn(scene, 2), null);
  assert.equal(faceIn(null, 3), null);
});

test("what is sent holds the frame, the box, both words and the session", () => {
  const face = /** @type {any} */ ({ box: [1, 2, 3.5, 4], label: null });
  const form = formOf({ jpeg: new Blob(["x"]), face, session: "s" }, "anger", "token");
  assert.equal(form.get("box"), "[1,2,3.5,4]");
  assert.equal(form.get("expression"), "anger");
  assert.equal(form.get("said"), "");
  assert.equal(form.get("session"), "s");
  assert.equal(form.get("csrfmiddlewaretoken"), "token");
  assert.ok(form.get("frame") instanceof Blob);
});
