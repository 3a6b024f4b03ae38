import assert from "node:assert/strict";
import { test } from "node:test";

import { encodeFrame, InFlight, parseMessage } from "../../static/live/protocol.js";

test("a frame starts with its number, most significant byte first", async () => {
  const frame = encodeFrame(0x01020304, new Blob([new Uint8Array([0xff, 0xd8])]));
  assert.deepEqual([...new Uint8Array(await frame.arrayBuffer())], [1, 2, 3, 4, 0xff, 0xd8]);
});

test("the largest number still fits", async () => {
  const frame = encodeFrame(2 ** 32 - 1, new Blob([]));
  assert.deepEqual([...new Uint8Array(await frame.arrayBuffer())], [255, 255, 255, 255]);
});

test("a result is read as it came", () => {
  const message = { type: "result", seq: 7, width: 320, height: 240, ms: {}, faces: [] };
  assert.deepEqual(parseMessage(JSON.stringify(message)), message);
});

for (const [what, data] of [
  ["binary data", new ArrayBuffer(4)],
  ["broken JSON", '{"type": "result"'],
  ["null", "null"],
  ["a number", "7"],
  ["an unknown type", '{"type": "weather"}'],
  ["a name that every object has", '{"type": "constructor"}'],
  ["a result without faces", '{"type": "result", "seq": 1, "width": 3, "height": 2}'],
  ["a result of no size", '{"type": "result", "seq": 1, "width": 0, "height": 2, "faces": []}'],
  ["a summary without means", '{"type": "summary", "seconds": 3}'],
]) {
  test(`${what} is no message`, () => assert.equal(parseMessage(data), null));
}

test("there is room for two unanswered frames and not for a third", () => {
  const frames = new InFlight(2);
  frames.sent(1, 10, "a");
  assert.equal(frames.hasRoom, true);
  frames.sent(2, 20, "b");
  assert.equal(frames.hasRoom, false);
  assert.throws(() => frames.sent(3, 30, "c"), RangeError);
});

test("an answer gives the picture of just this frame back, once", () => {
  const frames = new InFlight(2);
  frames.sent(1, 10, "a");
  frames.sent(2, 20, "b");
  assert.deepEqual(frames.answered(2), { at: 20, picture: "b" });
  assert.equal(frames.answered(2), null);
  assert.equal(frames.oldest(), 10);
  assert.equal(frames.hasRoom, true);
});

test("an answer to nothing changes nothing", () => {
  const frames = new InFlight(2);
  frames.sent(1, 10, "a");
  assert.equal(frames.answered(null), null);
  assert.equal(frames.answered(99), null);
  assert.equal(frames.size, 1);
});

test("giving up returns every picture to be released", () => {
  const frames = new InFlight(2);
  frames.sent(1, 10, "a");
  frames.sent(2, 20, "b");
  assert.deepEqual(frames.clear(), ["a", "b"]);
  assert.equal(frames.size, 0);
  assert.equal(frames.oldest(), null);
});
