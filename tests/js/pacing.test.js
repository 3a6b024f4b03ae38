import assert from "node:assert/strict";
import { test } from "node:test";

import { Pacer, Rate } from "../../static/live/pacing.js";

/** Send at every display refresh that is due; each frame is answered after `reply` ms. */
function run(pacer, { seconds, reply, inFlight = 2 }) {
  const waiting = [];
  let sent = 0;
  for (let now = 0; now < seconds * 1000; now += 1000 / 60) {
    while (waiting.length > 0 && waiting[0] <= now) {
      waiting.shift();
      pacer.answered(reply);
    }
    if (waiting.length < inFlight && pacer.due(now)) {
      pacer.sent(now);
      waiting.push(now + reply);
      sent += 1;
    }
  }
  return sent / seconds;
}

test("with quick replies the target is kept, not exceeded", () => {
  const rate = run(new Pacer(15), { seconds: 10, reply: 8 });
  assert.ok(rate > 14 && rate < 15.3, `${rate} frames a second`);
});

test("with slow replies frames are sent no faster than they are answered", () => {
  const rate = run(new Pacer(15), { seconds: 20, reply: 400 });
  assert.ok(rate > 4 && rate <= 5.1, `${rate} frames a second`);
});

test("however slow, a frame is tried every second", () => {
  const pacer = new Pacer(15);
  pacer.answered(60_000);
  assert.equal(pacer.interval, 1000);
});

test("the first frame is due at once and the next one only after its interval", () => {
  const pacer = new Pacer(10);
  assert.equal(pacer.due(5000), true);
  pacer.sent(5000);
  assert.equal(pacer.due(5050), false);
  assert.equal(pacer.due(5100), true);
});

test("a dropped frame slows down, answers bring the rate back", () => {
  const pacer = new Pacer(15);
  pacer.answered(10);
  const before = pacer.interval;
  pacer.refused();
  assert.ok(pacer.interval > before * 1.4);
  for (let count = 0; count < 100; count += 1) pacer.answered(10);
  assert.equal(pacer.interval, before);
});

test("a pause does not lead to a burst", () => {
  const pacer = new Pacer(10);
  pacer.sent(0);
  pacer.sent(10_000);
  assert.equal(pacer.due(10_050), false);
});

test("a new connection starts without the old one's times", () => {
  const pacer = new Pacer(15);
  pacer.answered(900);
  pacer.reset();
  assert.equal(pacer.replyTime, null);
  assert.equal(pacer.interval, pacer.shortest);
});

test("the rate counts the last seconds only", () => {
  const rate = new Rate(3000);
  for (let now = 0; now <= 10_000; now += 100) rate.add(now);
  assert.equal(rate.perSecond(10_000).toFixed(1), "10.0");
  assert.equal(rate.perSecond(20_000), 0);
});

test("one event is no rate yet", () => {
  const rate = new Rate();
  rate.add(0);
  assert.equal(rate.perSecond(10), 0);
});
