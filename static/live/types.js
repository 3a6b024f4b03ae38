/**
 * The shapes that travel between the modules of the live page. Types only, nothing to run.
 *
 * @typedef {{name: string, title: string, mark: string}} Label one expression: its key, the
 *   adjective for a person, its sign
 *
 * @typedef {object} Face one face of an analysed frame
 * @property {number} track id that stays with the face through the session
 * @property {boolean} you whether this is the person's own face
 * @property {[number, number, number, number]} box left, top, right, bottom in pixels of the
 *   analysed picture, not mirrored
 * @property {string | null} label the expression it looks like; null when unsure
 * @property {string[]} mixed two or more expressions, strongest first, when it looks like several
 * @property {string | null} unsure why there is no answer
 * @property {number[]} p eight smoothed probabilities: how people would divide
 * @property {number} sure the chance that most people would give it this label
 * @property {boolean} calibrated whether the person's resting face was taken into account
 *
 * @typedef {object} Result
 * @property {"result"} type
 * @property {number} seq
 * @property {number} width of the analysed picture, pixels
 * @property {number} height
 * @property {Record<string, number>} ms
 * @property {Face[]} faces
 *
 * @typedef {object} Summary
 * @property {"summary"} type
 * @property {string} session
 * @property {number} seconds with an answer
 * @property {number} unsure_seconds
 * @property {number[]} means
 * @property {string | null} top
 * @property {string} day YYYY-MM-DD
 *
 * @typedef {object} Ready
 * @property {"ready"} type
 * @property {number} protocol
 * @property {string} session
 * @property {boolean} resumed
 * @property {string} model
 * @property {string[]} labels
 * @property {{in_flight: number, max_bytes: number, max_side: number}} limits
 *
 * @typedef {{type: "dropped", seq: number}} Dropped
 * @typedef {{type: "error", code: string, message: string, seq: number | null}} ServerError
 * @typedef {{type: "model", model: string}} ModelChanged
 * @typedef {{type: "paused"} | {type: "resumed"}} PauseAnswer
 * @typedef {Ready | Result | Dropped | ServerError | ModelChanged | PauseAnswer | Summary} Message
 *
 * @typedef {{title: string, text: string}} Explanation what happened, and what was kept and to do
 *
 * @typedef {object} Config what strings.py hands to the page
 * @property {string} socketPath
 * @property {string} journalPath with "0000-00-00" in the place of the day
 * @property {Label[]} labels
 * @property {Label} unsure
 * @property {Record<string, string>} reasons
 * @property {Record<string, string>} errors
 * @property {Record<string, Explanation>} closes
 * @property {Record<string, Explanation>} camera
 * @property {Record<string, string>} states
 * @property {Record<string, string>} messages
 * @property {number} target_fps
 * @property {number} capture_side
 */

export {};
