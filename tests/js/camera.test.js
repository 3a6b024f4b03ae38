import assert from "node:assert/strict";
import { test } from "node:test";

import { cameraConstraints, cameraProblem, camerasOf, isMirror } from "../../static/live/camera.js";

const good = { secure: true, supported: true };

for (const [name, problem] of [
  ["NotAllowedError", "denied"],
  ["SecurityError", "denied"],
  ["NotFoundError", "none"],
  ["NotReadableError", "busy"],
  ["AbortError", "busy"],
  ["OverconstrainedError", "gone"],
  ["SomethingNewError", "unknown"],
]) {
  test(`${name} is explained as ${problem}`, () => {
    assert.equal(cameraProblem(new DOMException("no", name), good), problem);
  });
}

test("without https the address is the cause, although the browser shows no cameras", () => {
  const problem = cameraProblem(new TypeError(), { secure: false, supported: false });
  assert.equal(problem, "insecure");
});

test("a secure page in a browser without cameras says that it is the browser", () => {
  assert.equal(cameraProblem(new TypeError(), { secure: true, supported: false }), "unsupported");
});

test("what is thrown and is no error does not break the explanation", () => {
  assert.equal(cameraProblem("oops", good), "unknown");
  assert.equal(cameraProblem(undefined, good), "unknown");
});

test("a chosen camera is asked for exactly, otherwise the one that faces the person", () => {
  assert.deepEqual(cameraConstraints("abc").video.deviceId, { exact: "abc" });
  assert.equal("facingMode" in cameraConstraints("abc").video, false);
  assert.equal(cameraConstraints("").video.facingMode, "user");
  assert.equal(cameraConstraints("").audio, false);
});

test("only cameras that can be told apart are offered", () => {
  const devices = [
    { kind: "audioinput", deviceId: "m" },
    { kind: "videoinput", deviceId: "" },
    { kind: "videoinput", deviceId: "c" },
  ];
  assert.deepEqual(camerasOf(devices), [devices[2]]);
});

test("the picture is a mirror unless the camera looks away", () => {
  const track = (facingMode) => ({ getSettings: () => ({ facingMode }) });
  assert.equal(isMirror(track("user")), true);
  assert.equal(isMirror(track(undefined)), true);
  assert.equal(isMirror(track("environment")), false);
});
