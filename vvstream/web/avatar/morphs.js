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

/** @param {string} name */
const plain = (name) => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/**
 * How a head makes each of our shapes with the names that it has.
 * @typedef {object} Binding
 * @property {number} count shapes that it can make, of fifteen
 * @property {(expression: Expression) => Map<string, number>} values of its names, 0 to 1
 */

/**
 * @param {string[]} names of a VRM's expressions
 * @returns {Binding}
 */
export function bindVrm(names) {
  return bind(names, (viseme) => known(VRM[viseme], names), { blink: ["blink"], brows: [] });
}

/**
 * @param {string[]} names of a mesh's morph targets
 * @returns {Binding}
 */
export function bindMorphs(names) {
  const spelled = new Map(names.map((name) => [plain(name), name]));
  const find = (/** @type {string} */ name) => spelled.get(plain(name));
  const oculus = (/** @type {Viseme} */ viseme) => {
    const spellings = [viseme, SHORT[viseme] ?? viseme];
    const found = spellings.flatMap((one) => [`viseme_${one}`, `vrc.v_${one}`, `v_${one}`]).map(find);
    const name = found.find((one) => one !== undefined);
    return name ? { [name]: 1 } : undefined;
  };
  const arkit = (/** @type {Viseme} */ viseme) => {
    const parts = Object.entries(ARKIT[viseme]).map(([name, share]) => [find(name), share]);
    return known(Object.fromEntries(parts.filter(([name]) => name)), names);
  };
  const all = (/** @type {string[]} */ wanted) => wanted.map(find).filter((one) => one !== undefined);
  const blink = all(["eyeBlinkLeft", "eyeBlinkRight", "eyesClosed", "blink"]);
  return bind(names, (viseme) => oculus(viseme) ?? arkit(viseme), { blink, brows: all(["browInnerUp"]) });
}

/**
 * A recipe as far as its names are there; undefined where none is.
 * @param {Recipe} recipe
 * @param {string[]} names
 */
function known(recipe, names) {
  const parts = Object.entries(recipe).filter(([name]) => names.includes(name));
  return parts.length ? Object.fromEntries(parts) : undefined;
}

/**
 * @param {string[]} names
 * @param {(viseme: Viseme) => Recipe | undefined} recipeOf
 * @param {{blink: string[], brows: string[]}} others
 * @returns {Binding}
 */
function bind(names, recipeOf, { blink, brows }) {
  const recipes = VISEMES.map((viseme) => /** @type {const} */ ([viseme, recipeOf(viseme)]));
  const made = recipes.filter(([, recipe]) => recipe);
  const used = new Set([...blink, ...brows, ...made.flatMap(([, recipe]) => Object.keys(recipe ?? {}))]);
  return {
    // Where anything moves, a mouth at rest is a shape too, and a closed one is nearly that.
    count: made.length && recipes.filter(([viseme, recipe]) => recipe || ["sil", "PP"].includes(viseme)).length,
    values: ({ weights, strength, blink: shut, brows: raised }) => {
      const values = new Map([...used].map((name) => [name, 0]));
      const add = (/** @type {string} */ name, /** @type {number} */ value) =>
        values.set(name, Math.min(1, (values.get(name) ?? 0) + value));
      for (const [viseme, recipe] of made) {
        for (const [name, share] of Object.entries(recipe ?? {})) {
          add(name, share * weights[viseme] * (viseme === "PP" ? 1 : strength));
        }
      }
      for (const name of blink) add(name, shut);
      for (const name of brows) add(name, 0.6 * raised);
      return values;
    },
  };
}
