/** Keeps the screen of a phone on while the camera is live; where that is not offered, nothing. */

export class WakeLock {
  /** @type {WakeLockSentinel | null} */
  #lock = null;
  #wanted = false;

  async hold() {
    this.#wanted = true;
    if (this.#lock || !navigator.wakeLock) return;
    try {
      const lock = await navigator.wakeLock.request("screen");
      // The browser takes it away when the page is hidden; it is asked for again by the next hold.
      lock.addEventListener("release", () => (this.#lock = null));
      this.#lock = lock;
      if (!this.#wanted) await this.release();
    } catch {
      this.#lock = null; // A low battery may refuse it, and the session goes on without.
    }
  }

  async release() {
    this.#wanted = false;
    await this.#lock?.release();
    this.#lock = null;
  }
}
