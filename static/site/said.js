/** The line at the foot of a page that says what became of a check-in, and what can be done. */

/** @typedef {import("./marks.js").Outcome} Outcome */

export class Said {
  /** @type {() => void} */
  #undo = () => {};
  /** @type {() => void} */
  #again = () => {};

  /** @param {HTMLElement} line */
  constructor(line) {
    this.line = line;
    this.words = part(line, "words");
    this.ways = part(line, "ways");
    this.more = /** @type {HTMLAnchorElement} */ (part(line, "more"));
    this.undo = part(line, "undo");
    this.again = part(line, "again");
    this.undo.addEventListener("click", () => this.#undo());
    this.again.addEventListener("click", () => this.#again());
    part(line, "close").addEventListener("click", () => this.clear());
  }

  /**
   * @param {Outcome} outcome
   * @param {{undo?: () => void, again?: () => void}} ways
   */
  show(outcome, { undo, again } = {}) {
    const { line } = this;
    const failure = outcome.again ? line.dataset.offline : line.dataset.failed;
    this.words.textContent = outcome.said || failure || "";
    line.dataset.state = outcome.saved ? "saved" : "failed";
    this.ways.hidden = false;
    this.more.hidden = !outcome.edit;
    if (outcome.edit) this.more.href = outcome.edit;
    this.undo.hidden = !undo;
    this.again.hidden = !again;
    this.#undo = undo ?? (() => {});
    this.#again = again ?? (() => {});
  }

  clear() {
    const held = this.line.contains(document.activeElement);
    this.words.textContent = "";
    this.ways.hidden = true;
    delete this.line.dataset.state;
    if (held) document.getElementById("main")?.focus();
  }
}

/**
 * @param {HTMLElement} root
 * @param {string} name
 */
function part(root, name) {
  return /** @type {HTMLElement} */ (root.querySelector(`[data-part="${name}"]`));
}
