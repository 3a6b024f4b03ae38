import assert from "node:assert/strict";
import { test } from "node:test";

import { markFor, newId, outcomeOf } from "../../static/site/marks.js";

test("a number presses its mark wherever the focus is", () => {
  assert.deepEqual(markFor("1", -1, 5), { press: 0 });
  assert.deepEqual(markFor("5", 2, 5), { press: 4 });
  assert.equal(markFor("6", 2, 5), null);
  assert.equal(markFor("0", 2, 5), null);
});

test("arrows go from mark to mark and stop at the ends", () => {
  assert.deepEqual(markFor("ArrowRight", 3, 5), { focus: 4 });
  assert.deepEqual(markFor("ArrowRight", 4, 5), { focus: 4 });
  assert.deepEqual(markFor("ArrowLeft", 0, 5), { focus: 0 });
  assert.deepEqual(markFor("ArrowDown", 1, 5), { focus: 2 });
  assert.deepEqual(markFor("Home", 3, 5), { focus: 0 });
  assert.deepEqual(markFor("End", 3, 5), { focus: 4 });
});

test("from outside the marks an arrow begins in the middle", () => {
  assert.deepEqual(markFor("ArrowLeft", -1, 5), { focus: 2 });
  assert.deepEqual(markFor("ArrowRight", -1, 5), { focus: 2 });
});

test("other keys are left to the page", () => {
  for (const key of ["Enter", " ", "Tab", "Escape", "1x", "F1", "a"]) {
    assert.equal(markFor(key, 2, 5), null, key);
  }
});

test("ids are UUIDs of version 4, and none comes twice", () => {
  const ids = Array.from({ length: 200 }, () => newId());
  for (const id of ids) {
    assert.match(id, /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  }
  assert.equal(new Set(ids).size, ids.length);
});

test("what was stored can be added to and undone", () => {
  const body = { said: "Checked in: good.", edit: "/e/", undo: "/u/", id: "x" };
  assert.deepEqual(outcomeOf(201, body), {
    said: "Checked in: good.",
    saved: true,
    again: false,
    edit: "/e/",
    undo: "/u/",
  });
});

test("no answer and a broken server are worth another try, a refusal is not", () => {
  assert.deepEqual(outcomeOf(0, null), { said: "", saved: false, again: true, away: true });
  assert.equal(outcomeOf(502, null).away, true);
  assert.deepEqual(outcomeOf(500, null), { said: "", saved: false, again: true, away: false });
  const refused = outcomeOf(400, { said: "This time is still to come." });
  assert.deepEqual(refused, {
    said: "This time is still to come.",
    saved: false,
    again: false,
    away: false,
  });
});

test("a login page in the place of an answer is not taken for success", () => {
  assert.equal(outcomeOf(200, null).saved, false);
});
