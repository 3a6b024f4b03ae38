import assert from "node:assert/strict";
import { test } from "node:test";

import { lastBefore, neighbour, readingsAt } from "../../static/clips/boxes.js";
import { Chunks, chunkSpan, wanted } from "../../static/clips/chunks.js";

const chunk = {
  from: 0,
  to: 10,
  frames: [0, 0.2, 0.4, 0.6, 0.8, 1],
  tracks: [
    {
      id: 7,
      t: [0.2, 0.4, 1],
      box: [[0, 0, 100, 100], [200, 100, 300, 200], [5000, 5000, 6000, 6000]],
      label: [1, -1, 2],
      confidence: [80, 0, 60],
      reason: [0, 3, 0],
      mixed: [0, 0, 0],
    },
  ],
};

test("on a frame that was analysed the box is the one of that frame", () => {
  assert.deepEqual(readingsAt(chunk, 0.2, 0.2), [
    { track: 7, box: [0, 0, 100, 100], label: 1, confidence: 80, reason: 0, mixed: 0 },
  ]);
  assert.equal(readingsAt(chunk, 0.3999999, 0.2)[0].label, -1);
});

test("between two samples the box moves evenly and the words stay", () => {
  const [reading] = readingsAt(chunk, 0.3, 0.2);
  assert.deepEqual(reading.box.map(Math.round), [100, 50, 200, 150]);
  assert.equal(reading.label, 1);
});

test("a face that was lost has no box until it is found again", () => {
  assert.equal(readingsAt(chunk, 0.5, 0.2)[0].label, -1);
  assert.deepEqual(readingsAt(chunk, 0.7, 0.2), []);
  assert.equal(readingsAt(chunk, 0.95, 0.2)[0].label, 2);
  assert.deepEqual(readingsAt(chunk, 3, 0.2), []);
  assert.deepEqual(readingsAt({ ...chunk, tracks: [] }, 0.2, 0.2), []);
});

test("one frame without the face does not make the box blink", () => {
  const [first] = chunk.tracks;
  const gap = { ...first, t: [0.2, 0.6], box: first.box.slice(0, 2) };
  assert.deepEqual(readingsAt({ ...chunk, tracks: [gap] }, 0.4, 0.2)[0].box.map(Math.round), [100, 50, 200, 150]);
});

test("the last time that is not after a moment", () => {
  assert.equal(lastBefore([1, 2, 3], 0.5), -1);
  assert.equal(lastBefore([1, 2, 3], 2), 1);
  assert.equal(lastBefore([1, 2, 3], 1.9995), 1);
  assert.equal(lastBefore([], 2), -1);
});

test("steps go to the next frame that was looked at, and back", () => {
  assert.equal(neighbour(chunk.frames, 0.4, 1), 0.6);
  assert.equal(neighbour(chunk.frames, 0.4, -1), 0.2);
  assert.equal(neighbour(chunk.frames, 0.45, -1), 0.4);
  assert.equal(neighbour(chunk.frames, 0.45, 1), 0.6);
  assert.equal(neighbour(chunk.frames, 1, 1), null);
  assert.equal(neighbour(chunk.frames, 0, -1), null);
});

test("the next stretch is fetched before it is needed", () => {
  assert.deepEqual(wanted(10, 60, 200), [0]);
  assert.deepEqual(wanted(40, 60, 200), [0, 1]);
  assert.deepEqual(wanted(70, 60, 200), [1, 0]);
  assert.deepEqual(wanted(199, 60, 200), [3, 2]);
  assert.deepEqual(wanted(500, 60, 60), [0]);
  assert.ok(chunkSpan(30) < chunkSpan(5));
});

test("a stretch is fetched once, also while it is on its way, and old ones are let go", async () => {
  const asked = [];
  const chunks = new Chunks(
    async (from, to) => {
      asked.push([from, to]);
      return { from, to, frames: [], tracks: [] };
    },
    { span: 60, duration: 6000 },
  );
  assert.equal(chunks.at(5), null);
  await chunks.load(5);
  assert.equal(chunks.at(5)?.to, 61);
  assert.deepEqual(asked, [[0, 61]]);
  for (let time = 65; time < 2000; time += 60) await chunks.load(time);
  assert.equal(chunks.at(5), null);
});

test("a lost line gives nothing and is not asked about with every frame", async () => {
  let asked = 0;
  const chunks = new Chunks(
    async () => {
      asked += 1;
      throw new Error("no line");
    },
    { span: 60, duration: 100 },
  );
  assert.equal(await chunks.load(5), null);
  assert.equal(chunks.at(5), null);
  assert.equal(chunks.at(5), null);
  assert.equal(asked, 1);
});
