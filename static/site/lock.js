/**
 * The app lock's part in the page: tells the server that somebody is there, and leaves the page
 * when nobody is. Whether it is locked is the server's to say.
 */

/** Seconds between two messages that somebody is there. */
const TOLD_EVERY_S = 20;
/** What a tab says to the others when the server has locked it. */
const LOCKED = "locked";
/** The server's answer to a page that is locked (RFC 4918). */
const HTTP_LOCKED = 423;

/**
 * When to leave the page and when to tell the server, from the last touch in any tab.
 *
 * @param {{touchedAt: number, toldAt: number, now: number, idleS: number}} times in seconds
 * @returns {"leave" | "tell" | "wait"}
 */
export function nextStep({ touchedAt, toldAt, now, idleS }) {
  if (now - touchedAt > idleS) return "leave";
  return touchedAt > toldAt && now - toldAt >= TOLD_EVERY_S ? "tell" : "wait";
}

/** @param {Document} [root] */
export function installLock(root = document) {
  // Who types in one tab is not away from another, and what locks one locks all.
  const tabs = new BroadcastChannel("emotionweb-lock");
  if (root.querySelector("[data-testid=unlock-form]")) tabs.postMessage(LOCKED);
  const { lockAfter, lockHere, lockPage } = root.body.dataset;
  if (!lockAfter || !lockHere || !lockPage) return;
  const leave = () =>
    location.replace(`${lockPage}?next=${encodeURIComponent(location.pathname + location.search)}`);
  const idleS = Number(lockAfter);
  const seconds = () => Date.now() / 1000;
  let touchedAt = seconds();
  let toldAt = touchedAt;
  tabs.onmessage = ({ data }) => {
    if (data === LOCKED) leave();
    else touchedAt = Math.max(touchedAt, Number(data));
  };
  const touch = () => {
    const now = seconds();
    if (now - touchedAt > 1) tabs.postMessage(now);
    touchedAt = now;
  };
  for (const kind of ["pointerdown", "keydown", "wheel", "touchmove"]) {
    root.addEventListener(kind, touch, { passive: true, capture: true });
  }
  const token = root.querySelector("[name=csrfmiddlewaretoken]");
  const look = async () => {
    // A camera that runs has somebody in front of it.
    if (root.querySelector("[data-state=live]")) touch();
    const step = nextStep({ touchedAt, toldAt, now: seconds(), idleS });
    if (step === "leave") {
      leave();
    } else if (step === "tell") {
      toldAt = touchedAt;
      const body = new FormData();
      body.set("csrfmiddlewaretoken", /** @type {HTMLInputElement} */ (token).value);
      const answer = await fetch(lockHere, { method: "POST", body }).catch(() => undefined);
      if (answer?.status === HTTP_LOCKED) leave();
    }
  };
  setInterval(() => void look(), 1000);
  // A laptop that was closed in the evening is opened in the morning: look before anything shows.
  root.addEventListener("visibilitychange", () => void look());
}
