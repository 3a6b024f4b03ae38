/**
 * The shapes that travel between the modules of the pages of clips. Types only, nothing to run.
 * Times are seconds on the clock of the video (`currentTime`), shares are 0 to 1.
 *
 * @typedef {{name: string, title: string, mark: string}} Label
 * @typedef {{name: string, title: string}} Reason
 *
 * @typedef {object} Clip
 * @property {string} id
 * @property {string} name
 * @property {number | null} duration
 * @property {number} width upright
 * @property {number} height
 * @property {number | null} frame_rate
 * @property {string | null} recorded_at
 * @property {string} recorded_from
 * @property {boolean} keep_thumbnails
 * @property {string | null} video_url
 * @property {boolean} has_audio
 *
 * @typedef {object} Job
 * @property {string} id
 * @property {string} kind
 * @property {"waiting" | "running" | "done" | "failed" | "cancelled"} state
 * @property {string} words the state, or the stage while it runs
 * @property {string} retry_url "" where trying again would change nothing
 * @property {string} stage
 * @property {number} progress 0 to 1
 * @property {number | null} eta_s
 * @property {string} problem a sentence, empty when there is none
 *
 * @typedef {object} Annotation
 * @property {string} id
 * @property {string} model_version
 * @property {string} detector
 * @property {number} rate samples a second; 0 is every frame
 * @property {number} start
 * @property {number | null} end
 * @property {number} frames
 * @property {number} frames_without_face
 * @property {number} frames_damaged
 * @property {string} finished_at
 *
 * @typedef {object} Track one face through the clip
 * @property {number} id
 * @property {number} number
 * @property {string} name
 * @property {boolean} me
 * @property {boolean} excluded
 * @property {number} first
 * @property {number} last
 * @property {number} seconds with a sure answer
 * @property {number} unsure_s
 * @property {number} missed_s
 * @property {number[]} share of the sure time, by expression
 * @property {number[]} mean probability, by expression
 * @property {number} transitions
 * @property {string | null} thumbnail_url
 *
 * @typedef {{id: number, kind: "marker" | "excluded", start: number, end: number, text: string}} Marker
 * @typedef {{id: string, track: number, start: number, end: number, expression: number, source: string}} Correction
 * @typedef {{expression: number, n_s: number, agree_s: number}} AgreementRow
 * @typedef {{n_s: number, kappa: number | null, low: number | null, high: number | null, per_expression: AgreementRow[]}} Agreement
 *
 * @typedef {object} Summary
 * @property {number} duration
 * @property {number} looked_at_s
 * @property {number} with_face_s
 * @property {number} unsure_s
 * @property {number} missed_s
 * @property {number} excluded_s
 * @property {number[]} share
 *
 * @typedef {{kind: string, title: string, url: string}} Export
 * @typedef {{job: string, state: Job["state"], progress: number, problem: string, url: string | null}} Render
 *
 * @typedef {object} ClipData what GET data/ answers, and every change
 * @property {Clip} clip
 * @property {Job | null} job
 * @property {Annotation | null} annotation
 * @property {Label[]} labels
 * @property {Reason[]} reasons
 * @property {Track[]} tracks
 * @property {Marker[]} markers
 * @property {Correction[]} corrections
 * @property {Agreement | null} agreement
 * @property {Summary | null} summary
 * @property {Export[]} exports
 * @property {Render[]} renders
 * @property {boolean} training_consent
 *
 * @typedef {{id: number, mean: number[], seen: number[], unsure: number[]}} TimelineTrack `mean`
 *   has eight numbers of 0..255 for each bin, `seen` and `unsure` are per cent of a bin's time
 * @typedef {{from: number, to: number, bins: number, tracks: TimelineTrack[]}} Timeline
 *
 * @typedef {[number, number, number, number]} Box left, top, right, bottom in 1/10000 of the picture
 * @typedef {{id: number, t: number[], box: Box[], label: number[], confidence: number[], reason: number[], mixed: number[]}} TrackBoxes
 * @typedef {{from: number, to: number, frames: number[], tracks: TrackBoxes[]}} BoxChunk
 *
 * @typedef {object} Words what page_words.py hands to the scripts
 * @property {Label} unsure
 * @property {Record<string, string>} messages
 */

export {};
