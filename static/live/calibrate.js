/** The page of the guided minute: camera, socket and guide brought together. */

import { CameraError, closeCamera, openCamera } from "./camera.js";
import { Capture, onEachPicture } from "./capture.js";
import { Guide } from "./guide.js";
import { Pacer } from "./pacing.js";
import { LiveSocket } from "./socket.js";
import { fill } from "./words.js";

/** @param {string} id */
const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const config = JSON.parse(part("calibration-config").textContent ?? "{}");
const root = part("guide");
const ask = part("guide-ask");
const clock = part("guide-clock");
const problem = part("guide-problem");
const video = /** @type {HTMLVideoElement} */ (part("guide-video"));
const progress = /** @type {HTMLProgressElement} */ (part("guide-progress"));
const buttons = { start: part("guide-start"), skip: part("guide-skip"), stop: part("guide-stop") };
const intro = ask.textContent ?? "";

const seconds = () => performance.now() / 1000;
const pacer = new Pacer(config.target_fps);
const capture = new Capture(video, config.capture_side);
/** @type {Guide | null} */
let guide = null;
/** @type {LiveSocket | null} */
let socket = null;
/** @type {MediaStream | null} */
let camera = null;
let model = "";
let taking = false;

/** @param {"idle" | "opening" | "running" | "storing"} state */
function show(state) {
  root.dataset.state = state;
  const running = state === "running";
  buttons.start.hidden = state !== "idle";
  buttons.stop.hidden = state === "idle";
  buttons.skip.hidden = !running || !guide?.canSkip;
  progress.hidden = !running;
  progress.value = guide?.progress ?? 0;
  if (state === "idle") ask.textContent = intro;
  if (state === "opening") ask.textContent = config.messages.opening;
  if (state === "storing") ask.textContent = config.messages.storing;
  const step = running ? guide?.step : null;
  if (step) {
    const words = `${step.mark} ${step.ask}`;
    if (ask.textContent !== words) ask.textContent = words;
  } else clock.textContent = "";
}

/** @param {{title: string, text: string} | null} explanation */
function tell(explanation) {
  problem.hidden = explanation === null;
  problem.replaceChildren();
  if (!explanation) return;
  for (const words of [explanation.title, explanation.text]) {
    const line = document.createElement("p");
    line.textContent = fill(words, { host: location.host, time: "", saved: "" });
    if (words) problem.append(line);
  }
}

function end() {
  socket?.stop();
  socket = null;
  guide = null;
  closeCamera(camera);
  camera = null;
  video.srcObject = null;
  show("idle");
}

async function start() {
  tell(null);
  show("opening");
  try {
    camera = await openCamera("");
  } catch (error) {
    const reason = error instanceof CameraError ? error.problem : "unknown";
    tell(config.camera[reason] ?? config.camera.unknown);
    end();
    return;
  }
  video.srcObject = camera;
  await video.play().catch(() => undefined);
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  socket = new LiveSocket(`${scheme}//${location.host}${config.socketPath}`, {
    ready: (message) => {
      model = message.model;
      pacer.reset();
      guide ??= new Guide(config.steps, seconds());
      show("running");
    },
    message: heard,
    lost: () => undefined,
    closed: (reason) => {
      if (reason === "stopped" || root.dataset.state === "idle") return;
      tell(config.closes[reason] ?? config.closes.refused);
      end();
    },
  });
  socket.connect();
}

/**
 * @param {import("./types.js").Message} message
 * @param {{close(): void} | null} picture
 * @param {number | null} roundTrip
 */
function heard(message, picture, roundTrip) {
  picture?.close();
  if (roundTrip !== null) pacer.answered(roundTrip);
  if (message.type === "dropped") pacer.refused();
  if (message.type === "model") model = message.model;
  if (message.type !== "result" || !guide) return;
  const became = guide.heard(message.faces.find(({ you }) => you) ?? null, seconds());
  if (!guide.step) {
    void store(guide.answers);
    return;
  }
  const { noFace, unclear, left } = config.messages;
  clock.textContent =
    became === "nobody" ? noFace
    : became === "unclear" ? unclear
    : fill(left, { seconds: Math.ceil(guide.left) });
  show("running");
}

/** @param {import("./guide.js").Answer[]} answers */
async function store(answers) {
  guide = null;
  show("storing");
  const token = /** @type {HTMLInputElement} */ (document.querySelector("[name=csrfmiddlewaretoken]"));
  try {
    const answer = await fetch(config.storePath, {
      method: "POST",
      headers: { "X-CSRFToken": token.value, "Content-Type": "application/json" },
      body: JSON.stringify({ model, answers }),
    });
    const said = await answer.json();
    if (answer.ok) {
      closeCamera(camera);
      location.assign(said.next);
      return;
    }
    tell({ title: said.said, text: "" });
  } catch {
    tell({ title: config.messages.failed, text: "" });
  }
  end();
}

onEachPicture(video, (now) => {
  if (taking || !guide || !socket?.hasRoom || !capture.ready || !pacer.due(now)) return;
  pacer.sent(now);
  taking = true;
  void capture
    .take()
    .then((taken) => {
      if (!taken) return;
      if (socket) socket.send(taken.jpeg, taken.picture);
      else taken.picture.close();
    })
    .catch(() => undefined)
    .finally(() => (taking = false));
});

buttons.start.addEventListener("click", () => void start());
buttons.skip.addEventListener("click", () => {
  guide?.skip(seconds());
  if (guide && !guide.step) void store(guide.answers);
});
buttons.stop.addEventListener("click", end);
globalThis.addEventListener("pagehide", end);
