/** The live page: finds its parts and connects them to the person's hands. */

import { listCameras, surroundings } from "./camera.js";
import { FaceList } from "./faces.js";
import { LiveSession } from "./session.js";
import { StreamPanel } from "./streampanel.js";
import { View, byId, byTestId } from "./view.js";
import { WrongPanel } from "./wrong.js";
import { fill } from "./words.js";

/** @typedef {import("./types.js").Config} Config */

/** @type {Config} */
const config = JSON.parse(byId("live-config").textContent ?? "{}");
const view = new View(config);
/** @type {HTMLSelectElement} */
const cameraSelect = byTestId("camera-select");

const faces = new FaceList(
  byId("faces"),
  byId("face-template"),
  byId("faces-empty"),
  config,
  (track) => session.select(track),
);
const stream = new StreamPanel(byId("stream-chart"), byId("stream-table"), config);
const session = new LiveSession(config, view, faces, stream, showCameras);

const wrong = new WrongPanel(byId("wrong"), config);
byId("faces").addEventListener("click", ({ target }) => {
  const button = /** @type {HTMLElement} */ (target).closest("[data-part=wrong]");
  if (button) void wrong.open(view.scene, button, session.id);
});

/**
 * @param {MediaDeviceInfo[]} cameras
 * @param {string} current
 */
function showCameras(cameras, current) {
  if (cameras.length === 0) return;
  const options = cameras.map(({ deviceId, label }, index) => {
    const name = label || fill(config.messages.camera_number, { number: index + 1 });
    return new Option(name, deviceId, false, deviceId === current);
  });
  cameraSelect.replaceChildren(...options);
  cameraSelect.disabled = false;
}

view.buttons.start.addEventListener("click", () => void session.start());
view.buttons.pause.addEventListener("click", () => session.togglePause());
view.buttons.stop.addEventListener("click", () => session.stop());
view.buttons.mirror.addEventListener("click", () => session.toggleMirror());
view.buttons.snapshot.addEventListener("click", () => void view.snapshot());
cameraSelect.addEventListener("change", () => void session.useCamera(cameraSelect.value));
view.canvas.addEventListener("click", (event) => {
  const track = view.trackAt(event);
  if (track !== null) session.select(track);
});

document.addEventListener("visibilitychange", () => session.hidden(document.hidden));
globalThis.addEventListener("online", () => session.online());

// Before the first start only say what can be said without opening a camera.
const { secure, supported } = surroundings();
if (!secure || !supported) {
  view.showProblem(config.camera[secure ? "unsupported" : "insecure"], { host: location.host });
} else {
  const refresh = async () => {
    const current = cameraSelect.value;
    showCameras(await listCameras(), current);
  };
  navigator.mediaDevices.addEventListener("devicechange", () => void refresh());
  void refresh();
}

// The page comes with both switched off: a press before this line would be lost.
view.buttons.start.disabled = view.buttons.mirror.disabled = false;
