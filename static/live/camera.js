/** Finding and opening a camera, and saying in words why it did not open. */

/**
 * @typedef {object} Surroundings
 * @property {boolean} secure whether the page came over https or from this computer
 * @property {boolean} supported whether the browser offers cameras to pages at all
 */

/** @returns {Surroundings} */
export function surroundings() {
  return { secure: globalThis.isSecureContext, supported: Boolean(navigator.mediaDevices) };
}

/** @type {Record<string, string>} */
const REASONS = {
  NotAllowedError: "denied",
  PermissionDeniedError: "denied",
  SecurityError: "denied",
  NotFoundError: "none",
  DevicesNotFoundError: "none",
  NotReadableError: "busy",
  TrackStartError: "busy",
  AbortError: "busy",
  OverconstrainedError: "gone",
};

/**
 * Why a camera did not open, as a key of the page's explanations.
 *
 * @param {unknown} error what getUserMedia threw
 * @param {Surroundings} where
 * @returns {"insecure" | "unsupported" | "denied" | "none" | "busy" | "gone" | "unknown"}
 */
export function cameraProblem(error, where) {
  // Without a secure context browsers hide mediaDevices: that is the cause, not the browser.
  if (!where.secure) return "insecure";
  if (!where.supported) return "unsupported";
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  return /** @type {any} */ (REASONS[name] ?? "unknown");
}

/**
 * What to ask the browser for. A camera chosen by the person is exact: silently opening another
 * one would show the wrong room.
 *
 * @param {string} deviceId empty for the browser's own choice
 * @returns {MediaStreamConstraints}
 */
export function cameraConstraints(deviceId) {
  return {
    audio: false,
    video: {
      width: { ideal: 1280 },
      height: { ideal: 720 },
      frameRate: { ideal: 30 },
      ...(deviceId ? { deviceId: { exact: deviceId } } : { facingMode: "user" }),
    },
  };
}

/**
 * @param {MediaDeviceInfo[]} devices
 * @returns {MediaDeviceInfo[]} the cameras among them that can be told apart
 */
export function camerasOf(devices) {
  return devices.filter(({ kind, deviceId }) => kind === "videoinput" && deviceId !== "");
}

export async function listCameras() {
  if (!navigator.mediaDevices) return [];
  return camerasOf(await navigator.mediaDevices.enumerateDevices());
}

/** A camera that did not open; `problem` is a key of the page's explanations. */
export class CameraError extends Error {
  /** @param {ReturnType<typeof cameraProblem>} problem */
  constructor(problem) {
    super(problem);
    this.problem = problem;
  }
}

/**
 * @param {string} deviceId empty for the browser's own choice
 * @returns {Promise<MediaStream>}
 * @throws {CameraError}
 */
export async function openCamera(deviceId) {
  const where = surroundings();
  try {
    if (!where.secure || !where.supported) throw new Error("no cameras here");
    return await navigator.mediaDevices.getUserMedia(cameraConstraints(deviceId));
  } catch (error) {
    throw new CameraError(cameraProblem(error, where));
  }
}

/**
 * Whether the picture should be a mirror: yes, unless the camera looks away from the person.
 *
 * @param {MediaStreamTrack} track
 */
export function isMirror(track) {
  return track.getSettings?.().facingMode !== "environment";
}

/** @param {MediaStream | null} stream */
export function closeCamera(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
