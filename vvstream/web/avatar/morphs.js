// Our mouth shapes in the words of other heads: VRM's expressions, Oculus' and Apple's blend shapes.

import { VISEMES } from "./coarticulation.js";

/** @typedef {import("./coarticulation.js").Viseme} Viseme */
/** @typedef {import("./expression.js").Expression} Expression */
/** How much of which names makes a shape. @typedef {Record<string, number>} Recipe */

/** VRM has five vowels. The mouth at rest is the closed one. @type {Record<Viseme, Recipe>} */
const VRM = {
  sil: {},
  PP: {},
  FF: { ih: 0.18 },
  TH: { aa: 0.2, ih: 0.15 },
  DD: { aa: 0.15, ih: 0.3 },
  kk: { aa: 0.28 },
  CH: { ou: 0.45, ih: 0.15 },
  SS: { ih: 0.42 },
  nn: { aa: 0.12, ih: 0.22 },
  RR: { ou: 0.38, aa: 0.1 },
  aa: { aa: 1 },
  E: { ee: 0.9 },
  ih: { ih: 0.9 },
  oh: { oh: 1 },
  ou: { ou: 1 },
};

/** Apple's ARKit names. @type {Record<Viseme, Recipe>} */
const ARKIT = {
  sil: {},
  PP: { mouthPressLeft: 0.6, mouthPressRight: 0.6, mouthClose: 0.1, mouthRollLower: 0.25, mouthRollUpper: 0.25 },
  FF: { mouthRollLower: 0.65, mouthUpperUpLeft: 0.3, mouthUpperUpRight: 0.3, jawOpen: 0.08 },
  TH: { jawOpen: 0.2, tongueOut: 0.4, mouthLowerDownLeft: 0.25, mouthLowerDownRight: 0.25 },
  DD: { jawOpen: 0.18, mouthLowerDownLeft: 0.3, mouthLowerDownRight: 0.3, mouthUpperUpLeft: 0.15, mouthUpperUpRight: 0.15 },
  kk: { jawOpen: 0.25, mouthLowerDownLeft: 0.2, mouthLowerDownRight: 0.2 },
  CH: { mouthFunnel: 0.6, jawOpen: 0.12, mouthPucker: 0.2 },
  SS: { mouthStretchLeft: 0.35, mouthStretchRight: 0.35, jawOpen: 0.06, mouthLowerDownLeft: 0.3, mouthLowerDownRight: 0.3 },
  nn: { jawOpen: 0.16, mouthLowerDownLeft: 0.2, mouthLowerDownRight: 0.2 },
  RR: { mouthFunnel: 0.4, mouthPucker: 0.25, jawOpen: 0.14 },
  aa: { jawOpen: 0.65, mouthLowerDownLeft: 0.3, mouthLowerDownRight: 0.3 },
  E: { jawOpen: 0.38, mouthStretchLeft: 0.3, mouthStretchRight: 0.3 },
  ih: { jawOpen: 0.22, mouthSmileLeft: 0.3, mouthSmileRight: 0.3, mouthStretchLeft: 0.25, mouthStretchRight: 0.25 },
  oh: { jawOpen: 0.42, mouthFunnel: 0.65 },
  ou: { jawOpen: 0.16, mouthPucker: 0.85, mouthFunnel: 0.2 },
};

/** Other spellings of the Oculus set, once small and without signs. @type {Partial<Record<Viseme, string>>} */
const SHORT = { ih: "i", oh: "o", ou: "u" };
/** The vowels of VRM, as tools that write such files call them. @type {Record<string, string[]>} */
const VOWELS = {
  aa: ["aa", "a", "fcl_mth_a", "vrc.v_aa", "viseme_aa"],
  ih: ["ih", "i", "fcl_mth_i", "vrc.v_ih", "viseme_i"],
  ou: ["ou", "u", "fcl_mth_u", "vrc.v_ou", "viseme_u"],
  ee: ["ee", "e", "fcl_mth_e", "vrc.v_e", "viseme_e"],
  oh: ["oh", "o", "fcl_mth_o", "vrc.v_oh", "viseme_o"],
};
/** The first of these that a head has; more than one would close its eyes twice. */
const LIDS = [["eyeBlinkLeft", "eyeBlinkRight"], ["blink"], ["eyesClosed"], ["fcl_eye_close"]];

/** @param {string} name */
const plain = (name) => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/**
 * How a head makes each of our shapes with the names that it has.
 * @typedef {object} Binding
 * @property {number} count shapes that it can make, of fifteen
 * @property {(expression: Expression) => Map<string, number>} values of its names, 0 to 1
 */

/**
 * By the set of names in which the head can make the most shapes.
 * @param {string[]} names of its expressions or morph targets
 * @returns {Binding}
 */
export function bind(names) {
  const spelled = new Map(names.map((name) => [plain(name), name]));
  const all = (/** @type {string[]} */ wanted) =>
    wanted.map((name) => spelled.get(plain(name))).filter((name) => name !== undefined);
  const rename = (/** @type {Recipe} */ recipe, /** @type {(name: string) => string[]} */ spellings) => {
    const parts = Object.entries(recipe).map(([name, share]) => [all(spellings(name))[0], share]);
    return Object.fromEntries(parts.filter(([name]) => name));
  };
  const sets = [
    (/** @type {Viseme} */ viseme) => rename({ [viseme]: 1 }, oculus),
    (/** @type {Viseme} */ viseme) => rename(ARKIT[viseme], (name) => [name]),
    (/** @type {Viseme} */ viseme) => rename(VRM[viseme], (name) => VOWELS[name]),
  ].map(recipes);
  const made = sets.reduce((best, set) => (set.length > best.length ? set : best));
  const blink = LIDS.map(all).find((lids) => lids.length) ?? [];
  const brows = all(["browInnerUp"]);
  const used = new Set([...blink, ...brows, ...made.flatMap(([, recipe]) => Object.keys(recipe))]);
  // Where anything moves, a mouth at rest is a shape too, and a closed one is nearly that.
  const shapes = new Set(/** @type {Viseme[]} */ (["sil", "PP", ...made.map(([viseme]) => viseme)]));
  return {
    count: made.length && shapes.size,
    values: ({ weights, strength, blink: shut, brows: raised }) => {
      const values = new Map([...used].map((name) => [name, 0]));
      const add = (/** @type {string} */ name, /** @type {number} */ value) =>
        values.set(name, Math.min(1, (values.get(name) ?? 0) + value));
      for (const [viseme, recipe] of made) {
        for (const [name, share] of Object.entries(recipe)) {
          add(name, share * weights[viseme] * (viseme === "PP" ? 1 : strength));
        }
      }
      for (const name of blink) add(name, shut);
      for (const name of brows) add(name, 0.6 * raised);
      return values;
    },
  };
}

/** @param {string} viseme */
function oculus(viseme) {
  const names = [viseme, SHORT[/** @type {Viseme} */ (viseme)] ?? viseme];
  return names.flatMap((name) => [`viseme_${name}`, `vrc.v_${name}`, `v_${name}`]);
}

/**
 * The shapes that can be made so.
 * @param {(viseme: Viseme) => Recipe} recipeOf
 */
function recipes(recipeOf) {
  const found = VISEMES.map((viseme) => /** @type {const} */ ([viseme, recipeOf(viseme)]));
  return found.filter(([, recipe]) => Object.keys(recipe).length);
}
