// Our own face's fifteen mouth shapes, as measures of lips, teeth and tongue.

import { VISEMES } from "./coarticulation.js";

/** @typedef {import("./coarticulation.js").Weights} Weights */

/**
 * Each from 0 to 1, but wide, from -1 (a kiss) to 1 (a grin).
 * open: between the lips; wide: of the corners; press: lips on each other; tuck: the lower lip at
 * the upper teeth; teeth: how far they show; tongue: how high it lies; pout: lips pushed forward
 * @typedef {{open: number, wide: number, press: number, tuck: number, teeth: number, tongue: number,
 *   pout: number}} Lips
 */

/** @type {Record<keyof Weights, Lips>} */
const SHAPES = {
  sil: lips(0, 0, 0, 0, 0, 0, 0),
  PP: lips(0, -0.08, 1, 0, 0, 0, 0.15),
  FF: lips(0.16, 0.1, 0, 1, 0.9, 0, 0),
  TH: lips(0.3, 0.12, 0, 0, 0.75, 1, 0),
  DD: lips(0.3, 0.16, 0, 0, 0.85, 0.7, 0),
  kk: lips(0.36, 0.1, 0, 0, 0.6, 0.2, 0),
  CH: lips(0.26, -0.42, 0, 0, 1, 0.1, 0.8),
  SS: lips(0.16, 0.4, 0, 0, 1, 0.2, 0),
  nn: lips(0.26, 0.12, 0, 0, 0.7, 0.8, 0),
  RR: lips(0.28, -0.36, 0, 0, 0.55, 0.3, 0.5),
  aa: lips(1, 0.06, 0, 0, 0.7, 0.1, 0),
  E: lips(0.62, 0.3, 0, 0, 0.75, 0.25, 0),
  ih: lips(0.38, 0.48, 0, 0, 0.85, 0.3, 0),
  oh: lips(0.72, -0.5, 0, 0, 0.3, 0.1, 0.75),
  ou: lips(0.34, -0.88, 0, 0, 0.1, 0.1, 1),
};

/**
 * @param {number} open
 * @param {number} wide
 * @param {number} press
 * @param {number} tuck
 * @param {number} teeth
 * @param {number} tongue
 * @param {number} pout
 * @returns {Lips}
 */
function lips(open, wide, press, tuck, teeth, tongue, pout) {
  return { open, wide, press, tuck, teeth, tongue, pout };
}

/**
 * @param {Weights} weights
 * @param {number} strength 1: as usual
 * @returns {Lips}
 */
export function lipsOf(weights, strength) {
  const sum = lips(0, 0, 0, 0, 0, 0, 0);
  const names = /** @type {(keyof Lips)[]} */ (Object.keys(sum));
  for (const viseme of VISEMES) {
    if (weights[viseme] < 1e-4) continue;
    for (const name of names) sum[name] += weights[viseme] * SHAPES[viseme][name];
  }
  sum.open *= strength;
  return sum;
}
