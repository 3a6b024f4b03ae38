/** Shows what waits on this device, and sends it as soon as that can work. */

import { refresh } from "../site/refresh.js";
import { own, sendAll } from "./queue.js";
import { entries, lastOwner } from "./store.js";

/** @typedef {import("./queue.js").Entry} Entry */

const CHANGED = "emotionweb:waiting";
/** Milliseconds until it is tried again: soon at first, for a network that has just come back is
 * often not quite there; then less and less often. */
const SOONEST_MS = 1_000;
const LATEST_MS = 30_000;

/** The person this page is for; "" on a page for nobody. */
export function ownerOfPage() {
  const meta = /** @type {HTMLMetaElement | null} */ (
    document.querySelector("meta[name='offline-owner']")
  );
  return meta?.content ?? "";
}

/** Keep a check-in for later. @param {Entry} entry @returns {Promise<boolean>} whether it is kept */
export async function keep(entry) {
  if (!entry.owner) return false;
  try {
    await entries.put(entry);
  } catch {
    return false;
  }
  document.dispatchEvent(new Event(CHANGED));
  return true;
}

/**
 * Take back what waits. It may have arrived all the same, with only the answer lost, so the server
 * is told as well.
 *
 * @param {Entry} entry
 */
export async function takeBack(entry) {
  await entries.put({ ...entry, state: "taken back" });
  document.dispatchEvent(new Event(CHANGED));
}

/** @param {string} address */
function server(address) {
  let token = "";
  let where = { send: "", take_back: "" };
  /** @param {string} url @param {Record<string, string>} fields */
  const post = async (url, fields) => {
    try {
      const answer = await fetch(url, {
        method: "POST",
        body: new URLSearchParams(fields),
        headers: { Accept: "application/json", "X-CSRFToken": token },
      });
      const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
      return { status: answer.status, body: isJson ? await answer.json() : null };
    } catch {
      return { status: 0, body: null };
    }
  };
  return {
    ask: async () => {
      try {
        const answer = await fetch(address, { headers: { Accept: "application/json" } });
        if (!answer.ok) return null;
        const body = await answer.json();
        token = body.token;
        where = body;
        return body;
      } catch {
        return null;
      }
    },
    /** @param {Entry} entry */
    send: ({ id, mood, note, session, at }) =>
      post(where.send, { id, mood: String(mood), note, session, at }),
    /** @param {Entry} entry */
    takeBack: ({ id }) => post(where.take_back.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, id), {}),
  };
}

/** One tab at a time, where the browser can; two at once would be stored once all the same. @param {() => Promise<number>} work */
function alone(work) {
  return navigator.locks ? navigator.locks.request("emotionweb-sending", work) : work();
}

/** The page's language as it is written where the person lives, if the browser knows that. */
function locales() {
  const { lang } = document.documentElement;
  const ours = navigator.languages.filter((one) => one.slice(0, 2) === lang.slice(0, 2));
  return [...ours, lang];
}

class Waiting {
  /** @param {HTMLElement} section @param {string} owner */
  constructor(section, owner) {
    this.section = section;
    this.owner = owner;
    this.busy = false;
    this.wanted = false;
    this.delay = SOONEST_MS;
    /** @type {number | undefined} */
    this.timer = undefined;
  }

  /** @param {string} name @param {number} n */
  #count(name, n) {
    const line = /** @type {HTMLElement} */ (this.section.querySelector(`[data-part="${name}"]`));
    line.hidden = n === 0;
    line.textContent = n === 0 ? "" : (this.section.dataset[name] ?? "").replace("{n}", String(n));
  }

  async show() {
    const { waiting, refused } = own(await entries.all(), this.owner);
    this.#count("waiting", waiting.length);
    this.#count("refused", refused.length);
    const list = /** @type {HTMLElement | null} */ (this.section.querySelector("[data-part='list']"));
    if (list) {
      list.hidden = refused.length === 0;
      list.replaceChildren(...refused.map((entry) => this.#row(entry)));
    }
  }

  /** @param {Entry} entry */
  #row(entry) {
    const template = /** @type {HTMLTemplateElement} */ (this.section.querySelector("template"));
    const row = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    const find = (/** @type {string} */ what) =>
      /** @type {HTMLElement} */ (row.querySelector(what));
    const mark = find(".mood");
    mark.dataset.mood = mark.textContent = String(entry.mood);
    const time = /** @type {HTMLTimeElement} */ (find("time"));
    time.dateTime = entry.at;
    time.textContent = new Intl.DateTimeFormat(locales(), {
      dateStyle: "medium",
      timeStyle: "short",
    }).format(new Date(entry.at));
    find("[data-part='reason']").textContent = entry.said;
    find("[data-part='note']").textContent = entry.note;
    find("[data-part='again']").addEventListener("click", async () => {
      await entries.put({ ...entry, state: "waiting", said: "" });
      await this.send();
    });
    find("[data-part='discard']").addEventListener("click", async () => {
      await entries.remove(entry.id);
      await this.show();
      document.getElementById("main")?.focus();
    });
    return row;
  }

  /** Send what waits, show what is left, and look again later if something is. */
  async send() {
    // What was asked for meanwhile is done afterwards: the network may have come back in between.
    this.wanted = true;
    if (this.busy) return;
    this.busy = true;
    try {
      let sent = 0;
      // Where nothing waits nothing is touched, or it would wipe away what was just said.
      while (this.wanted && (await this.#open())) {
        this.wanted = false;
        sent += await alone(() => sendAll(entries, server(this.section.dataset.ask ?? "")));
        await this.show();
      }
      const left = await this.#open();
      if (sent > 0) {
        if (!left) this.#say(sent);
        await refresh();
      }
      window.clearTimeout(this.timer);
      if (left) {
        this.timer = window.setTimeout(() => void this.send(), this.delay);
        this.delay = Math.min(this.delay * 2, LATEST_MS);
      }
    } catch {
      this.section.hidden = true; // a browser that keeps nothing has nothing to send
    } finally {
      this.busy = false;
    }
  }

  /** Whether something of this person is still to be sent. */
  async #open() {
    const all = await entries.all();
    return all.some((entry) => entry.owner === this.owner && entry.state !== "refused");
  }

  /** @param {number} sent */
  #say(sent) {
    const line = /** @type {HTMLElement} */ (this.section.querySelector("[data-part='waiting']"));
    line.hidden = false;
    line.textContent = (this.section.dataset.sent ?? "").replace("{n}", String(sent));
  }
}

/** On every page of the site: whose device it is now, and what waits on it. */
export async function installWaiting() {
  const meta = document.querySelector("meta[name='offline-owner']");
  const section = document.getElementById("waiting");
  try {
    if (meta) await lastOwner.set(ownerOfPage());
    if (!section) return;
    const waiting = new Waiting(section, meta ? ownerOfPage() : await lastOwner.get());
    document.addEventListener(CHANGED, () => void waiting.show().then(() => navigator.onLine && waiting.send()));
    window.addEventListener("online", () => {
      waiting.delay = SOONEST_MS;
      void waiting.send();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void waiting.send();
    });
    await waiting.show();
    await waiting.send();
  } catch {
    if (section) section.hidden = true;
  }
}
