/** The pages that take files: the drop zone, files on their way, and how far the work is. */

import { fill } from "../live/words.js";
import { Api, Refused } from "./api.js";
import { copyOf, make, part, say } from "./dom.js";
import { refusal, size } from "./limits.js";
import { chosen } from "./options.js";
import { readFingerprint, Uploads } from "./uploads.js";
import { timeLeft } from "./words.js";

/** @typedef {import("./uploads.js").Uploading} Uploading */

const ASK_MS = 1500;
const OPEN = ["waiting", "running"];

const page = /** @type {HTMLElement} */ (document.getElementById("clips"));
const messages = JSON.parse(document.getElementById("clip-words")?.textContent ?? "{}");
const { purpose = "clip", owner = "", jobs = "", csrf = "", upload: endpoint = "" } = page.dataset;
const limits = { most: Number(page.dataset.most), free: Number(page.dataset.free) };
const api = new Api({ base: location.pathname, csrf, messages });
const drop = part("drop");
const rows = part("rows");
const { tus } = /** @type {any} */ (globalThis);

// === Files on their way ===

/** @type {Map<Uploading, HTMLElement>} */
const shown = new Map();
const uploads = new Uploads(
  {
    endpoint,
    chunkSize: Number(page.dataset.chunk),
    headers: { "X-CSRFToken": csrf },
    owner,
    tus,
  },
  showUpload,
);

/** @param {Iterable<File>} files */
function take(files) {
  const options = purpose === "clip" ? chosen(drop, messages) : {};
  if (!options) return;
  const refusals = part("refusals");
  refusals.replaceChildren();
  for (const file of files) {
    const free = limits.free - uploads.announced;
    const said = refusal(file, { most: limits.most, free }, messages);
    if (said) {
      refusals.append(make("li", { class: "problem" }, said));
      continue;
    }
    const keep = /** @type {HTMLInputElement | null} */ (drop.querySelector('[name="keep_thumbnails"]'));
    uploads.add(file, {
      filename: file.name,
      filetype: file.type,
      purpose,
      ...options,
      ...(keep?.checked ? { keep_thumbnails: "1" } : {}),
    });
  }
}

/** @param {Uploading} one */
function showUpload(one) {
  let row = shown.get(one);
  if (!row) {
    row = newRow(one);
    shown.set(one, row);
    part("uploads").append(row);
    page.dataset.empty = "false";
  }
  row.dataset.state = one.state;
  const percent = Math.floor(one.part * 100);
  const values = {
    percent,
    sent: size(one.sent, messages),
    size: size(one.file.size, messages),
    reason: one.reason || messages.refused,
  };
  const words = { queued: "queued", uploading: "uploading", reconnecting: "reconnecting", paused: "paused", failed: "failed", done: "uploaded" };
  const left = one.state === "uploading" ? timeLeft(one.pace.left(one.file.size - one.sent), messages) : "";
  say(part("words", row), [fill(messages[words[one.state]], values), left].filter(Boolean).join(", "));
  const bar = /** @type {HTMLProgressElement} */ (part("bar", row));
  bar.hidden = one.state === "failed" || one.state === "queued";
  bar.value = one.part;
  const going = one.state === "uploading" || one.state === "reconnecting";
  const toggle = part("toggle", row);
  toggle.hidden = one.state === "done";
  say(toggle, messages[going ? "pause" : one.state === "failed" ? "retry" : "resume"]);
  say(part("cancel", row), messages[one.state === "failed" ? "remove" : "cancel"]);
  part("cancel", row).hidden = one.state === "done";
  if (one.state === "done") void arrived(one, row);
}

/** @param {Uploading} one */
function newRow(one) {
  const row = copyOf("upload-template");
  say(part("title", row), one.file.name);
  part("bar", row).setAttribute("aria-label", one.file.name);
  part("toggle", row).addEventListener("click", () => {
    if (one.state === "uploading" || one.state === "reconnecting") void one.pause();
    else void one.start();
  });
  part("cancel", row).addEventListener("click", () => {
    row.remove();
    shown.delete(one);
    void uploads.remove(one);
    part("file").focus();
  });
  return row;
}

/** The server has it whole: its own row takes over. @param {Uploading} one @param {HTMLElement} row */
async function arrived(one, row) {
  limits.free -= one.file.size;
  await refresh();
  row.remove();
  shown.delete(one);
  await uploads.remove(one);
}

/** What an earlier visit left unfinished: the browser remembers where, but not the file. */
async function recallUnfinished() {
  const known = await new tus.Upload(new Blob(), { endpoint }).options.urlStorage.findAllUploads();
  const list = part("unfinished");
  for (const { urlStorageKey, uploadUrl } of known) {
    const print = readFingerprint(urlStorageKey.replace(/^tus::/, "").replace(/::\d+$/, ""));
    if (!print || print.owner !== owner || print.purpose !== purpose) continue;
    const answer = await fetch(uploadUrl, { method: "HEAD", headers: { "Tus-Resumable": "1.0.0" } }).catch(() => null);
    const offset = Number(answer?.headers.get("Upload-Offset"));
    if (!answer) continue;
    if (!answer.ok || offset >= print.size) {
      localStorage.removeItem(urlStorageKey);
      continue;
    }
    const percent = Math.floor((offset / print.size) * 100);
    list.append(make("li", { class: "problem problem--mild" }, fill(messages.unfinished, { name: print.name, percent })));
  }
}

// === Work ===

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** Put the rows that the server shows now in place of the old ones. */
async function refresh() {
  const text = await fetch(location.href).then((answer) => (answer.ok ? answer.text() : ""), () => "");
  const fresh = new DOMParser().parseFromString(text, "text/html").querySelector('[data-part="rows"]');
  if (!fresh) return;
  rows.replaceChildren(...document.adoptNode(fresh).childNodes);
  page.dataset.empty = String(rows.children.length === 0 && uploads.all.length === 0);
  follow();
}

function follow() {
  clearTimeout(timer);
  if (rows.querySelector('[data-open="true"]')) timer = setTimeout(() => void ask(), ASK_MS);
}

async function ask() {
  let answer;
  try {
    answer = await api.get(jobs);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    // The line is away: the rows stay as they are, and are asked for again.
    timer = setTimeout(() => void ask(), ASK_MS * 4);
    return;
  }
  let ended = false;
  for (const job of answer.jobs) {
    const row = /** @type {HTMLElement | null} */ (rows.querySelector(`[data-job="${job.id}"]`));
    if (!row || row.dataset.open !== "true") continue;
    showJob(row, job);
    ended ||= !OPEN.includes(job.state);
  }
  // A row that has ended has other ways on: the server draws it anew.
  if (ended) await refresh();
  else follow();
}

/** @param {HTMLElement} row @param {any} job */
function showJob(row, job) {
  row.dataset.state = job.state;
  const running = job.state === "running";
  const percent = running ? fill(messages.percent, { percent: Math.floor(job.progress * 100) }) : "";
  const left = running ? timeLeft(job.eta_s, messages) : "";
  say(part("words", row), job.words);
  say(part("numbers", row), [percent, left].filter(Boolean).join(", "));
  const bar = row.querySelector("progress");
  if (bar) bar.value = job.progress;
}

// === Hands ===

const file = /** @type {HTMLInputElement} */ (part("file"));
file.addEventListener("change", () => {
  take([...(file.files ?? [])]);
  file.value = "";
});
// The whole page takes what is dropped: a file beside the zone would replace the page.
let over = 0;
const carriesFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files") ?? false;
document.addEventListener("dragenter", (event) => {
  if (!carriesFiles(event)) return;
  over += 1;
  drop.dataset.over = "";
});
document.addEventListener("dragleave", (event) => {
  if (!carriesFiles(event)) return;
  over = Math.max(0, over - 1);
  if (over === 0) delete drop.dataset.over;
});
document.addEventListener("dragover", (event) => {
  if (carriesFiles(event)) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  over = 0;
  delete drop.dataset.over;
  take([...(event.dataTransfer?.files ?? [])]);
});
// Going to another page would end what is being sent: a form is sent from here instead.
rows.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  event.preventDefault();
  const problem = part("problem");
  api.post(form.action, new FormData(form)).then(
    () => {
      problem.hidden = true;
      return refresh();
    },
    (error) => {
      problem.hidden = false;
      say(problem, error.said ?? messages.refused);
    },
  );
});
globalThis.addEventListener("beforeunload", (event) => {
  if (uploads.unfinished.length > 0) event.preventDefault();
});

follow();
void recallUnfinished();
page.dataset.ready = "true";
