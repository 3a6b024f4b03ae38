/** Times in a clip, as a person reads and writes them. */

const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

/**
 * "0:42", "4:12.3", "1:02:03".
 *
 * @param {number} seconds
 * @param {number} [decimals] of the seconds; cut off, so that a shown time is never ahead
 */
export function clock(seconds, decimals = 0) {
  const unit = 10 ** decimals;
  // A tenth that came through a sum as 0.29999 is still three tenths.
  const units = Math.max(0, Math.floor(seconds * unit + 1e-6));
  const whole = Math.floor(units / unit);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = String(whole % 60).padStart(2, "0");
  const tail = decimals ? `.${String(units % unit).padStart(decimals, "0")}` : "";
  return hours
    ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}${tail}`
    : `${minutes}:${rest}${tail}`;
}

/**
 * Read "90", "1:30", "1:02:03.5".
 *
 * @param {string} text
 * @returns {number | null} seconds; null when it is no time
 */
export function readClock(text) {
  const parts = text.trim().replace(",", ".").split(":");
  if (parts.length > 3 || parts.some((part) => !/^\d+(\.\d+)?$/.test(part))) return null;
  if (parts.slice(0, -1).some((part) => part.includes("."))) return null;
  const numbers = parts.map(Number);
  if (numbers.slice(1).some((number) => number >= 60)) return null;
  return numbers.reduce((sum, number) => sum * 60 + number, 0);
}

/**
 * Round times for an axis.
 *
 * @param {number} from
 * @param {number} to
 * @param {number} most how many fit
 * @returns {{times: number[], decimals: number}}
 */
export function ticks(from, to, most) {
  const span = Math.max(to - from, 1e-3);
  const step = STEPS.find((size) => span / size <= most) ?? Math.ceil(span / most / 3600) * 3600;
  const times = [];
  for (let n = Math.ceil(from / step - 1e-6) + 0; n * step <= to + 1e-6; n += 1) times.push(n * step);
  return { times, decimals: step < 1 ? 1 : 0 };
}
