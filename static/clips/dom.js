/** Small hands for the page: find, make, fill. */

/**
 * @template {HTMLElement} [E=HTMLElement]
 * @param {string} name of `data-part`
 * @param {ParentNode} [root]
 * @returns {E}
 */
export function part(name, root = document) {
  const found = root.querySelector(`[data-part="${name}"]`);
  if (!found) throw new Error(`the page has no ${name}`);
  return /** @type {E} */ (found);
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} content
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, attributes = {}, ...content) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...content);
  return element;
}

/** @param {string} id @returns {HTMLElement} a copy of what a `<template>` holds */
export function copyOf(id) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById(id));
  const content = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  return /** @type {HTMLElement} */ (content.firstElementChild);
}

/** Change words only when they are others: a screen reader hears each change. @param {HTMLElement} element @param {string} text */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {{name: string, mark: string}} label */
export function markOf({ name, mark }) {
  return make("span", { class: "mark", "data-expression": name, "aria-hidden": "true" }, mark);
}
