/** What the server is asked and told. */

export class Refused extends Error {
  /**
   * @param {string} said for the person
   * @param {number} status of HTTP; 0 without an answer
   * @param {Record<string, unknown>} [body]
   */
  constructor(said, status, body = {}) {
    super(said);
    this.said = said;
    this.status = status;
    this.body = body;
  }
}

export class Api {
  /**
   * @param {{base: string, csrf: string, messages: Record<string, string>}} page `base` ends in a slash
   */
  constructor({ base, csrf, messages }) {
    this.base = base;
    this.csrf = csrf;
    this.messages = messages;
  }

  /** @param {string} path below the base @param {AbortSignal} [signal] @returns {Promise<any>} */
  get(path, signal) {
    return this.#ask(path, { signal });
  }

  /** @param {string} path @param {unknown} [body] @returns {Promise<any>} */
  post(path, body = {}) {
    const form = body instanceof FormData;
    return this.#ask(path, {
      method: "POST",
      body: form ? body : JSON.stringify(body),
      headers: form ? {} : { "Content-Type": "application/json" },
    });
  }

  /** @param {string} path @returns {Promise<any>} */
  delete(path) {
    return this.#ask(path, { method: "DELETE" });
  }

  /** @param {string} path @param {RequestInit} options */
  async #ask(path, options) {
    let answer;
    try {
      answer = await fetch(new URL(path, new URL(this.base, location.href)), {
        ...options,
        headers: { Accept: "application/json", "X-CSRFToken": this.csrf, ...options.headers },
      });
    } catch (error) {
      if (options.signal?.aborted) throw error;
      throw new Refused(this.messages.no_answer, 0);
    }
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    const body = isJson ? await answer.json() : {};
    if (answer.ok && isJson) return body;
    const said = typeof body.said === "string" ? body.said : "";
    // Logged out elsewhere, the server leads to its login page.
    const lost = answer.redirected || answer.status === 401 || answer.status === 403;
    throw new Refused(said || this.messages[lost ? "logged_out" : "refused"], answer.status, body);
  }
}
