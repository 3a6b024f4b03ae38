/** Work on the clip that is not done yet: asked about until it is. */

import { fill } from "../live/words.js";
import { Refused } from "./api.js";
import { make, part, say } from "./dom.js";
import { timeLeft } from "./words.js";

/** @typedef {import("./types.js").ClipData} ClipData */

const ASK_MS = 1500;
const OPEN = ["waiting", "running"];

export class Progress {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {HTMLElement} box
   * @param {import("./types.js").Words} words
   * @param {import("./api.js").Api} api
   * @param {(data: ClipData) => void} take
   */
  constructor(box, words, api, take) {
    this.box = box;
    this.words = words;
    this.api = api;
    this.take = take;
    part("cancel", box).addEventListener("click", () => void this.#act("cancel"));
    part("retry", box).addEventListener("click", () => void this.#act("retry"));
  }

  /** @param {ClipData} data */
  show(data) {
    this.data = data;
    const { job, renders } = data;
    this.#job(job);
    this.#renders(data);
    clearTimeout(this.#timer);
    if ((job && OPEN.includes(job.state)) || renders.some(({ state }) => OPEN.includes(state))) {
      this.#timer = setTimeout(() => void this.#ask(), ASK_MS);
    }
  }

  /** @param {ClipData["job"]} job */
  #job(job) {
    const { box } = this;
    const open = Boolean(job && OPEN.includes(job.state));
    const failed = Boolean(job && (job.state === "failed" || job.state === "cancelled"));
    box.hidden = !open && !failed;
    if (!job || box.hidden) return;
    const { messages } = this.words;
    box.dataset.state = job.state;
    say(part("stage", box), job.words);
    const bar = /** @type {HTMLProgressElement} */ (part("bar", box));
    bar.hidden = !open;
    bar.value = job.progress;
    say(part("percent", box), open && job.state === "running" ? fill(messages.percent, { percent: Math.floor(job.progress * 100) }) : "");
    say(part("left", box), open ? timeLeft(job.eta_s, messages) : "");
    say(part("job-problem", box), job.problem ?? "");
    part("cancel", box).hidden = !open;
    part("retry", box).hidden = !job.retry_url;
  }

  /** @param {ClipData} data */
  #renders({ renders, annotation }) {
    const { messages } = this.words;
    const newest = renders[0];
    const open = Boolean(newest && OPEN.includes(newest.state));
    const button = /** @type {HTMLButtonElement} */ (part("render"));
    button.hidden = open;
    button.disabled = !annotation;
    const line = part("render-state");
    line.replaceChildren();
    if (open) {
      const percent = fill(messages.percent, { percent: Math.floor(newest.progress * 100) });
      const bar = make("progress", { max: "1", value: String(newest.progress), "aria-label": messages.render_writing });
      const words = newest.state === "waiting" ? messages.job_waiting : `${messages.render_writing} ${percent}`;
      line.append(bar, make("span", { class: "small quiet numbers" }, words));
    } else if (newest?.state === "failed") {
      line.append(make("span", { class: "field__error" }, newest.problem));
    }
    const done = renders.find(({ state, url }) => state === "done" && url);
    const link = /** @type {HTMLAnchorElement} */ (part("render-link"));
    link.hidden = !done;
    if (done?.url) link.href = done.url;
  }

  async #ask() {
    try {
      this.take(await this.api.get("data/"));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      // The line is away: what is shown stays, and is asked for again.
      this.#timer = setTimeout(() => void this.#ask(), ASK_MS * 4);
    }
  }

  /** @param {"cancel" | "retry"} what */
  async #act(what) {
    const job = this.data?.job;
    if (!job) return;
    try {
      await this.api.post(`jobs/${job.id}/${what}/`, new FormData());
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      say(part("job-problem", this.box), error.said);
      return;
    }
    await this.#ask();
  }
}
