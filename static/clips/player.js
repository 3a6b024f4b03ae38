/** The page of one clip: finds its parts and connects them to the person's hands. */

import { fill } from "../live/words.js";
import { Api, Refused } from "./api.js";
import { Chunks, chunkSpan } from "./chunks.js";
import { part, say } from "./dom.js";
import { sendsSeconds } from "./options.js";
import { Progress } from "./progress.js";
import { Remarks } from "./remarks.js";
import { SayPanel } from "./saypanel.js";
import { Stage } from "./stage.js";
import { fillTimelineTable, showSummary } from "./summary.js";
import { clock } from "./time.js";
import { Timeline } from "./timeline.js";
import { TrackList } from "./tracks.js";
import { Transport } from "./transport.js";
import { describe, nameOf } from "./words.js";

/** @typedef {import("./types.js").ClipData} ClipData */
/** @typedef {import("./types.js").Words} Words */

/** Times a second that the words beside the picture change while it runs. */
const WORDS_MS = 250;
/** Before this many samples a second "every frame" is not meant. */
const FRAME_RATE = 30;

const page = /** @type {HTMLElement} */ (document.getElementById("player"));
const read = (/** @type {string} */ id) => JSON.parse(document.getElementById(id)?.textContent ?? "null");
/** @type {ClipData} */
let data = read("clip-data");
/** @type {Words} */
const words = read("clip-words");
const { messages } = words;
const api = new Api({ base: page.dataset.base ?? "", csrf: page.dataset.csrf ?? "", messages });
const video = /** @type {HTMLVideoElement} */ (part("video"));

// === Facts about the clip ===

/** Seconds between two samples; of a variable rate the usual. */
const period = () => {
  const rate = data.annotation?.rate || data.clip.frame_rate || FRAME_RATE;
  return 1 / Math.min(Math.max(rate, 0.5), 120);
};
/** A recording by a browser may not say how long it is; the last face and the player know more. */
const duration = () => {
  const ends = [data.clip.duration, data.summary?.duration, data.annotation?.end, video.duration];
  return Math.max(0.1, ...ends.filter((end) => Number.isFinite(end)).map(Number));
};
/** @type {Chunks} */
let chunks;
const newChunks = () => {
  chunks = new Chunks((from, to) => api.get(`boxes/?from=${from}&to=${to}`), {
    span: chunkSpan(1 / period()),
    duration: duration(),
  }, () => stage.show(stage.time));
};

// === Parts ===

let wordsAt = 0;
const stage = new Stage(video, /** @type {HTMLCanvasElement} */ (part("overlay")), () => data, words, {
  boxes: (time) => chunks.at(time),
  period,
  onTime: showTime,
});
const timeline = new Timeline(
  {
    plot: part("plot"),
    canvas: /** @type {HTMLCanvasElement} */ (part("chart")),
    names: part("names"),
    brush: part("brush"),
    playhead: part("playhead"),
  },
  words,
  {
    data: () => data,
    duration,
    period,
    fetch: ({ from, to }, bins, signal) => api.get(`timeline/?from=${from}&to=${to}&bins=${bins}`, signal),
    seek: (time) => transport.seek(time),
    choose,
    onSelect: () => panel.show(),
    onView: showView,
  },
);
const transport = new Transport(video, {
  time: () => stage.time,
  duration,
  period,
  frames: async (time) => (await chunks.load(time))?.frames ?? [],
  onSeek: (time) => {
    // Without a picture to wait for, the place is shown at once.
    if (!data.clip.video_url || video.readyState === 0) stage.show(time);
    timeline.setTime(time);
  },
  onState: showTransport,
});
const tracks = new TrackList(part("tracks"), words, {
  choose,
  change: (track, change) => send(() => api.post(`tracks/${track}/`, change), `track-${track}`, change),
  zoom: ({ first, last }) => timeline.show({ from: first - 0.5, to: last + 0.5 }),
  time: () => stage.time,
});
const remarks = new Remarks(
  {
    corrections: part("corrections"),
    markers: part("markers"),
    agreement: part("agreement"),
    agreementTable: part("agreement-table"),
    noCorrections: part("no-corrections"),
    noMarkers: part("no-markers"),
  },
  words,
  { seek: (time) => transport.seek(time), remove: (path) => send(() => api.delete(path)) },
);
const panel = new SayPanel(part("say"), words, {
  data: () => data,
  time: () => stage.time,
  chosen: () => tracks.chosen,
  selection: () => timeline.selection,
  select: (stretch) => timeline.select(stretch),
  zoom: () => timeline.toSelection(),
  correct: async (expression, give) => {
    const stretch = timeline.selection ?? { from: stage.time, to: stage.time };
    const body = { track: tracks.chosen, start: stretch.from, end: stretch.to, expression, give };
    return send(() => api.post("corrections/", body));
  },
  mark: (kind, { from, to }, text) => send(() => api.post("markers/", { kind, start: from, end: to, text })),
});
const progress = new Progress(part("progress"), words, api, (fresh) => take(fresh));

// === Showing ===

/** @param {number} time */
function showTime(time) {
  timeline.setTime(time);
  if (transport.playing) timeline.follow(time);
  say(part("time"), clock(time, 1));
  const now = performance.now();
  if (transport.playing && now - wordsAt < WORDS_MS) return;
  wordsAt = now;
  const reading = stage.readings.find(({ track }) => track === tracks.chosen);
  const track = data.tracks.find(({ id }) => id === tracks.chosen);
  const what = reading ? describe(reading, data, words).sentence : messages.not_in_picture;
  const said = track ? fill(messages.reading, { who: nameOf(track, messages), what }) : "";
  say(part("reading"), said);
  if (!transport.playing) part("plot").setAttribute("aria-valuetext", `${clock(time, 1)} ${said}`);
  panel.showTime();
}

function showTransport() {
  const { playing } = transport;
  page.dataset.playing = String(playing);
  const button = part("play");
  const label = playing ? messages.pause : messages.play;
  button.setAttribute("aria-label", label);
  button.dataset.keyLabel = label;
  /** @type {HTMLSelectElement} */ (part("speed")).value = String(video.playbackRate);
  showTime(stage.time);
}

function showView() {
  say(part("view"), timeline.view);
  for (const name of ["zoom-out", "zoom-all"]) {
    /** @type {HTMLButtonElement} */ (part(name)).disabled = timeline.isWhole;
  }
  if (/** @type {HTMLDetailsElement} */ (part("timeline-table")).open) showTable();
}

function showTable() {
  fillTimelineTable(part("timeline-table"), timeline.shown, tracks.chosen, data, words);
}

/** @param {number} track */
function choose(track) {
  tracks.mark(track);
  timeline.mark(track);
  panel.show();
  stage.draw();
  showTime(stage.time);
  if (/** @type {HTMLDetailsElement} */ (part("timeline-table")).open) showTable();
}

/** Take over what the server says now. @param {ClipData} fresh */
function take(fresh) {
  const shape = (/** @type {ClipData} */ { annotation, tracks: of }) =>
    JSON.stringify([annotation?.id, of.map(({ id, first, last, seconds }) => [id, first, last, seconds])]);
  const anew = shape(data) !== shape(fresh);
  const source = data.clip.video_url;
  data = fresh;
  if (data.clip.video_url !== source) showVideo();
  if (anew) newChunks();
  showAll(anew);
}

function showVideo() {
  const { video_url: url } = data.clip;
  part("stage-note").hidden = Boolean(url);
  page.dataset.video = String(Boolean(url));
  if (url && video.getAttribute("src") !== url) video.src = url;
}

/** @param {boolean} anew */
function showAll(anew) {
  page.dataset.annotated = String(Boolean(data.annotation));
  // The picture leaves the timeline so much of the screen.
  page.style.setProperty("--rows", String(Math.min(4, data.tracks.length)));
  for (const one of page.querySelectorAll("[data-needs-annotation]")) {
    /** @type {HTMLElement} */ (one).hidden = !data.annotation;
  }
  part("no-faces").hidden = !data.annotation || data.tracks.length > 0;
  if (!data.tracks.some(({ id }) => id === tracks.chosen)) {
    tracks.chosen = (data.tracks.find(({ me }) => me) ?? data.tracks[0])?.id ?? null;
  }
  tracks.show(data);
  timeline.refresh(anew);
  timeline.mark(tracks.chosen);
  remarks.show(data);
  showSummary(
    { sentence: part("sentence"), mix: part("summary-mix"), observed: part("observed"), table: part("summary-table") },
    data,
    words,
  );
  panel.show();
  progress.show(data);
  stage.draw();
  say(part("whole"), clock(duration()));
  part("plot").setAttribute("aria-valuemax", duration().toFixed(1));
  showView();
}

// === Changing ===

/**
 * Send a change and show what came of it.
 *
 * @param {() => Promise<ClipData & {said?: string}>} request
 * @param {string} [about] whom a question of the server is about
 * @param {unknown} [change] to be sent again after the question is answered
 * @returns {Promise<boolean>} whether it was accepted
 */
async function send(request, about, change) {
  const problem = part("problem");
  page.setAttribute("aria-busy", "true");
  try {
    const answer = await request();
    take(answer);
    problem.hidden = true;
    if (typeof answer.said === "string") say(part("said"), answer.said);
    return true;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.body.ask === "recorded_at" && about) askRecorded(error.said, request);
    else {
      problem.hidden = false;
      say(problem, error.said);
    }
    return false;
  } finally {
    page.removeAttribute("aria-busy");
  }
}

/** Ask when the clip was recorded, then do again what needed it. @param {string} said @param {() => Promise<ClipData>} request */
function askRecorded(said, request) {
  const dialog = /** @type {HTMLDialogElement} */ (part("recorded"));
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  say(part("recorded-said"), said);
  part("recorded-problem").hidden = true;
  form.onsubmit = async (event) => {
    if (/** @type {SubmitEvent} */ (event).submitter?.hasAttribute("formnovalidate")) return;
    event.preventDefault();
    try {
      await api.post("recorded/", new FormData(form));
      dialog.close();
      await send(request);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      part("recorded-problem").hidden = false;
      say(part("recorded-problem"), error.said);
    }
  };
  dialog.showModal();
}

// === Hands ===

/** @type {Record<string, () => unknown>} */
const actions = {
  play: () => transport.toggle(),
  back: () => transport.jump(-1),
  forward: () => transport.jump(1),
  "step-back": () => transport.step(-1),
  "step-on": () => transport.step(1),
  "zoom-in": () => timeline.closer(),
  "zoom-out": () => timeline.further(),
  "zoom-all": () => timeline.showAll(),
  "zoom-track": () => {
    const track = data.tracks.find(({ id }) => id === tracks.chosen);
    if (track) timeline.show({ from: track.first - 0.5, to: track.last + 0.5 });
  },
};
for (const [name, action] of Object.entries(actions)) {
  part(name).addEventListener("click", () => void action());
}
part("speed").addEventListener("change", (event) => {
  transport.speed(Number(/** @type {HTMLSelectElement} */ (event.target).value));
});
part("timeline-table").addEventListener("toggle", showTable);
part("overlay").addEventListener("click", (event) => {
  const track = stage.trackAt(/** @type {MouseEvent} */ (event));
  if (track === null) transport.toggle();
  else choose(track);
});
// The slider takes the arrows itself: the keys of the page would otherwise be told twice.
part("plot").addEventListener("keydown", (event) => {
  const key = /** @type {KeyboardEvent} */ (event).key;
  if (key === "Home") transport.seek(0);
  else if (key === "End") transport.seek(duration());
  else return;
  event.preventDefault();
});
part("import")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  void send(() => api.post("import-eaf/", new FormData(form))).then((done) => done && form.reset());
});
sendsSeconds(/** @type {HTMLFormElement} */ (part("again")), messages);
part("render").addEventListener("click", () => void send(() => api.post("render/")));
for (const name of ["loadedmetadata", "durationchange"]) {
  video.addEventListener(name, () => {
    if (duration() > Number(part("plot").getAttribute("aria-valuemax")) + 0.2) showAll(true);
    stage.draw();
  });
}
video.addEventListener("error", () => {
  if (!video.src) return;
  part("stage-note").hidden = false;
  say(part("stage-note"), messages.video_failed);
});

/** A link to a moment of a clip: #t=42.5 */
function startAt() {
  const asked = Number(/^#t=([\d.]+)$/.exec(location.hash)?.[1]);
  if (asked > 0) transport.seek(asked);
}

newChunks();
showVideo();
showAll(false);
showTransport();
video.addEventListener("loadeddata", startAt, { once: true });
page.dataset.ready = "true";
