/** A job that is not over: asks how far it is every two seconds, and opens the page anew at its end. */

const EVERY_MS = 2000;

/**
 * @param {HTMLElement} box with data-poll, the address that answers {open, words, progress}
 * @param {() => void} over
 */
export function watch(box, over) {
  const bar = box.querySelector("progress");
  const words = box.querySelector("[data-part=words]");
  const timer = setInterval(async () => {
    try {
      const answer = await fetch(box.dataset.poll ?? "", { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const state = await answer.json();
      if (bar) bar.value = state.progress;
      if (words && words.textContent !== state.words) words.textContent = state.words;
      if (!state.open) {
        clearInterval(timer);
        over();
      }
    } catch {
      // The next question may get through.
    }
  }, EVERY_MS);
}

if (globalThis.document) {
  const box = document.querySelector("[data-poll]");
  if (box) watch(/** @type {HTMLElement} */ (box), () => location.reload());
}
