/**
 * Keys of a page. A control carries its own key (`data-key="s"`) or several (`data-key="k Space"`);
 * pressing it clicks the control, and "?" lists the keys of the controls that can be used right
 * now. A key that is held down clicks on only where `data-key-repeats` says so.
 */

/** @type {Record<string, string>} how a key is written in the list */
const SIGNS = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc" };

/**
 * @param {{dataset: DOMStringMap}} control
 * @returns {string[]} the keys of a control
 */
export function keysOf({ dataset }) {
  return (dataset.key ?? "").split(" ").filter(Boolean);
}

/**
 * Whether a key press belongs to what the person is typing or choosing, not to the page.
 *
 * @param {{ctrlKey: boolean, metaKey: boolean, altKey: boolean, key: string}} event
 * @param {{tagName?: string, isContentEditable?: boolean, type?: string} | null} target
 * @returns {boolean}
 */
export function isForTheControl(event, target) {
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  if (!target) return false;
  const tag = target.tagName ?? "";
  if (target.isContentEditable || tag === "TEXTAREA" || tag === "SELECT") return true;
  if (tag === "INPUT") return true;
  // Space and Enter press the button or open the summary that has the focus.
  return ["BUTTON", "A", "SUMMARY"].includes(tag) && (event.key === " " || event.key === "Enter");
}

/**
 * @param {Document} root
 * @returns {HTMLElement[]} the controls with a key that are shown and enabled
 */
function usableControls(root) {
  return [.../** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-key]"))].filter(
    (control) => !control.matches(":disabled, [aria-disabled=true]") && control.checkVisibility(),
  );
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {Document} root
 */
function listKeys(dialog, root) {
  const list = /** @type {HTMLElement} */ (dialog.querySelector(".keys__list"));
  for (const row of list.querySelectorAll("[data-of-page]")) row.remove();
  const rows = usableControls(root).flatMap((control) => {
    const term = root.createElement("dt");
    keysOf(control).forEach((name, index) => {
      const key = root.createElement("kbd");
      key.textContent = SIGNS[name] ?? name;
      term.append(...(index ? [" ", key] : [key]));
    });
    const meaning = root.createElement("dd");
    meaning.textContent = control.dataset.keyLabel ?? (control.textContent ?? "").trim();
    term.dataset.ofPage = "";
    meaning.dataset.ofPage = "";
    return [term, meaning];
  });
  list.prepend(...rows);
}

/** @param {Document} [root] */
export function installKeys(root = document) {
  const dialog = /** @type {HTMLDialogElement | null} */ (root.getElementById("keys"));
  root.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement | null} */ (event.target);
    if (event.defaultPrevented || isForTheControl(event, target)) return;
    if (root.querySelector("dialog[open]")) return;
    if (event.key === "?" && dialog) {
      event.preventDefault();
      if (event.repeat) return;
      listKeys(dialog, root);
      dialog.showModal();
      return;
    }
    const name = event.key === " " ? "Space" : event.key;
    const control = usableControls(root).find((one) => keysOf(one).includes(name));
    if (!control) return;
    event.preventDefault();
    if (event.repeat && !("keyRepeats" in control.dataset)) return;
    control.click();
  });
}
