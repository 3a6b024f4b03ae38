/**
 * Reminders while a page is open: at the time the server is asked whether it is still wanted, and
 * then the browser shows a notification, if it was allowed to. The permission is asked for by a
 * button on the page of reminders only.
 */

/** @typedef {{key: string, at: number}} Coming a reminder and its time, in ms since 1970 */
/** @typedef {{address: string, now: number, next: Coming[]}} Known with the server's clock */

/** What is older than this is not shown any more; as on the server. */
const LATE_MS = 2 * 3600 * 1000;
/** A page that stays open for days asks anew what comes. */
const FRESH_MS = 12 * 3600 * 1000;
const LOOK_EVERY_MS = 15_000;
const KEPT_KEYS = 20;
const STORE = "emotionweb-reminded";

/**
 * The reminders whose time has come, that are not too old and were not shown.
 *
 * @param {Coming[]} next
 * @param {readonly string[]} shown keys
 * @param {number} now ms, by the server's clock
 */
export function come(next, shown, now) {
  return next.filter(({ key, at }) => at <= now && now - at < LATE_MS && !shown.includes(key));
}

/**
 * The keys that were shown, with some more: each once, the oldest forgotten.
 *
 * @param {readonly string[]} shown
 * @param {readonly string[]} more
 */
export function remember(shown, more) {
  return [...new Set([...shown, ...more])].slice(-KEPT_KEYS);
}

/**
 * Keys as they were stored; whatever else lies there counts as none.
 *
 * @param {string | null} text
 * @returns {string[]}
 */
export function readKeys(text) {
  try {
    const keys = JSON.parse(text ?? "[]");
    return Array.isArray(keys) ? keys.filter((key) => typeof key === "string") : [];
  } catch {
    return [];
  }
}

/**
 * What the page of reminders says of notifications, and whether it offers to ask.
 *
 * @param {string | undefined} permission of the browser; undefined where it has no notifications
 * @returns {{words: "default" | "granted" | "denied" | "missing", ask: boolean}}
 */
export function offer(permission) {
  if (permission === "granted" || permission === "denied") return { words: permission, ask: false };
  return permission === "default" ? { words: "default", ask: true } : { words: "missing", ask: false };
}

/** @returns {string | undefined} */
function permission() {
  // Without HTTPS there are none, even where the name exists.
  return window.isSecureContext && "Notification" in window ? Notification.permission : undefined;
}

/** @param {string} key @param {string} said */
async function show(key, said) {
  try {
    const notification = new Notification(said, { tag: key });
    notification.onclick = () => {
      window.focus();
      // The page stays: a camera may be running on it.
      /** @type {HTMLElement | null} */ (document.querySelector("[data-opens-check-in]"))?.click();
      notification.close();
    };
  } catch {
    // On phones only the service worker may; without one Today says it all the same.
    const worker = await navigator.serviceWorker?.getRegistration();
    await worker?.showNotification(said, { tag: key });
  }
}

/** @param {HTMLElement} element with what the page knows, as JSON */
function watch(element) {
  /** @type {Known} */
  let known = JSON.parse(element.textContent ?? "");
  let ahead = known.now - Date.now();
  let askedAt = Date.now();
  let busy = false;

  /** @returns {Promise<{key: string, said: string}[]>} */
  async function ask() {
    const answer = await fetch(known.address, {
      headers: { Accept: "application/json" },
      redirect: "error",
    });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const fresh = await answer.json();
    known = fresh;
    askedAt = Date.now();
    ahead = fresh.now - askedAt;
    return fresh.due;
  }

  async function look() {
    const coming = known.next;
    const stored = readKeys(localStorage.getItem(STORE));
    const waiting = come(coming, stored, Date.now() + ahead);
    if (waiting.length === 0) {
      if (Date.now() - askedAt > FRESH_MS) await ask();
      return;
    }
    const due = await ask();
    const keys = waiting.map(({ key }) => key);
    localStorage.setItem(STORE, JSON.stringify(remember(stored, keys)));
    for (const { key, said } of due) if (keys.includes(key)) await show(key, said);
  }

  async function tick() {
    if (busy || permission() !== "granted") return;
    busy = true;
    // One tab after the other, so that only one of them shows it.
    await navigator.locks.request(STORE, look).catch(() => undefined);
    busy = false;
  }

  setInterval(() => void tick(), LOOK_EVERY_MS);
  // Timers stood still while the laptop slept.
  document.addEventListener("visibilitychange", () => void tick());
  void tick();
}

/** @param {HTMLElement} section of the page of reminders */
function offers(section) {
  const words = /** @type {HTMLElement} */ (section.querySelector("[data-part=words]"));
  const button = /** @type {HTMLButtonElement} */ (section.querySelector("[data-part=ask]"));
  const say = () => {
    const { words: which, ask } = offer(permission());
    words.textContent = section.dataset[which] ?? "";
    button.hidden = !ask;
    section.hidden = false;
  };
  button.addEventListener("click", () => void Notification.requestPermission().then(say));
  say();
}

if (typeof document !== "undefined") {
  const element = document.getElementById("coming-reminders");
  if (element) watch(element);
  const section = /** @type {HTMLElement | null} */ (document.querySelector("[data-notifications]"));
  if (section) offers(section);
}
