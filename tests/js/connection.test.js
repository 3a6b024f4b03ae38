import assert from "node:assert/strict";
import { test } from "node:test";

import { backoffDelay } from "../../static/live/backoff.js";
import { closeMeaning } from "../../static/live/closes.js";
import { LiveSocket, SILENCE_MS, SUMMARY_MS } from "../../static/live/socket.js";

const READY = {
  type: "ready",
  protocol: 1,
  session: "s-1",
  resumed: false,
  model: "m",
  labels: [],
  limits: { in_flight: 2, max_bytes: 1, max_side: 1 },
};

/** A world with its own clock, in which sockets do only what the test says. */
function world() {
  const here = { now: 0, sockets: [], timers: new Map(), heard: [], pictures: [] };
  let nextTimer = 0;
  const around = {
    connect: (url) => {
      const socket = {
        url,
        sent: [],
        isClosed: false,
        send: (data) => socket.sent.push(data),
        close: () => (socket.isClosed = true),
        say: (message) => socket.onmessage({ data: JSON.stringify(message) }),
        drop: (code) => socket.onclose({ code }),
      };
      here.sockets.push(socket);
      return socket;
    },
    now: () => here.now,
    later: (run, delay) => {
      nextTimer += 1;
      here.timers.set(nextTimer, { run, at: here.now + delay });
      return nextTimer;
    },
    cancel: (timer) => here.timers.delete(timer),
    random: () => 0.5,
  };
  here.pass = (ms) => {
    here.now += ms;
    for (const [id, { run, at }] of [...here.timers]) {
      if (at <= here.now && here.timers.delete(id)) run();
    }
  };
  here.picture = () => {
    const picture = { closed: false, close: () => (picture.closed = true) };
    here.pictures.push(picture);
    return picture;
  };
  here.socket = new LiveSocket(
    "ws://here/ws/live/",
    {
      ready: (message) => here.heard.push(["ready", message.session]),
      message: (message, picture, trip) => here.heard.push([message.type, picture, trip]),
      lost: (reason, delay) => here.heard.push(["lost", reason, delay]),
      closed: (reason) => here.heard.push(["closed", reason]),
    },
    around,
  );
  here.socket.connect();
  return here;
}

const jpeg = new Blob(["x"]);

test("nothing is sent before the server is ready", () => {
  const here = world();
  const picture = here.picture();
  assert.equal(here.socket.send(jpeg, picture), false);
  assert.equal(picture.closed, true);
  assert.deepEqual(here.sockets[0].sent, []);
});

test("a page that speaks another version than the server ends and says so", () => {
  const here = world();
  here.sockets[0].say({ ...READY, protocol: 2 });
  assert.deepEqual(here.heard, [["closed", "bad_message"]]);
  assert.equal(here.sockets[0].isClosed, true);
  assert.equal(here.socket.hasRoom, false);
});

test("the third frame waits until one of two is answered, with its own picture", () => {
  const here = world();
  here.sockets[0].say(READY);
  const [first, second] = [here.picture(), here.picture()];
  here.socket.send(jpeg, first);
  here.socket.send(jpeg, second);
  assert.equal(here.socket.hasRoom, false);
  here.now = 40;
  here.sockets[0].say({ type: "result", seq: 1, width: 4, height: 3, faces: [] });
  assert.deepEqual(here.heard.at(-1), ["result", first, 40]);
  assert.equal(here.socket.hasRoom, true);
  assert.equal(first.closed, false, "the picture belongs to the page now");
});

test("a dropped frame makes room and its picture is released", () => {
  const here = world();
  here.sockets[0].say(READY);
  const picture = here.picture();
  here.socket.send(jpeg, picture);
  here.sockets[0].say({ type: "dropped", seq: 1 });
  assert.equal(picture.closed, true);
  assert.equal(here.heard.at(-1)[1], null);
});

test("a lost connection releases its pictures and comes back in the same session", () => {
  const here = world();
  here.sockets[0].say(READY);
  const picture = here.picture();
  here.socket.send(jpeg, picture);
  here.sockets[0].drop(1006);
  assert.equal(picture.closed, true);
  const [what, reason, delay] = here.heard.at(-1);
  assert.deepEqual([what, reason], ["lost", "lost"]);
  here.pass(delay - 1);
  assert.equal(here.sockets.length, 1);
  here.pass(1);
  assert.equal(here.sockets[1].url, "ws://here/ws/live/?session=s-1");
});

test("each failed attempt waits longer, success starts anew", () => {
  const here = world();
  const delays = [];
  for (let attempt = 0; attempt < 3; attempt += 1) {
    here.sockets.at(-1).drop(1006);
    delays.push(here.heard.at(-1)[2]);
    here.pass(delays.at(-1));
  }
  assert.deepEqual(delays, [375, 750, 1500]);
  here.sockets.at(-1).say(READY);
  here.sockets.at(-1).drop(1006);
  assert.equal(here.heard.at(-1)[2], 375);
});

test("when the network is back it does not wait for the rest of the delay", () => {
  const here = world();
  here.sockets[0].drop(1006);
  here.socket.hurry();
  assert.equal(here.sockets.length, 2);
  here.pass(60_000);
  assert.equal(here.sockets.length, 2, "the old timer does not connect a second time");
});

test("a code that only the person can change ends it without another attempt", () => {
  const here = world();
  here.sockets[0].say(READY);
  here.sockets[0].drop(4409);
  assert.deepEqual(here.heard.at(-1), ["closed", "taken_over"]);
  here.pass(60_000);
  assert.equal(here.sockets.length, 1);
});

test("stopping waits for the summary", () => {
  const here = world();
  here.sockets[0].say(READY);
  here.socket.stop();
  assert.deepEqual(here.sockets[0].sent, ['{"type":"stop"}']);
  here.sockets[0].say({ type: "summary", seconds: 3, means: [] });
  here.sockets[0].drop(1000);
  assert.deepEqual(
    here.heard.map(([what]) => what),
    ["ready", "summary", "closed"],
  );
});

test("stopping ends also when no summary comes", () => {
  const here = world();
  here.sockets[0].say(READY);
  here.socket.stop();
  here.pass(SUMMARY_MS);
  assert.deepEqual(here.heard.at(-1), ["closed", "stopped"]);
  assert.equal(here.sockets[0].isClosed, true);
});

test("stopping without a connection ends at once and nothing connects any more", () => {
  const here = world();
  here.sockets[0].drop(1006);
  here.socket.stop();
  assert.deepEqual(here.heard.at(-1), ["closed", "stopped"]);
  here.pass(60_000);
  assert.equal(here.sockets.length, 1);
});

test("a server that says nothing for too long is taken for lost", () => {
  const here = world();
  here.sockets[0].say(READY);
  here.socket.send(jpeg, here.picture());
  here.pass(SILENCE_MS - 1);
  assert.equal(here.heard.at(-1)[0], "ready");
  here.pass(1);
  assert.equal(here.heard.at(-1)[0], "lost");
  assert.equal(here.sockets[0].isClosed, true);
});

test("an idle connection is not taken for lost", () => {
  const here = world();
  here.sockets[0].say(READY);
  here.socket.send(jpeg, here.picture());
  here.sockets[0].say({ type: "result", seq: 1, width: 4, height: 3, faces: [] });
  here.pass(SILENCE_MS * 3);
  assert.equal(here.heard.at(-1)[0], "result");
});

test("what an old socket still says is not heard", () => {
  const here = world();
  here.sockets[0].say(READY);
  here.sockets[0].drop(1006);
  const count = here.heard.length;
  here.sockets[0].say({ type: "model", model: "other" });
  assert.equal(here.heard.length, count);
});

test("back-off doubles, keeps within its bounds and is spread", () => {
  assert.equal(backoffDelay(0, () => 0), 250);
  assert.equal(backoffDelay(0, () => 1), 500);
  assert.equal(backoffDelay(3, () => 1), 4000);
  assert.equal(backoffDelay(50, () => 1), 15_000);
  assert.equal(backoffDelay(50, () => 0), 7500);
});

for (const [code, kind, reason] of [
  [1000, "done", "stopped"],
  [1001, "retry", "lost"],
  [1006, "retry", "lost"],
  [1009, "final", "too_large"],
  [1011, "retry", "lost"],
  [1012, "retry", "lost"],
  [4400, "final", "bad_message"],
  [4401, "final", "not_logged_in"],
  [4403, "final", "consent"],
  [4409, "final", "taken_over"],
  [4410, "final", "session_gone"],
  [4429, "final", "too_fast"],
  [4503, "retry", "unavailable"],
  [4999, "final", "refused"],
]) {
  test(`close code ${code} means ${kind}, ${reason}`, () => {
    assert.deepEqual(closeMeaning(code), { kind, reason });
  });
}
