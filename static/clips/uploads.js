/**
 * Files on their way, by the tus protocol. Each goes in pieces, so that a lost line, a restart of
 * the server or of the browser costs one piece at most; two go at a time, the others wait.
 */

import { Pace } from "./limits.js";

/** How many go at the same time: one fills a line, two bridge the pauses between pieces. */
const AT_ONCE = 2;
/** Milliseconds before each new try; a server that restarts is back within a minute. */
const DELAYS = [0, 1000, 2000, 4000, 8000, ...Array(120).fill(15_000)];

/**
 * @typedef {"queued" | "uploading" | "reconnecting" | "paused" | "failed" | "done"} State
 *
 * @typedef {object} Options
 * @property {string} endpoint
 * @property {number} chunkSize bytes
 * @property {Record<string, string>} headers
 * @property {string} owner so that two people on one computer do not meet each other's files
 * @property {any} tus the module tus-js-client
 */

/**
 * What happens next to an upload that did not get an answer it can use.
 *
 * @param {number} status of HTTP; 0 without an answer
 * @returns {boolean} whether it is worth trying again
 */
export function worthTrying(status) {
  // 409: another piece was on its way; 423: another tab writes; 429: too fast. 507 is a full disk:
  // the person has to know, and waiting does not help.
  return status === 0 || (status >= 500 && status !== 507) || [409, 423, 429].includes(status);
}

/**
 * Under which name the browser remembers where an upload stands.
 *
 * @param {{name: string, size: number, lastModified: number}} file
 * @param {string} owner
 * @param {string} purpose
 */
export function fingerprint({ name, size, lastModified }, owner, purpose) {
  return ["emotionweb", owner, purpose, size, lastModified, name].join("|");
}

/**
 * @param {string} print
 * @returns {{owner: string, purpose: string, size: number, name: string} | null}
 */
export function readFingerprint(print) {
  const [site, owner, purpose, size, , ...name] = print.split("|");
  if (site !== "emotionweb" || name.length === 0) return null;
  return { owner, purpose, size: Number(size), name: name.join("|") };
}

export class Uploading {
  /** @type {State} */
  state = "queued";
  sent = 0;
  /** @type {string} */
  reason = "";
  pace = new Pace();
  /** @type {any} */
  #upload = null;

  /**
   * @param {File} file
   * @param {Record<string, string>} metadata
   * @param {Options} options
   * @param {(uploading: Uploading) => void} changed
   */
  constructor(file, metadata, options, changed) {
    this.file = file;
    this.metadata = metadata;
    this.options = options;
    this.changed = changed;
    /** Where the server keeps it; known after its first answer. */
    this.url = "";
  }

  get part() {
    return this.file.size ? this.sent / this.file.size : 0;
  }

  /** @param {State} state */
  #become(state) {
    this.state = state;
    if (state !== "uploading") this.pace.restart();
    this.changed(this);
  }

  async start() {
    this.#become("uploading");
    this.#upload ??= await this.#prepare();
    if (/** @type {State} */ (this.state) === "uploading") this.#upload.start();
  }

  async #prepare() {
    const { tus, endpoint, chunkSize, headers, owner } = this.options;
    const print = fingerprint(this.file, owner, this.metadata.purpose);
    const upload = new tus.Upload(this.file, {
      endpoint,
      chunkSize,
      headers: { ...headers },
      metadata: this.metadata,
      retryDelays: DELAYS,
      removeFingerprintOnSuccess: true,
      fingerprint: async () => print,
      onProgress: (sent) => {
        this.sent = sent;
        this.pace.add(sent, performance.now() / 1000);
        if (this.state === "reconnecting") this.state = "uploading";
        if (this.state === "uploading") this.changed(this);
      },
      onUploadUrlAvailable: () => {
        this.url = upload.url ?? "";
      },
      onShouldRetry: (error) => {
        const again = worthTrying(error.originalResponse?.getStatus() ?? 0);
        if (again && this.state === "uploading") this.#become("reconnecting");
        return again;
      },
      onError: (error) => {
        const response = /** @type {any} */ (error).originalResponse;
        const html = /<html|<!doctype/i.test(response?.getBody() ?? "");
        this.reason = html ? "" : (response?.getBody() ?? "");
        this.#become("failed");
      },
      onSuccess: () => {
        this.sent = this.file.size;
        this.#become("done");
      },
    });
    const before = (await upload.findPreviousUploads()).sort((one, other) =>
      other.creationTime.localeCompare(one.creationTime),
    );
    if (before[0]) upload.resumeFromPreviousUpload(before[0]);
    return upload;
  }

  async pause() {
    this.#become("paused");
    await this.#upload?.abort();
  }

  /** Go on now instead of after the wait, because the line is back. */
  async hurry() {
    if (this.state !== "reconnecting") return;
    await this.#upload?.abort();
    this.state = "uploading";
    this.#upload?.start();
  }

  /** Give it up; the server forgets what has arrived. */
  async cancel() {
    this.state = "paused";
    // A server that does not answer now lets it expire by itself.
    await this.#upload?.abort(true).catch(() => {});
  }
}

export class Uploads {
  /** @type {Uploading[]} */
  all = [];

  /** @param {Options} options @param {(uploading: Uploading) => void} changed */
  constructor(options, changed) {
    this.options = options;
    this.changed = changed;
    globalThis.addEventListener?.("online", () => this.all.forEach((one) => void one.hurry()));
  }

  get running() {
    return this.all.filter(({ state }) => state === "uploading" || state === "reconnecting");
  }

  get unfinished() {
    return this.all.filter(({ state }) => !["done", "failed"].includes(state));
  }

  /** Bytes that are announced but not yet counted by the server. */
  get announced() {
    return this.unfinished.reduce((sum, { file, url }) => sum + (url ? 0 : file.size), 0);
  }

  /** @param {File} file @param {Record<string, string>} metadata */
  add(file, metadata) {
    const one = new Uploading(file, metadata, this.options, (changed) => {
      this.changed(changed);
      this.next();
    });
    this.all.push(one);
    this.changed(one);
    this.next();
    return one;
  }

  /** Start what waits, as far as there is room. */
  next() {
    const room = AT_ONCE - this.running.length;
    for (const one of this.all.filter(({ state }) => state === "queued").slice(0, Math.max(0, room))) {
      void one.start();
    }
  }

  /** @param {Uploading} one */
  async remove(one) {
    const done = ["done", "failed"].includes(one.state);
    this.all = this.all.filter((other) => other !== one);
    this.next();
    if (!done) await one.cancel();
  }
}
