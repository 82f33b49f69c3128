// From a row of mouth shapes with times to one mouth at a moment.
//
// A mouth is never in one shape: the last one still lingers and the next is under way, rounded lips
// earliest of all. Each shape has a dominance over time, and the mouth is their weighted mean
// (Cohen & Massaro, "Modeling coarticulation in synthetic visual speech", 1993). Lips that must
// touch, do: the closures override the mean.

/** @typedef {import("../speech/session.js").ServerEvent} ServerEvent */

export const VISEMES = /** @type {const} */ ([
  "sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "ih", "oh", "ou",
]);

/** @typedef {typeof VISEMES[number]} Viseme */
/** One weight for each shape; their sum is 1. @typedef {Record<Viseme, number>} Weights */

/**
 * strength: against its neighbours; ahead and behind: seconds in which it fades.
 * @typedef {{strength: number, ahead: number, behind: number}} Dominance
 */

/** @type {Record<Viseme, Dominance>} */
const DOMINANCE = {
  sil: { strength: 0.6, ahead: 0.08, behind: 0.07 },
  PP: { strength: 1.6, ahead: 0.06, behind: 0.05 },
  FF: { strength: 1.5, ahead: 0.06, behind: 0.06 },
  TH: { strength: 1.1, ahead: 0.05, behind: 0.05 },
  DD: { strength: 0.8, ahead: 0.05, behind: 0.05 },
  kk: { strength: 0.6, ahead: 0.05, behind: 0.05 },
  CH: { strength: 1.3, ahead: 0.1, behind: 0.07 },
  SS: { strength: 1.1, ahead: 0.06, behind: 0.06 },
  nn: { strength: 0.7, ahead: 0.05, behind: 0.05 },
  RR: { strength: 1, ahead: 0.08, behind: 0.07 },
  aa: { strength: 1.3, ahead: 0.07, behind: 0.08 },
  E: { strength: 1.1, ahead: 0.06, behind: 0.07 },
  ih: { strength: 1, ahead: 0.06, behind: 0.06 },
  oh: { strength: 1.3, ahead: 0.11, behind: 0.09 },
  ou: { strength: 1.3, ahead: 0.13, behind: 0.09 },
};

/** Lips or lip and teeth touch: seconds before and after in which they come and go. */
const CLOSURES = /** @type {Partial<Record<Viseme, {come: number, go: number}>>} */ ({
  PP: { come: 0.06, go: 0.05 },
  FF: { come: 0.06, go: 0.05 },
});

/** No shape reaches farther than this, in seconds. */
const REACH = 0.4;

/** @returns {Weights} a mouth at rest */
export function atRest() {
  const weights = /** @type {Weights} */ (Object.fromEntries(VISEMES.map((name) => [name, 0])));
  weights.sil = 1;
  return weights;
}

/**
 * @param {ServerEvent[]} visemes in the order of their times
 * @param {number} next the index of the first that has not begun
 * @param {number} time seconds
 * @returns {Weights}
 */
export function mouthAt(visemes, next, time) {
  const weights = atRest();
  weights.sil = 0.02; // far from all shapes, at rest
  let sum = weights.sil;
  let first = next;
  while (first > 0 && visemes[first - 1].end > time - REACH) first--;
  let last = next;
  while (last < visemes.length && visemes[last].start < time + REACH) last++;
  const near = visemes.slice(first, last);
  for (const { viseme, start, end } of near) {
    const share = dominance(DOMINANCE[/** @type {Viseme} */ (viseme)], start, end, time);
    weights[/** @type {Viseme} */ (viseme)] += share;
    sum += share;
  }
  for (const name of VISEMES) weights[name] /= sum;
  for (const { viseme, start, end } of near) {
    const closure = CLOSURES[/** @type {Viseme} */ (viseme)];
    if (!closure) continue;
    const shut = envelope(start, end, closure.come, closure.go, time);
    for (const name of VISEMES) weights[name] *= 1 - shut;
    weights[/** @type {Viseme} */ (viseme)] += shut;
  }
  return weights;
}

/**
 * @param {Dominance} of
 * @param {number} start
 * @param {number} end
 * @param {number} time
 */
function dominance({ strength, ahead, behind }, start, end, time) {
  const outside = time < start ? (start - time) / ahead : Math.max(0, time - end) / behind;
  return strength * Math.exp(-outside * outside);
}

/**
 * 1 in the middle of a shape, 0 well before and after it.
 * @param {number} start
 * @param {number} end
 * @param {number} come
 * @param {number} go
 * @param {number} time
 */
function envelope(start, end, come, go, time) {
  const shut = Math.min(0.025, (end - start) / 3);
  const rising = ease((time - (start - come)) / (come + shut));
  const falling = ease((end + go - time) / (go + shut));
  return Math.min(rising, falling);
}

/** @param {number} x 0 to 1, with a soft beginning and end */
export function ease(x) {
  const inside = Math.min(1, Math.max(0, x));
  return inside * inside * (3 - 2 * inside);
}
