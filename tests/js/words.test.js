import assert from "node:assert/strict";
import { test } from "node:test";

import { inOrder } from "../../static/live/faces.js";
import { isForTheControl } from "../../static/site/keys.js";
import { snapshotName } from "../../static/live/snapshot.js";
import { controlsOf, nextState } from "../../static/live/states.js";
import { describe, duration, fill, percent } from "../../static/live/words.js";

const config = {
  labels: [
    { name: "neutral", title: "neutral", mark: "–" },
    { name: "happiness", title: "happy", mark: "▲" },
    { name: "surprise", title: "surprised", mark: "◇" },
  ],
  unsure: { name: "unsure", title: "unsure", mark: "?" },
  reasons: { too_dark: "too dark", not_confident: "could be several" },
  messages: {
    looks: "Looks {what}, {percent} %",
    certainty: "About {number} of 100 look {what}.",
    unsure_because: "Unsure: {reason}",
    percent: "{percent} %",
    seconds: "{seconds} s",
    minutes: "{minutes} min {seconds} s",
  },
};
const face = { track: 1, you: true, box: [0, 0, 1, 1], mixed: [], unsure: null, sure: 0.912 };

test("a face looks like something, with how much", () => {
  const said = describe({ ...face, label: "happiness", p: [0.1, 0.82, 0.08] }, config);
  assert.equal(said.sentence, "Looks happy, 82 %");
  assert.deepEqual([said.expression, said.figure], ["happiness", "82 %"]);
  assert.deepEqual(said.marks, [{ expression: "happiness", mark: "▲" }]);
  assert.equal(said.certainty, "About 90 of 100 look happy.");
});

test("how often such a reading is right is never all of them", () => {
  const said = describe({ ...face, label: "happiness", p: [0, 1, 0], sure: 0.999 }, config);
  assert.equal(said.certainty, "About 95 of 100 look happy.");
});

test("a mixed expression names both, the stronger first", () => {
  const mixed = ["surprise", "happiness"];
  const said = describe({ ...face, label: "surprise", mixed, p: [0.1, 0.4, 0.5] }, config);
  assert.equal(said.sentence, "Looks surprised + happy, 50 + 40 %");
  assert.deepEqual(
    said.marks.map(({ mark }) => mark),
    ["◇", "▲"],
  );
  assert.equal(said.certainty, "");
});

test("unsure says why instead of guessing", () => {
  const said = describe({ ...face, label: null, unsure: "too_dark", p: [0, 0, 0] }, config);
  assert.equal(said.sentence, "Unsure: too dark");
  assert.equal(said.expression, "unsure");
});

test("a reason this page does not know still gives a sentence", () => {
  const said = describe({ ...face, label: null, unsure: "too_new", p: [0, 0, 0] }, config);
  assert.equal(said.sentence, "Unsure: could be several");
});

test("a reading is not rounded up to certainty", () => {
  assert.equal(percent(0.998), 99);
  assert.equal(percent(1), 100);
  assert.equal(percent(0.004), 0);
});

test("durations are said in seconds, then in minutes", () => {
  assert.equal(duration(42.4, config.messages), "42 s");
  assert.equal(duration(59.6, config.messages), "1 min 0 s");
  assert.equal(duration(192, config.messages), "3 min 12 s");
});

test("a place without a value stays visible", () => {
  assert.equal(fill("{a} and {b}", { a: 1 }), "1 and {b}");
});

test("one's own face leads the list, the others keep their order", () => {
  const faces = [3, 1, 2].map((track) => ({ track, you: track === 2 }));
  assert.deepEqual(
    inOrder(faces).map(({ track }) => track),
    [2, 1, 3],
  );
});

test("a snapshot is named after its moment", () => {
  assert.equal(snapshotName(new Date(2026, 10, 1, 4, 2, 9)), "emotionweb-2026-11-01-040209.png");
});

test("a session goes through its states and back", () => {
  const path = ["start", "ready", "pause", "resume", "lost", "ready", "end", "start"];
  const states = [];
  path.reduce((state, happening) => {
    states.push(nextState(state, happening));
    return states.at(-1);
  }, "idle");
  assert.deepEqual(states, [
    "starting",
    "live",
    "paused",
    "live",
    "reconnecting",
    "live",
    "ended",
    "starting",
  ]);
});

test("what means nothing in a state changes nothing", () => {
  assert.equal(nextState("idle", "pause"), "idle");
  assert.equal(nextState("ended", "lost"), "ended");
});

test("a session whose camera went away can be stopped as well as started again", () => {
  assert.deepEqual(controlsOf("error", true), {
    start: true,
    pause: false,
    stop: true,
    snapshot: false,
  });
  assert.equal(controlsOf("error", false).stop, false);
});

test("keys belong to the page only while nothing is being typed or chosen", () => {
  const press = (key, more = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...more });
  assert.equal(isForTheControl(press("s"), { tagName: "BODY" }), false);
  assert.equal(isForTheControl(press("s"), { tagName: "BUTTON" }), false);
  assert.equal(isForTheControl(press(" "), { tagName: "BUTTON" }), true);
  assert.equal(isForTheControl(press("s"), { tagName: "INPUT" }), true);
  assert.equal(isForTheControl(press("s"), { tagName: "SELECT" }), true);
  assert.equal(isForTheControl(press("s", { ctrlKey: true }), { tagName: "BODY" }), true);
});
