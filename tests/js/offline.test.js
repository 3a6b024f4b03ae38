import assert from "node:assert/strict";
import { test } from "node:test";

import { entryOf, isoWithZone, own, sendAll, verdict } from "../../static/offline/queue.js";

const NOON = new Date("2026-03-14T12:00:00.000Z");

/** @param {Partial<import("../../static/offline/queue.js").Entry>} more */
const entry = (more = {}) => ({ ...entryOf({ id: "a", owner: "ann", mood: 4, at: NOON }), ...more });

/** A store in memory. @param {ReturnType<typeof entry>[]} given */
function storeOf(...given) {
  const rows = new Map(given.map((one) => [one.id, one]));
  return {
    rows,
    all: async () => [...rows.values()],
    put: async (/** @type {any} */ one) => void rows.set(one.id, one),
    remove: async (/** @type {string} */ id) => void rows.delete(id),
  };
}

/** A server that has everything it was sent. @param {object} [how] */
function serverOf({ owner = "ann", answers = {}, reached = true } = {}) {
  /** @type {string[]} */
  const calls = [];
  return {
    calls,
    ask: async () => (reached ? { owner } : null),
    send: async (/** @type {any} */ one) => {
      calls.push(one.id);
      return answers[one.id] ?? { status: 201, body: { said: "Checked in." } };
    },
    takeBack: async (/** @type {any} */ one) => {
      calls.push(`-${one.id}`);
      return answers[one.id] ?? { status: 404, body: null };
    },
  };
}

test("a moment is told on the device's own clock with its distance from UTC", () => {
  assert.equal(isoWithZone(NOON, -60), "2026-03-14T13:00:00.000+01:00");
  assert.equal(isoWithZone(NOON, 570), "2026-03-14T02:30:00.000-09:30");
  assert.equal(isoWithZone(NOON, 0), "2026-03-14T12:00:00.000+00:00");
  for (const offset of [-845, -330, 0, 240]) {
    assert.equal(Date.parse(isoWithZone(NOON, offset)), NOON.getTime());
  }
});

test("an answer is of our server only if it says something", () => {
  assert.equal(verdict({ status: 201, body: { said: "x" } }).what, "stored");
  assert.equal(verdict({ status: 200, body: { said: "x" } }).what, "stored");
  assert.equal(verdict({ status: 200, body: null }).what, "later");
  for (const status of [400, 409]) {
    assert.deepEqual(verdict({ status, body: { said: "why" } }), { what: "refused", said: "why" });
    assert.equal(verdict({ status, body: null }).what, "later");
  }
  for (const status of [0, 401, 403, 423, 429, 500, 503]) {
    assert.equal(verdict({ status, body: { said: "x" } }).what, "later", String(status));
  }
});

test("what waits is sent in the order of time and gone then", async () => {
  const store = storeOf(
    entry({ id: "late", at: "2026-03-14T11:00:00.000+01:00" }),
    entry({ id: "early", at: "2026-03-14T10:30:00.000+01:00" }),
  );
  const server = serverOf();
  assert.equal(await sendAll(store, server), 2);
  assert.deepEqual(server.calls, ["early", "late"]);
  assert.equal(store.rows.size, 0);
  assert.equal(await sendAll(store, server), 0);
  assert.equal(server.calls.length, 2);
});

test("only what the person who is logged in has said is sent", async () => {
  const store = storeOf(entry({ id: "mine" }), entry({ id: "his", owner: "ben" }));
  const server = serverOf({ owner: "ben" });
  assert.equal(await sendAll(store, server), 1);
  assert.deepEqual(server.calls, ["his"]);
  assert.deepEqual([...store.rows.keys()], ["mine"]);
  assert.equal(await sendAll(store, serverOf({ owner: "" })), 0);
  assert.equal(await sendAll(store, serverOf({ reached: false })), 0);
  assert.equal(store.rows.size, 1);
});

test("where the server is gone the rest waits", async () => {
  const store = storeOf(entry({ id: "a" }), entry({ id: "b" }));
  const server = serverOf({ answers: { a: { status: 0, body: null } } });
  assert.equal(await sendAll(store, server), 0);
  assert.deepEqual(server.calls, ["a"]);
  assert.equal(store.rows.size, 2);
});

test("what is refused stays with the reason, is not sent again, and does not hold up others", async () => {
  const store = storeOf(entry({ id: "bad" }), entry({ id: "good" }));
  const server = serverOf({ answers: { bad: { status: 400, body: { said: "Still to come." } } } });
  assert.equal(await sendAll(store, server), 1);
  assert.equal(await sendAll(store, server), 0);
  assert.deepEqual(server.calls, ["bad", "good"]);
  const { waiting, refused } = own(await store.all(), "ann");
  assert.equal(waiting.length, 0);
  assert.deepEqual([refused[0].id, refused[0].said], ["bad", "Still to come."]);
});

test("what was taken back is deleted on the server, where it may have arrived", async () => {
  const store = storeOf(entry({ id: "never", state: "taken back" }), entry({ id: "there", state: "taken back" }));
  const server = serverOf({ answers: { there: { status: 200, body: { said: "Deleted." } } } });
  assert.equal(await sendAll(store, server), 0);
  assert.deepEqual(server.calls, ["-never", "-there"]);
  assert.equal(store.rows.size, 0);
});

test("a stranger sees nothing of what waits", () => {
  const rows = [entry(), entry({ id: "b", state: "refused" }), entry({ id: "c", state: "taken back" })];
  assert.deepEqual(own(rows, ""), { waiting: [], refused: [] });
  assert.deepEqual(own(rows, "ben"), { waiting: [], refused: [] });
  assert.equal(own(rows, "ann").waiting.length, 1);
});
