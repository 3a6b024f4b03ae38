/**
 * The guided minute as a sequence of steps; no camera and no page in here.
 *
 * The clock of a step goes only while the person's face can be judged, so nobody is hurried by bad
 * light, and a step holds as many seconds as it says.
 */

/**
 * @typedef {{name: string, seconds: number, ask: string, mark: string}} Step
 * @typedef {{asked: string, seconds: number, p: number[] | null, label: string | null}} Answer
 */

/** No answer stands for longer than this. */
const MAX_ANSWER_S = 1;
/** After a new request nothing counts for so long: a face takes a moment. */
const SETTLE_S = 1.2;
/** A step is over after so many times its seconds, however little was seen. */
const PATIENCE = 4;

export class Guide {
  /** @type {Answer[]} */
  answers = [];
  #step = 0;
  #began = 0;
  #last = 0;
  #counted = 0;

  /**
   * @param {Step[]} steps
   * @param {number} now seconds
   */
  constructor(steps, now) {
    this.steps = steps;
    this.#enter(0, now);
  }

  /** The step that is asked for, or null when all are over. @returns {Step | null} */
  get step() {
    return this.steps[this.#step] ?? null;
  }

  /** Only the first, the face at rest, cannot be left out. */
  get canSkip() {
    return this.#step > 0;
  }

  /** Seconds that are still to come in this step. */
  get left() {
    return this.step ? Math.max(0, this.step.seconds - this.#counted) : 0;
  }

  /** Share of the whole that is done, 0 to 1. */
  get progress() {
    const all = this.steps.reduce((sum, { seconds }) => sum + seconds, 0);
    const done = this.steps.slice(0, this.#step).reduce((sum, { seconds }) => sum + seconds, 0);
    return (done + Math.min(this.#counted, this.step?.seconds ?? 0)) / all;
  }

  /**
   * Take an answer of the server.
   *
   * @param {{p: number[], label: string | null} | null} face the person's own, if it was seen
   * @param {number} now seconds
   * @returns {"counted" | "settling" | "unclear" | "nobody"} what became of it
   */
  heard(face, now) {
    const { step } = this;
    const seconds = Math.min(Math.max(now - this.#last, 0), MAX_ANSWER_S);
    this.#last = now;
    if (!step) return "settling";
    if (now - this.#began > step.seconds * PATIENCE) {
      this.skip(now);
      return "settling";
    }
    if (!face) return "nobody";
    if (now - this.#began < SETTLE_S) return "settling";
    const judged = face.p.some((share) => share > 0);
    this.answers.push({ asked: step.name, seconds, p: judged ? face.p : null, label: face.label });
    if (!judged) return "unclear";
    this.#counted += seconds;
    if (this.#counted >= step.seconds) this.skip(now);
    return "counted";
  }

  /** Go on with the next step. @param {number} now seconds */
  skip(now) {
    this.#enter(this.#step + 1, now);
  }

  /**
   * @param {number} step
   * @param {number} now
   */
  #enter(step, now) {
    this.#step = step;
    this.#began = this.#last = now;
    this.#counted = 0;
  }
}
