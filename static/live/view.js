/** The parts of the page that the live session writes to. */

import { drawScene, layOut } from "./overlay.js";
import { boxAt } from "./geometry.js";
import { stageColours } from "./colours.js";
import { saveSnapshot } from "./snapshot.js";
import { duration, fill, percent } from "./words.js";
import { controlsOf } from "./states.js";

/** @typedef {import("./types.js").Config} Config */
/** @typedef {import("./types.js").Explanation} Explanation */
/** @typedef {import("./types.js").Summary} Summary */
/** @typedef {import("./overlay.js").Scene} Scene */

/**
 * @template {HTMLElement} [E=HTMLElement]
 * @param {string} testId
 * @returns {E}
 */
export function byTestId(testId) {
  const found = document.querySelector(`[data-testid="${testId}"]`);
  if (!found) throw new Error(`the page has no ${testId}`);
  return /** @type {E} */ (found);
}

/**
 * @template {HTMLElement} [E=HTMLElement]
 * @param {string} id
 * @returns {E}
 */
export function byId(id) {
  return /** @type {E} */ (document.getElementById(id));
}

/** Show the question once for each session. @param {string} session */
function askHowItFelt(session) {
  const form = /** @type {HTMLFormElement} */ (byId("feel-form"));
  const asked = /** @type {HTMLInputElement} */ (form.elements.namedItem("session"));
  if (asked.value !== session) byId("feel").hidden = false;
  asked.value = session;
}

export class View {
  /** @type {Scene | null} the picture on the screen */
  scene = null;

  /** @param {Config} config */
  constructor(config) {
    this.config = config;
    this.page = byId("live");
    this.state = byTestId("live-state");
    this.stage = byId("stage");
    this.note = byId("stage-note");
    /** @type {HTMLVideoElement} */
    this.video = byId("camera-video");
    /** @type {HTMLCanvasElement} */
    this.canvas = byTestId("live-canvas");
    this.problem = byTestId("live-error");
    this.summary = byTestId("live-summary");
    this.calibrated = byTestId("live-calibrated");
    /** @type {Record<string, HTMLButtonElement>} */
    this.buttons = {
      start: byTestId("live-start"),
      pause: byTestId("live-pause"),
      stop: byTestId("live-stop"),
      snapshot: byTestId("live-snapshot"),
      mirror: byId("live-mirror"),
    };
    const style = getComputedStyle(document.documentElement);
    /** @type {import("./overlay.js").Look} */
    this.look = {
      config,
      colours: stageColours(config.labels.map(({ name }) => name)),
      font: getComputedStyle(document.body).fontFamily,
      chip: style.getPropertyValue("--chip").trim(),
      ink: style.getPropertyValue("--on-stage").trim(),
    };
    new ResizeObserver(() => this.redraw()).observe(this.stage);
  }

  /**
   * @param {import("./states.js").State} state
   * @param {string} [text] instead of the usual words of the state
   * @param {boolean} [held] whether a session is open
   */
  showState(state, text, held = false) {
    this.page.dataset.state = state;
    this.state.dataset.state = state;
    const words = text ?? this.config.states[state];
    if (this.state.textContent !== words) this.state.textContent = words;
    const usable = controlsOf(state, held);
    const { start, pause, stop, snapshot } = this.buttons;
    // A control that goes away hands the focus to the one that takes its place.
    const focused = document.activeElement;
    start.hidden = !usable.start;
    pause.hidden = usable.start;
    // Not disabled: it keeps the focus that it got from Start while the camera opens.
    pause.setAttribute("aria-disabled", String(!usable.pause));
    stop.hidden = !usable.stop;
    if (focused === start && start.hidden) pause.focus();
    if ((focused === stop || focused === pause) && stop.hidden) start.focus();
    snapshot.disabled = !usable.snapshot || !this.scene;
    const label = state === "paused" ? this.config.messages.resume : this.config.messages.pause;
    /** @type {HTMLElement} */ (pause.querySelector("[data-part=label]")).textContent = label;
    pause.dataset.keyLabel = label;
  }

  /** Words on the empty stage; null shows the picture. @param {string | null} text */
  showNote(text) {
    this.note.hidden = text === null;
    this.note.textContent = text ?? "";
  }

  /**
   * @param {Explanation | null} explanation null takes the last one away
   * @param {Record<string, string>} [values] for the places in its words
   * @param {boolean} [mild] nothing is broken: it is said without alarm
   */
  showProblem(explanation, values = {}, mild = false) {
    this.problem.hidden = explanation === null;
    this.problem.classList.toggle("problem--mild", mild);
    if (!explanation) {
      this.problem.replaceChildren();
      return;
    }
    const title = document.createElement("p");
    title.className = "problem__title";
    title.textContent = fill(explanation.title, values);
    const text = document.createElement("p");
    text.textContent = fill(explanation.text, values);
    this.problem.replaceChildren(title, text);
  }

  /** @param {boolean} calibrated whether the person's resting face was taken into account */
  showCalibrated(calibrated) {
    this.calibrated.hidden = !calibrated;
  }

  /** Give the stage the proportions of the camera. @param {number} width @param {number} height */
  shape(width, height) {
    this.stage.style.setProperty("--proportions", `${width} / ${height}`);
    this.stage.style.setProperty("--ratio", String(width / height));
  }

  /** @param {Scene} scene whose picture now belongs to the view */
  showScene(scene) {
    const old = this.scene;
    this.scene = scene;
    if (!old || old.picture.width !== scene.picture.width || old.picture.height !== scene.picture.height) {
      this.shape(scene.picture.width, scene.picture.height);
    }
    old?.picture.close();
    this.stage.dataset.picture = "analysed";
    this.buttons.snapshot.disabled = false;
    this.redraw();
  }

  clearScene() {
    this.scene?.picture.close();
    this.scene = null;
    delete this.stage.dataset.picture;
    const context = this.canvas.getContext("2d");
    context?.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  redraw() {
    const unit = devicePixelRatio || 1;
    const width = Math.round(this.canvas.clientWidth * unit);
    const height = Math.round(this.canvas.clientHeight * unit);
    if (!this.scene || width === 0 || height === 0) return;
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    const context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    drawScene(context, this.scene, { width, height, unit }, this.look);
  }

  /** Save what is on the screen, and say under which name. */
  async snapshot() {
    if (!this.scene) return;
    const { messages } = this.config;
    const said = byId("live-said");
    try {
      said.textContent = fill(messages.snapshot_saved, { name: await saveSnapshot(this.scene, this.look) });
    } catch {
      said.textContent = messages.snapshot_failed;
    }
  }

  /** @param {PointerEvent | MouseEvent} event @returns {number | null} track of the face under it */
  trackAt(event) {
    if (!this.scene) return null;
    const { width, height } = this.canvas.getBoundingClientRect();
    const { boxes } = layOut(this.scene, width, height);
    const found = boxAt({ x: event.offsetX, y: event.offsetY }, boxes);
    return found < 0 ? null : this.scene.result.faces[found].track;
  }

  /**
   * @param {{fps: number, rtt: number | null, model?: string}} numbers
   */
  showNumbers({ fps, rtt, model }) {
    const { messages } = this.config;
    const measured = rtt !== null;
    byTestId("live-fps").textContent = measured ? fill(messages.fps, { fps: fps.toFixed(0) }) : "";
    byTestId("live-rtt").textContent = measured ? fill(messages.rtt, { ms: Math.round(rtt) }) : "";
    if (model !== undefined) byTestId("live-model").textContent = model;
  }

  /** @param {Summary | null} summary null hides it */
  showSummary(summary) {
    this.summary.hidden = summary === null;
    if (!summary) return;
    const { config } = this;
    const { messages } = config;
    const values = {
      seen: duration(summary.seconds, messages),
      unsure: duration(summary.unsure_seconds, messages),
    };
    const nothing = summary.seconds <= 0;
    byId("summary-observed").textContent = nothing
      ? messages.summary_nothing
      : fill(summary.unsure_seconds >= 1 ? messages.summary_unsure : messages.summary, values);
    byId("summary-mix").hidden = nothing;
    const rows = config.labels
      .map((label, index) => ({ label, share: summary.means[index] ?? 0 }))
      .sort((a, b) => b.share - a.share);
    for (const { label, share } of rows) {
      const row = /** @type {HTMLElement} */ (
        this.summary.querySelector(`.bars__row[data-expression="${label.name}"]`)
      );
      row.style.setProperty("--share", share.toFixed(3));
      /** @type {HTMLElement} */ (row.querySelector("[data-part=percent]")).textContent = fill(
        messages.percent,
        { percent: percent(share) },
      );
      row.parentElement?.append(row);
    }
    askHowItFelt(summary.session);
    const link = /** @type {HTMLAnchorElement} */ (byId("summary-journal"));
    link.href = config.journalPath.replace("0000-00-00", summary.day);
    // Without a face in sight the day may have no page.
    link.hidden = summary.seconds + summary.unsure_seconds === 0;
    byId("summary-title").focus();
  }
}
