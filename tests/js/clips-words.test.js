import assert from "node:assert/strict";
import { test } from "node:test";

import { refusal, Pace, size } from "../../static/clips/limits.js";
import { rowAt, rowsOf } from "../../static/clips/layout.js";
import { rangeOf } from "../../static/clips/options.js";
import { fingerprint, readFingerprint, Uploads, worthTrying } from "../../static/clips/uploads.js";
import { agreed, describe, duration, looked, nameOf, observed, timeLeft } from "../../static/clips/words.js";
import { keysOf } from "../../static/site/keys.js";

const messages = {
  seconds: "{seconds} s",
  minutes: "{minutes} min {seconds} s",
  whole_minutes: "{minutes} min",
  hours: "{hours} h {minutes} min",
  left: "about {time} left",
  seconds_left: "a few seconds left",
  percent: "{percent} %",
  looks: "Looks {what}, {percent} %",
  looks_mixed: "Looks {what}",
  unsure_because: "Unsure: {reason}",
  nothing_sure: "No sure answer",
  looked_mostly: "Looked mostly {what}",
  looked_at_times: "Looked mostly {what}, at times {other}",
  looked_both: "Looked {first} and {second}",
  sure_of: "A sure answer for {time} of {whole}",
  unsure_for: "unsure {time}",
  no_face_for: "no face {time}",
  left_out_for: "left out {time}",
  not_looked_at: "not looked at {time}",
  agreement: "kappa {kappa} from {time}",
  agreement_between: "kappa {kappa} ({low} to {high}) from {time}",
  agreement_too_little: "too little: {time}",
  you: "you",
  face_number: "Face {number}",
  kilobytes: "{number} kB",
  megabytes: "{number} MB",
  gigabytes: "{number} GB",
  empty_file: "{name} is empty",
  too_large: "{name} has {size}, at most {most}",
  no_room: "{name} has {size}, room for {free}",
};
const labels = ["neutral", "happy", "surprised"].map((title, index) => ({
  name: ["neutral", "happiness", "surprise"][index],
  title,
  mark: "–▲◇"[index],
}));
const words = { unsure: { name: "unsure", title: "unsure", mark: "?" }, messages };

test("a reading says what it looks like, or why it cannot be said", () => {
  const reasons = [{ name: "too_small", title: "too far away" }];
  const reading = { track: 1, box: [0, 0, 1, 1], label: 1, confidence: 82, reason: 0, mixed: 0 };
  assert.equal(describe(reading, { labels, reasons }, words).sentence, "Looks happy, 82 %");
  const mixed = describe({ ...reading, mixed: 0b110 }, { labels, reasons }, words);
  assert.equal(mixed.sentence, "Looks happy + surprised");
  assert.deepEqual(mixed.marks.map(({ mark }) => mark), ["▲", "◇"]);
  const unsure = describe({ ...reading, label: -1, reason: 1 }, { labels, reasons }, words);
  assert.deepEqual([unsure.sentence, unsure.expression], ["Unsure: too far away", "unsure"]);
});

test("an average has one sentence, and neutral alone is not the news", () => {
  assert.equal(looked([0.9, 0.1, 0], labels, messages), "Looked mostly neutral");
  assert.equal(looked([0.7, 0.1, 0.2], labels, messages), "Looked mostly neutral, at times surprised");
  assert.equal(looked([0.2, 0.6, 0.2], labels, messages), "Looked mostly happy, at times surprised");
  assert.equal(looked([0.4, 0.45, 0.15], labels, messages), "Looked happy and neutral");
  assert.equal(looked([0, 0, 0], labels, messages), "No sure answer");
});

test("beside an average stands what it is from and what is missing", () => {
  const summary = { duration: 252, looked_at_s: 230, with_face_s: 231, unsure_s: 20, missed_s: 9, excluded_s: 10, share: [] };
  assert.equal(
    observed(summary, messages),
    "A sure answer for 3 min 31 s of 4 min 12 s · unsure 20 s · no face 9 s · left out 10 s · not looked at 12 s",
  );
});

test("durations and time left are said as people say them", () => {
  assert.equal(duration(0.3, messages), "< 1 s");
  assert.equal(duration(0, messages), "0 s");
  assert.equal(duration(120, messages), "2 min");
  assert.equal(duration(7384, messages), "2 h 3 min");
  assert.equal(timeLeft(null, messages), "");
  assert.equal(timeLeft(4, messages), "a few seconds left");
  assert.equal(timeLeft(41, messages), "about 50 s left");
  assert.equal(timeLeft(61, messages), "about 2 min left");
  assert.equal(timeLeft(5000, messages), "about 1 h 30 min left");
});

test("kappa is said with what it could be, and not at all from too little", () => {
  const base = { n_s: 60, per_expression: [] };
  assert.equal(agreed({ ...base, kappa: 0.5, low: 0.2, high: 0.7 }, messages), "kappa 0.50 (0.20 to 0.70) from 1 min");
  assert.equal(agreed({ ...base, kappa: -0.1, low: null, high: null }, messages), "kappa −0.10 from 1 min");
  assert.equal(agreed({ ...base, kappa: null, low: null, high: null }, messages), "too little: 1 min");
});

test("a face is called by its name, else you, else by its number", () => {
  assert.equal(nameOf({ name: "Anna", me: true, number: 2 }, messages), "Anna");
  assert.equal(nameOf({ name: "", me: true, number: 2 }, messages), "you");
  assert.equal(nameOf({ name: "", me: false, number: 2 }, messages), "Face 2");
});

test("what cannot be taken is told before anything is sent", () => {
  const limits = { most: 100 * 2 ** 20, free: 50 * 2 ** 20 };
  assert.equal(refusal({ name: "a", size: 10 }, limits, messages), null);
  assert.equal(refusal({ name: "a", size: 0 }, limits, messages), "a is empty");
  assert.equal(refusal({ name: "a", size: 2 ** 30 }, limits, messages), "a has 1 GB, at most 100 MB");
  assert.equal(refusal({ name: "a", size: 60 * 2 ** 20 }, limits, messages), "a has 60 MB, room for 50 MB");
  assert.equal(size(1.5 * 2 ** 20, messages), "1.5 MB");
  assert.equal(size(1, messages), "1 kB");
});

test("the time left follows the pace of the last seconds, not of the whole upload", () => {
  const pace = new Pace(10);
  assert.equal(pace.left(100), null);
  for (let second = 0; second <= 100; second += 1) pace.add(second < 50 ? 0 : (second - 50) * 10, second);
  assert.equal(Math.round(pace.left(100)), 10);
  pace.restart();
  assert.equal(pace.left(100), null);
});

test("a range is written as a clock and sent as seconds", () => {
  assert.deepEqual(rangeOf("", ""), { start: "", end: "" });
  assert.deepEqual(rangeOf("1:30", "2:00"), { start: "90", end: "120" });
  assert.deepEqual(rangeOf("soon", ""), { problem: "bad_time" });
  assert.deepEqual(rangeOf("2:00", "1:30"), { problem: "bad_range" });
  assert.deepEqual(rangeOf("", "0"), { problem: "bad_range" });
});

test("an upload is known again by the file and by whose it is", () => {
  const file = { name: "a|b.mp4", size: 12, lastModified: 5 };
  assert.deepEqual(readFingerprint(fingerprint(file, "7", "clip")), { owner: "7", purpose: "clip", size: 12, name: "a|b.mp4" });
  assert.notEqual(fingerprint(file, "7", "clip"), fingerprint(file, "8", "clip"));
  assert.equal(readFingerprint("something-else"), null);
});

test("a lost line and a restart are worth trying again, a refusal is not", () => {
  for (const status of [0, 500, 502, 503, 409, 423, 429]) assert.ok(worthTrying(status));
  for (const status of [400, 401, 403, 404, 410, 413, 507]) assert.ok(!worthTrying(status));
});

/** tus-js-client as far as the queue needs it. */
class FakeUpload {
  static all = [];
  constructor(file, options) {
    Object.assign(this, { file, options, starts: 0, aborts: 0 });
    FakeUpload.all.push(this);
  }
  findPreviousUploads = async () => [];
  start() {
    this.starts += 1;
  }
  async abort() {
    this.aborts += 1;
  }
}

test("two uploads go at a time, the next one when one is done or paused", async () => {
  FakeUpload.all = [];
  const uploads = new Uploads({ endpoint: "/", chunkSize: 4, headers: {}, owner: "1", tus: { Upload: FakeUpload } }, () => {});
  const settle = () => new Promise((resolve) => setTimeout(resolve));
  for (const name of ["a", "b", "c", "d"]) uploads.add({ name, size: 100, lastModified: 1 }, { purpose: "clip" });
  await settle();
  assert.deepEqual(uploads.all.map(({ state }) => state), ["uploading", "uploading", "queued", "queued"]);
  FakeUpload.all[0].options.onSuccess();
  await settle();
  assert.deepEqual(uploads.all.map(({ state }) => state), ["done", "uploading", "uploading", "queued"]);
  await uploads.all[1].pause();
  await settle();
  assert.deepEqual(uploads.all.map(({ state }) => state), ["done", "paused", "uploading", "uploading"]);
  assert.equal(FakeUpload.all[1].aborts, 1);
});

test("without an answer it says so and goes on trying; with a refusal it says why", async () => {
  FakeUpload.all = [];
  const uploads = new Uploads({ endpoint: "/", chunkSize: 4, headers: {}, owner: "1", tus: { Upload: FakeUpload } }, () => {});
  const one = uploads.add({ name: "a", size: 100, lastModified: 1 }, { purpose: "clip" });
  await new Promise((resolve) => setTimeout(resolve));
  const { options } = FakeUpload.all[0];
  assert.equal(options.onShouldRetry({ originalResponse: null }), true);
  assert.equal(one.state, "reconnecting");
  options.onProgress(50);
  assert.deepEqual([one.state, one.part], ["uploading", 0.5]);
  const refused = { getStatus: () => 413, getBody: () => "There is no room." };
  assert.equal(options.onShouldRetry({ originalResponse: refused }), false);
  options.onError({ originalResponse: refused });
  assert.deepEqual([one.state, one.reason], ["failed", "There is no room."]);
});

test("rows of the timeline lie one under the other, with room for names on a phone", () => {
  const wide = rowsOf(2, false);
  assert.ok(wide.rows[1].top >= wide.rows[0].line + wide.sizes.line);
  assert.ok(rowsOf(2, true).rows[0].band > rowsOf(2, true).rows[0].top);
  assert.equal(rowAt(wide, wide.rows[1].band + 1), 1);
  assert.equal(rowAt(wide, 0), -1);
  assert.equal(rowAt(wide, wide.axis + 1), -1);
  assert.equal(rowsOf(0, false).rows.length, 0);
});

test("a control may have several keys", () => {
  assert.deepEqual(keysOf({ dataset: { key: "k Space" } }), ["k", "Space"]);
  assert.deepEqual(keysOf({ dataset: {} }), []);
});
