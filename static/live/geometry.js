/**
 * Where things are: camera picture, analysed picture and canvas have different sizes, and the
 * picture is mirrored while the words on it are not.
 *
 * @typedef {[number, number, number, number]} Box left, top, right, bottom
 * @typedef {{x: number, y: number, width: number, height: number}} Area
 */

/**
 * The largest size with the same proportions whose long side is at most `side`; never enlarged.
 *
 * @param {number} width
 * @param {number} height
 * @param {number} side
 */
export function fitWithin(width, height, side) {
  const scale = Math.min(1, side / Math.max(width, height));
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}

/**
 * The area of a view in which a picture is shown whole and centred.
 *
 * @param {number} width of the picture
 * @param {number} height
 * @param {number} viewWidth
 * @param {number} viewHeight
 * @returns {Area}
 */
export function contain(width, height, viewWidth, viewHeight) {
  const scale = Math.min(viewWidth / width, viewHeight / height);
  const shown = { width: width * scale, height: height * scale };
  return { x: (viewWidth - shown.width) / 2, y: (viewHeight - shown.height) / 2, ...shown };
}

/**
 * A box of the analysed picture on the view.
 *
 * @param {Box} box pixels of the analysed picture
 * @param {{width: number, height: number}} frame the analysed picture
 * @param {Area} area where it is shown
 * @param {boolean} mirrored
 * @returns {Area} left edge, top edge and size on the view
 */
export function placeBox(box, frame, area, mirrored) {
  const [left, top, right, bottom] = box;
  const scaleX = area.width / frame.width;
  const scaleY = area.height / frame.height;
  const from = mirrored ? frame.width - right : left;
  return {
    x: area.x + from * scaleX,
    y: area.y + top * scaleY,
    width: (right - left) * scaleX,
    height: (bottom - top) * scaleY,
  };
}

/**
 * Where the label of a box goes: above it, or inside when there is no room, never outside the view.
 *
 * @param {Area} box
 * @param {{width: number, height: number}} label
 * @param {Area} area where the picture is shown
 * @returns {{x: number, y: number}} its left top corner
 */
export function placeLabel(box, label, area) {
  const furthest = area.x + area.width - label.width;
  const x = Math.max(area.x, Math.min(box.x, furthest));
  const above = box.y - label.height - 4;
  const y = above >= area.y ? above : Math.max(area.y, box.y) + 4;
  return { x, y };
}

/**
 * Which of the boxes lies under a point; the smallest when they overlap.
 *
 * @param {{x: number, y: number}} point
 * @param {Area[]} boxes
 * @returns {number} index, -1 for none
 */
export function boxAt(point, boxes) {
  let found = -1;
  boxes.forEach((box, index) => {
    const inside =
      point.x >= box.x &&
      point.x <= box.x + box.width &&
      point.y >= box.y &&
      point.y <= box.y + box.height;
    const smaller = found < 0 || box.width * box.height < boxes[found].width * boxes[found].height;
    if (inside && smaller) found = index;
  });
  return found;
}
