/**
 * Sends a data set and shows how far it is. Without this script the form does the same, silently.
 */

const MEGABYTE = 1024 * 1024;

/**
 * How far an upload is, in words: "12 of 286 MB sent".
 *
 * @param {number} done bytes
 * @param {number} all bytes
 * @param {string} words with {done} and {all}
 */
export function sentSoFar(done, all, words) {
  const [a, b] = [done, all].map((n) => (n < 10 * MEGABYTE ? (n / MEGABYTE).toFixed(1) : String(Math.round(n / MEGABYTE))));
  return words.replace("{done}", a).replace("{all}", b);
}

/** @param {HTMLFormElement} form */
export function installUpload(form) {
  const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (form.querySelector(`[data-part="${name}"]`));
  const [box, words, said] = [part("progress"), part("words"), part("said")];
  const bar = /** @type {HTMLProgressElement} */ (box.querySelector("progress"));
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button"));

  /** @param {string} text */
  const refuse = (text) => {
    box.hidden = true;
    button.disabled = false;
    said.hidden = false;
    said.textContent = text;
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    said.hidden = true;
    box.hidden = false;
    button.disabled = true;
    const request = new XMLHttpRequest(); // fetch() does not say how much was sent
    request.open("POST", form.action || location.href);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      bar.value = total > 0 ? loaded / total : 0;
      words.textContent = loaded < total ? sentSoFar(loaded, total, words.dataset.sending ?? "") : (words.dataset.sent ?? "");
    });
    request.addEventListener("load", () => {
      if (request.status === 201 && request.response) location.assign(request.response.url);
      else refuse(request.response?.said ?? form.dataset.failed);
    });
    request.addEventListener("error", () => refuse(form.dataset.failed ?? ""));
    request.send(new FormData(form));
  });
}

if (globalThis.document) {
  const form = document.querySelector("[data-testid=upload-form]");
  if (form) installUpload(/** @type {HTMLFormElement} */ (form));
}
