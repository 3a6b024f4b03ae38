import assert from "node:assert/strict";
import { test } from "node:test";

import { nextStep } from "../../static/site/lock.js";

test("it leaves the page once nobody has touched it for longer than was chosen", () => {
  const times = { touchedAt: 100, toldAt: 100, idleS: 60 };
  assert.equal(nextStep({ ...times, now: 160 }), "wait");
  assert.equal(nextStep({ ...times, now: 161 }), "leave");
});

test("it tells the server of a touch, but not of each", () => {
  assert.equal(nextStep({ touchedAt: 110, toldAt: 100, now: 111, idleS: 60 }), "wait");
  assert.equal(nextStep({ touchedAt: 110, toldAt: 100, now: 121, idleS: 60 }), "tell");
});

test("without a new touch there is nothing to tell", () => {
  assert.equal(nextStep({ touchedAt: 100, toldAt: 100, now: 150, idleS: 60 }), "wait");
});
