/** The page that the service worker shows where the server does not answer. */

import { newId } from "../site/marks.js";
import { entryOf } from "./queue.js";
import { lastOwner } from "./store.js";
import { installWaiting, keep } from "./waiting.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("offline-form"));
const kept = /** @type {HTMLElement} */ (document.getElementById("kept"));
const nobody = /** @type {HTMLElement} */ (document.getElementById("nobody"));

/** @param {string} owner */
async function store(owner) {
  const data = new FormData(form);
  const mood = Number(data.get("mood"));
  const note = String(data.get("note") ?? "");
  const stored = await keep(entryOf({ id: newId(), owner, mood, note, at: new Date() }));
  kept.hidden = false;
  kept.textContent = (stored ? kept.dataset.said : kept.dataset.failed) ?? "";
  if (stored) form.reset();
}

async function start() {
  const owner = await lastOwner.get().catch(() => "");
  form.hidden = owner === "";
  nobody.hidden = owner !== "";
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void store(owner);
  });
  await installWaiting();
}

void start();
