import assert from "node:assert/strict";
import { test } from "node:test";

import { meanOf } from "../../static/clips/summary.js";

const track = (seconds, mean, excluded = false) => ({ seconds, mean, excluded });

test("faces count by their sure seconds, and those left out do not", () => {
  const tracks = [track(3, [1, 0]), track(1, [0, 1]), track(9, [0, 1], true), track(0, [0, 0])];
  assert.deepEqual(meanOf(tracks), [0.75, 0.25]);
});

test("where nothing was sure there is no mean", () => {
  assert.deepEqual(meanOf([track(0, [0, 0])]), []);
});
