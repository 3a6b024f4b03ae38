/**
 * Checking in from any page: the round button opens the five marks, a tap on one is stored at
 * once, and a line says so with the ways to add more and to undo. Without this script the button
 * is a link and the marks are a form.
 */

import { entryOf } from "../offline/queue.js";
import { keep, ownerOfPage, takeBack as dropKept } from "../offline/waiting.js";
import { markFor, newId, outcomeOf } from "./marks.js";
import { refresh } from "./refresh.js";
import { Said } from "./said.js";

/** @typedef {import("./marks.js").Outcome} Outcome */

/**
 * @param {string} address
 * @param {FormData} data
 * @returns {Promise<Outcome>}
 */
async function send(address, data) {
  try {
    const answer = await fetch(address, {
      method: "POST",
      body: data,
      headers: { Accept: "application/json" },
    });
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    return outcomeOf(answer.status, isJson ? await answer.json() : null);
  } catch {
    return outcomeOf(0, null);
  }
}

/** Hide a question that is answered; the focus goes to the heading above it. @param {HTMLElement} question */
function putAway(question) {
  const held = question.contains(document.activeElement);
  question.hidden = true;
  const above = question.closest("section")?.querySelector("[tabindex='-1']");
  if (held) /** @type {HTMLElement | null | undefined} */ (above)?.focus();
}

/** @param {HTMLFormElement} form @param {Said} said */
function sendsByTap(form, said) {
  const dialog = form.closest("dialog");
  const marks = [.../** @type {NodeListOf<HTMLButtonElement>} */ (form.querySelectorAll("button"))];
  const question = /** @type {HTMLElement | null} */ (form.closest("#feel"));
  let busy = false;

  /** @param {FormData} data */
  async function store(data) {
    busy = true;
    form.setAttribute("aria-busy", "true");
    const outcome = await send(form.action, data);
    form.removeAttribute("aria-busy");
    busy = false;
    dialog?.close();
    if (outcome.away && (await keepForLater(data))) return;
    if (!outcome.saved) {
      said.show(outcome, { again: outcome.again ? () => void store(later(data)) : undefined });
      return;
    }
    if (question) putAway(question);
    const undo = outcome.undo;
    said.show(outcome, { undo: undo ? () => void takeBack(undo, data) : undefined });
    await refresh();
  }

  /** The server does not answer: the device keeps it and sends it later. @param {FormData} data */
  async function keepForLater(data) {
    const text = (/** @type {string} */ name) => String(data.get(name) ?? "");
    const entry = entryOf({
      id: text("id"),
      owner: ownerOfPage(),
      mood: Number(text("mood")),
      session: text("session"),
      at: tapped.get(data) ?? new Date(),
    });
    if (!(await keep(entry))) return false;
    if (question) putAway(question);
    const undo = async () => {
      await dropKept(entry);
      if (question) question.hidden = false;
      said.show({ said: said.line.dataset.dropped ?? "", saved: true, again: false });
    };
    said.show(
      { said: said.line.dataset.kept ?? "", saved: true, again: false },
      { undo: () => void undo() },
    );
    return true;
  }

  /** @param {string} address @param {FormData} data */
  async function takeBack(address, data) {
    const outcome = await send(address, data);
    if (outcome.saved && question) {
      if (question.hidden) question.hidden = false;
      else putAway(question);
    }
    const again = outcome.again ? () => void takeBack(address, data) : undefined;
    const undo = outcome.saved ? outcome.undo : address;
    said.show(outcome, { again, undo: undo && !again ? () => void takeBack(undo, data) : undefined });
    await refresh();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (busy) return;
    const data = new FormData(form, /** @type {SubmitEvent} */ (event).submitter);
    data.set("id", newId());
    tapped.set(data, new Date());
    void store(data);
  });
  (dialog ?? form).addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = marks.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    const move = markFor(event.key, at, marks.length);
    if (!move) return;
    event.preventDefault();
    if ("press" in move) marks[move.press].click();
    else marks[move.focus].focus();
  });
}

/** @type {WeakMap<FormData, Date>} when each was tapped, for one that is sent again later */
const tapped = new WeakMap();

/** The same check-in for the moment of its tap. @param {FormData} data */
function later(data) {
  const at = tapped.get(data);
  if (at) data.set("at", at.toISOString());
  return data;
}

/** @param {HTMLFormElement} form @param {HTMLButtonElement} button @param {Said} said */
async function replaceTags(form, button, said) {
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form, button) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("tags");
    if (!answer.ok || !fresh) return said.show(outcomeOf(answer.ok ? 400 : answer.status, null));
    document.getElementById("tags")?.replaceWith(document.adoptNode(fresh));
    document.getElementById("id_new_tag")?.focus();
  } catch {
    said.show(outcomeOf(0, null));
  }
}

/** Adds a tag without leaving the form. @param {HTMLFormElement} form @param {Said} said */
function addsTagsInPlace(form, said) {
  form.addEventListener("submit", (event) => {
    const button = /** @type {HTMLButtonElement | null} */ (
      /** @type {SubmitEvent} */ (event).submitter
    );
    if (button?.name !== "add") return;
    event.preventDefault();
    void replaceTags(form, button, said);
  });
  // Enter in the field of the new tag adds it; the whole form is saved by its own button.
  form.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.key !== "Enter" || target.id !== "id_new_tag") return;
    event.preventDefault();
    /** @type {HTMLElement} */ (form.querySelector("[name=add][value=tag]")).click();
  });
}

/**
 * Without a connection a form would lead to an error of the browser; what stands in it stays here.
 *
 * @param {HTMLFormElement} form @param {Said} said
 */
function staysWhileOffline(form, said) {
  form.addEventListener("submit", (event) => {
    if (navigator.onLine || event.defaultPrevented) return;
    event.preventDefault();
    said.show(outcomeOf(0, null), { again: () => form.requestSubmit() });
  });
}

/** @param {Document} [root] */
export function installCheckIn(root = document) {
  const dialog = /** @type {HTMLDialogElement | null} */ (root.getElementById("check-in"));
  const line = root.getElementById("said");
  if (!dialog || !line) return;
  const said = new Said(line);
  for (const opener of root.querySelectorAll("[data-opens-check-in]")) {
    opener.addEventListener("click", (event) => {
      const { ctrlKey, metaKey, shiftKey } = /** @type {MouseEvent} */ (event);
      if (ctrlKey || metaKey || shiftKey) return; // a new tab is wanted
      event.preventDefault();
      dialog.showModal();
      /** @type {HTMLElement} */ (dialog.querySelector("[data-marks] :nth-child(3)")).focus();
    });
  }
  for (const form of root.querySelectorAll("form[data-check-in]")) {
    sendsByTap(/** @type {HTMLFormElement} */ (form), said);
  }
  for (const form of root.querySelectorAll("form[data-tag-form]")) {
    addsTagsInPlace(/** @type {HTMLFormElement} */ (form), said);
    staysWhileOffline(/** @type {HTMLFormElement} */ (form), said);
  }
}
