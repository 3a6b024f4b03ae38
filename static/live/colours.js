/** The expression colours of tokens.css for canvases, which cannot use custom properties. */

/**
 * Colours on the camera picture: the same by day and by night.
 *
 * @param {string[]} names
 * @returns {Record<string, string>}
 */
export function stageColours(names) {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(
    [...names, "unsure"].map((name) => [name, style.getPropertyValue(`--stage-${name}`).trim()]),
  );
}

/**
 * What custom properties come to in the colour scheme of this moment.
 *
 * @param {string[]} properties without the dashes
 * @returns {Record<string, string>}
 */
export function schemeColours(properties) {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const colours = Object.fromEntries(
    properties.map((property) => {
      probe.style.color = `var(--${property})`;
      return [property, getComputedStyle(probe).color];
    }),
  );
  probe.remove();
  return colours;
}
