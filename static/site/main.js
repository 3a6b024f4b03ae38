/** What every page needs: its keys, checking in (also without a connection), the focus on an error, the guess of a zone. */

import { registerWorker } from "../offline/register.js";
import { installWaiting, ownerOfPage } from "../offline/waiting.js";
import { installCheckIn } from "./checkin.js";
import { installKeys } from "./keys.js";
import { installLock } from "./lock.js";

installKeys();
installCheckIn();
installLock();
void installWaiting();
if (ownerOfPage()) void registerWorker();

// After a refused form the person lands on the summary of what to change.
/** @type {HTMLElement | null} */ (document.querySelector("[data-focus-on-load]"))?.focus();

// The browser knows the time zone; the person can change it in the profile.
for (const input of document.querySelectorAll("input[data-guess='timezone']")) {
  const field = /** @type {HTMLInputElement} */ (input);
  if (!field.value || field.value === "UTC") {
    field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC";
  }
}
