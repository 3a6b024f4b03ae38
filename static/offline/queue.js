/**
 * What was said while the server did not answer, and how it is sent later: once, and only for the
 * person who said it. No page and no database needed; those are handed in.
 */

/**
 * @typedef {object} Entry
 * @property {string} id of this device's own; the server stores the same id once
 * @property {string} owner mark of the person who said it
 * @property {number} mood 1..5
 * @property {string} note
 * @property {string} session id of the live session it ends, or ""
 * @property {string} at when it was said, ISO 8601 with the distance from UTC
 * @property {"waiting" | "refused" | "taken back"} state
 * @property {string} said why the server refused it, or ""
 *
 * @typedef {object} Store
 * @property {() => Promise<Entry[]>} all
 * @property {(entry: Entry) => Promise<void>} put
 * @property {(id: string) => Promise<void>} remove
 *
 * @typedef {object} Answer
 * @property {number} status of HTTP; 0 when there was no answer at all
 * @property {unknown} body parsed JSON, or null
 *
 * @typedef {object} Server
 * @property {() => Promise<{owner: string} | null>} ask who is logged in now; null: no answer
 * @property {(entry: Entry) => Promise<Answer>} send
 * @property {(entry: Entry) => Promise<Answer>} takeBack
 */

/** Answers by which the server says that the same once more will not do. */
const REFUSALS = [400, 409, 413, 422];

/**
 * A moment on this device's own clock, such as "2026-11-21T20:15:03.120+01:00".
 *
 * @param {Date} moment
 * @param {number} [offset] minutes that UTC is ahead, as `getTimezoneOffset` gives
 */
export function isoWithZone(moment, offset = moment.getTimezoneOffset()) {
  const wall = new Date(moment.getTime() - offset * 60_000).toISOString().slice(0, -1);
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  const minutes = Math.abs(offset);
  const sign = offset > 0 ? "-" : "+";
  return `${wall}${sign}${two(Math.floor(minutes / 60))}:${two(Math.floor(minutes % 60))}`;
}

/**
 * @param {{id: string, owner: string, mood: number, note?: string, session?: string, at: Date}} said
 * @returns {Entry}
 */
export function entryOf({ id, owner, mood, note = "", session = "", at }) {
  return { id, owner, mood, note, session, at: isoWithZone(at), state: "waiting", said: "" };
}

/**
 * What an answer to a check-in means.
 *
 * @param {Answer} answer
 * @returns {{what: "stored" | "refused" | "later", said: string}}
 */
export function verdict({ status, body }) {
  const told = /** @type {{said?: unknown} | null} */ (body)?.said;
  const said = typeof told === "string" ? told : "";
  // Not from our server: a login page of the network, for example, answers 200 to everything.
  if (!said) return { what: "later", said };
  if (status >= 200 && status < 300) return { what: "stored", said };
  return { what: REFUSALS.includes(status) ? "refused" : "later", said };
}

/**
 * @param {Entry[]} entries
 * @param {string} owner
 * @returns {{waiting: Entry[], refused: Entry[]}} of this person, in the order of time
 */
export function own(entries, owner) {
  const mine = entries.filter((entry) => owner !== "" && entry.owner === owner);
  mine.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return {
    waiting: mine.filter((entry) => entry.state === "waiting"),
    refused: mine.filter((entry) => entry.state === "refused"),
  };
}

/**
 * Send what waits for the person who is logged in; stops where the server does not take it now.
 *
 * @param {Store} store
 * @param {Server} server
 * @returns {Promise<number>} how many were stored
 */
export async function sendAll(store, server) {
  const open = (await store.all()).filter((entry) => entry.state !== "refused");
  if (open.length === 0) return 0;
  const who = await server.ask();
  if (!who?.owner) return 0;
  const mine = open.filter((entry) => entry.owner === who.owner);
  mine.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  let sent = 0;
  for (const entry of mine) {
    if (entry.state === "taken back") {
      const { status } = await server.takeBack(entry);
      // 404: it had never arrived.
      if (status !== 200 && status !== 404) break;
      await store.remove(entry.id);
      continue;
    }
    const { what, said } = verdict(await server.send(entry));
    if (what === "later") break;
    if (what === "refused") await store.put({ ...entry, state: "refused", said });
    else {
      await store.remove(entry.id);
      sent += 1;
    }
  }
  return sent;
}
