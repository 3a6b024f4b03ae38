/** One visit to the live page: camera, connection and view brought together. */

import { CameraError, closeCamera, isMirror, listCameras, openCamera } from "./camera.js";
import { Capture, onEachPicture } from "./capture.js";
import { Pacer, Rate } from "./pacing.js";
import { LiveSocket } from "./socket.js";
import { nextState } from "./states.js";
import { WakeLock } from "./wakelock.js";

/** @typedef {import("./types.js").Config} Config */
/** @typedef {import("./types.js").Message} Message */
/** @typedef {import("./types.js").Result} Result */
/** @typedef {import("./states.js").Happening} Happening */

/**
 * A server that was killed rather than stopped loses the ten seconds it was summing up, and the
 * page cannot tell which it was: it promises what is certain.
 */
const UNSAVED_MS = 12_000;

export class LiveSession {
  /** @type {import("./states.js").State} */
  #state = "idle";
  /** @type {LiveSocket | null} */
  #socket = null;
  /** @type {MediaStream | null} */
  #camera = null;
  #deviceId = "";
  #paused = false;
  #taking = false;
  #newest = 0;
  #mirrored = true;
  #lostAt = "";
  #savedAt = "";
  #sessionId = "";
  #summarised = false;
  #skipped = false;
  #opening = 0;
  #wake = new WakeLock();
  #rate = new Rate();

  /**
   * @param {Config} config
   * @param {import("./view.js").View} view
   * @param {import("./faces.js").FaceList} faces
   * @param {import("./streampanel.js").StreamPanel} stream
   * @param {(cameras: MediaDeviceInfo[], current: string) => void} showCameras
   */
  constructor(config, view, faces, stream, showCameras) {
    this.config = config;
    this.view = view;
    this.faces = faces;
    this.stream = stream;
    this.showCameras = showCameras;
    this.pacer = new Pacer(config.target_fps);
    this.capture = new Capture(view.video, config.capture_side);
    onEachPicture(view.video, (now) => this.#tick(now));
    setInterval(() => this.#showNumbers(), 500);
    this.#show();
  }

  // === What the person does ===

  async start() {
    if (!["idle", "ended", "error"].includes(this.#state)) return;
    this.view.showProblem(null);
    this.view.showSummary(null);
    this.view.showNote(this.config.messages.opening);
    this.#paused = false;
    this.#happen("start");
    if (!(await this.#openCamera())) return;
    this.stream.start();
    if (this.#socket) {
      this.#socket.command({ type: "resume" });
      this.#happen("ready");
    } else {
      this.#connect();
    }
  }

  togglePause() {
    if (this.#state === "live") {
      this.#paused = true;
      this.#socket?.command({ type: "pause" });
      this.#happen("pause");
    } else if (this.#state === "paused") {
      this.#paused = false;
      this.#socket?.command({ type: "resume" });
      this.#happen("resume");
    }
  }

  stop() {
    this.#opening += 1;
    this.#dropCamera();
    if (this.#socket) this.#socket.stop();
    else this.#closed("stopped");
  }

  toggleMirror() {
    this.#mirrored = !this.#mirrored;
    this.view.stage.dataset.mirrored = String(this.#mirrored);
    if (this.view.scene) this.view.scene.mirrored = this.#mirrored;
    this.view.redraw();
  }

  /** Of the session that is open or was last open; "" before the first. */
  get id() {
    return this.#sessionId;
  }

  /** @param {number} track */
  select(track) {
    this.#socket?.command({ type: "select", track });
  }

  /** @param {string} deviceId */
  async useCamera(deviceId) {
    this.#deviceId = deviceId;
    if (!this.#camera) return;
    await this.#openCamera();
  }

  /** The tab went to the back or came to the front. @param {boolean} hidden */
  hidden(hidden) {
    if (this.#paused || this.#state === "error") return;
    if (hidden && this.#state === "live") {
      this.#socket?.command({ type: "pause" });
      this.#happen("pause", this.config.states.hidden);
    } else if (!hidden && this.#state === "paused") {
      this.#socket?.command({ type: "resume" });
      this.#happen("resume");
    }
  }

  online() {
    this.#socket?.hurry();
  }

  // === Camera ===

  /** @returns {Promise<boolean>} whether a picture comes */
  async #openCamera() {
    this.#opening += 1;
    const opening = this.#opening;
    this.#dropCamera();
    try {
      const camera = await openCamera(this.#deviceId);
      if (opening !== this.#opening) {
        closeCamera(camera); // Stopped, or another one was chosen, while this one opened.
        return false;
      }
      this.#camera = camera;
    } catch (error) {
      if (opening === this.#opening) this.#failed(error);
      return false;
    }
    const [track] = this.#camera.getVideoTracks();
    track.addEventListener("ended", () => this.#unplugged());
    this.#mirrored = isMirror(track);
    this.view.stage.dataset.mirrored = String(this.#mirrored);
    const { video } = this.view;
    video.srcObject = this.#camera;
    await video.play().catch(() => undefined); // A newer camera took its place.
    if (video.videoWidth > 0) this.view.shape(video.videoWidth, video.videoHeight);
    this.view.stage.dataset.camera = "on";
    this.view.showNote(null);
    this.showCameras(await listCameras(), track.getSettings().deviceId ?? this.#deviceId);
    return opening === this.#opening;
  }

  #dropCamera() {
    closeCamera(this.#camera);
    this.#camera = null;
    this.view.video.srcObject = null;
    delete this.view.stage.dataset.camera;
  }

  #unplugged() {
    if (!this.#camera) return;
    this.#failed(new CameraError(/** @type {any} */ ("unplugged")));
    this.#deviceId = "";
  }

  /** @param {unknown} error */
  #failed(error) {
    const problem = error instanceof CameraError ? error.problem : "unknown";
    const { camera, messages } = this.config;
    this.#dropCamera();
    this.#socket?.command({ type: "pause" });
    this.faces.clear();
    this.view.showNote(this.view.scene ? null : messages.camera_off);
    this.view.showProblem(camera[problem] ?? camera.unknown, this.#values());
    this.#happen("fail");
  }

  // === Connection ===

  #connect() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.#summarised = false;
    this.#newest = 0;
    this.#sessionId = "";
    this.stream.clear();
    this.#socket = new LiveSocket(`${scheme}//${location.host}${this.config.socketPath}`, {
      ready: (message) => this.#ready(message),
      message: (message, picture, roundTrip) => this.#heard(message, picture, roundTrip),
      lost: (reason) => this.#lost(reason),
      closed: (reason) => this.#closed(reason),
    });
    this.#socket.connect();
  }

  /** @param {import("./types.js").Ready} message */
  #ready(message) {
    const anew = this.#sessionId !== "" && this.#sessionId !== message.session;
    this.#sessionId = message.session;
    this.#lostAt = this.#savedAt = "";
    this.pacer.reset();
    this.#rate.reset();
    this.view.showNumbers({ fps: 0, rtt: null, model: message.model });
    if (this.#state === "error") return; // The camera is away; the person has been told.
    this.view.showProblem(anew ? this.config.closes.anew : null, this.#values(), true);
    this.#happen("ready");
    if (this.#paused || document.hidden) {
      this.#socket?.command({ type: "pause" });
      this.#happen("pause");
    }
  }

  /**
   * @param {Message} message
   * @param {{close(): void} | null} picture
   * @param {number | null} roundTrip
   */
  #heard(message, picture, roundTrip) {
    if (roundTrip !== null) this.pacer.answered(roundTrip);
    if (message.type === "result") this.#result(message, /** @type {ImageBitmap | null} */ (picture));
    else if (message.type === "dropped") this.pacer.refused();
    else if (message.type === "model") this.view.showNumbers({ ...this.#numbers(), model: message.model });
    else if (message.type === "summary") {
      this.#summarised = true;
      this.view.showSummary(message);
    } else if (message.type === "error") {
      if (message.code === "too_fast") this.pacer.refused();
      else {
        this.#skipped = true;
        const title = this.config.errors[message.code] ?? message.message;
        this.view.showProblem({ title, text: "" }, {}, true);
      }
    }
  }

  /**
   * @param {Result} result
   * @param {ImageBitmap | null} picture
   */
  #result(result, picture) {
    if (!picture) return;
    if (result.seq < this.#newest || !this.#camera) {
      picture.close();
      return;
    }
    const now = performance.now();
    this.#newest = result.seq;
    if (this.#skipped) {
      this.#skipped = false;
      this.view.showProblem(null);
    }
    this.#rate.add(now);
    this.view.showScene({ picture, result, mirrored: this.#mirrored });
    this.view.showCalibrated(result.faces.some(({ calibrated }) => calibrated));
    this.faces.show(result.faces, now);
    this.stream.add(result.faces);
  }

  /** @param {string} reason */
  #lost(reason) {
    this.#lostAt ||= this.#time();
    this.#savedAt ||= this.#time(UNSAVED_MS);
    this.#newest = 0;
    if (this.#state === "error") return;
    // Before the first connection there is nothing that could have been kept.
    const explanation = this.#sessionId || reason !== "lost" ? reason : "unreachable";
    this.view.showProblem(this.config.closes[explanation], this.#values(), true);
    this.#happen("lost");
  }

  /** @param {string} reason */
  #closed(reason) {
    const { closes, messages } = this.config;
    this.#socket = null;
    this.#dropCamera();
    this.view.clearScene();
    this.view.showNote(messages.camera_off);
    this.faces.clear();
    this.stream.stop();
    if (reason === "stopped") {
      const unheard = this.#sessionId !== "" && !this.#summarised;
      this.view.showProblem(unheard ? closes.no_summary : null, this.#values(), true);
      this.#happen("end");
    } else {
      this.view.showProblem(closes[reason] ?? closes.refused, this.#values());
      this.#happen("fail");
    }
    this.#lostAt = this.#savedAt = "";
  }

  // === Frames ===

  /** @param {number} now milliseconds */
  #tick(now) {
    const wanted = this.#state === "live" && !document.hidden && !this.#taking;
    if (!wanted || !this.#socket?.hasRoom || !this.capture.ready || !this.pacer.due(now)) return;
    this.pacer.sent(now);
    this.#taking = true;
    void this.#send().finally(() => (this.#taking = false));
  }

  async #send() {
    const taken = await this.capture.take().catch(() => null);
    if (!taken) return;
    if (this.#state === "live" && this.#socket) this.#socket.send(taken.jpeg, taken.picture);
    else taken.picture.close();
  }

  // === Words and numbers ===

  /**
   * @param {Happening} happening
   * @param {string} [text]
   */
  #happen(happening, text) {
    this.#state = nextState(this.#state, happening);
    this.#show(text);
    if (this.#state === "live") void this.#wake.hold();
    else void this.#wake.release();
  }

  /** @param {string} [text] */
  #show(text) {
    const unstarted = this.#state === "error" && this.#sessionId === "";
    const words = unstarted ? this.config.states.unstarted : text;
    this.view.showState(this.#state, words, this.#socket !== null);
  }

  #numbers() {
    const sending = this.#state === "live";
    return {
      fps: sending ? this.#rate.perSecond(performance.now()) : 0,
      rtt: sending ? this.pacer.replyTime : null,
    };
  }

  #showNumbers() {
    this.view.showNumbers(this.#numbers());
  }

  /** @param {number} [ago] milliseconds */
  #time(ago = 0) {
    return new Date(Date.now() - ago).toLocaleTimeString(document.documentElement.lang, {
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
  }

  #values() {
    const time = this.#lostAt || this.#time();
    return { time, saved: this.#savedAt || time, host: location.host };
  }
}
