// Who can speak, grouped by language.

import { make } from "./dom.js";
import { remember, remembered } from "./memory.js";
import { say, tag } from "../words/language.js";

/**
 * @typedef {{name: string, language: string, gender: string, accent: string, aliases: string[]}} Voice
 */

export class Voices {
  /** @type {Voice[]} */
  #voices = [];

  /**
   * @param {HTMLSelectElement} chooser
   * @param {HTMLElement | null} note says more of the chosen voice
   * @param {() => void} onChange
   */
  constructor(chooser, note, onChange) {
    this.chooser = chooser;
    this.note = note;
    chooser.onchange = () => {
      remember("voice", chooser.value);
      this.#describe();
      onChange();
    };
  }

  /** Ask the server. Raises where it does not answer. @returns {Promise<void>} */
  async load() {
    const answer = await fetch("api/voices");
    if (!answer.ok) throw new Error(`/api/voices: ${answer.status}`);
    const { voices, default: standard } = await answer.json();
    this.#voices = voices;
    this.show();
    const wished = [remembered("voice"), standard].find((name) => this.#find(name));
    if (wished) this.chooser.value = wished;
    this.#describe();
  }

  /** The chosen one, undefined as long as none is known. @returns {string | undefined} */
  get name() {
    return this.chooser.value || undefined;
  }

  get language() {
    return this.#find(this.chooser.value)?.language ?? "en";
  }

  /** In the page's language. */
  show() {
    const chosen = this.chooser.value;
    const names = new Intl.DisplayNames([tag()], { type: "language" });
    const groups = grouped(this.#voices);
    this.chooser.replaceChildren(
      ...[...groups].map(([language, voices]) => {
        const options = voices.map((voice) => make("option", { value: voice.name }, title(voice)));
        return make("optgroup", { label: names.of(language) ?? language }, ...options);
      }),
    );
    if (chosen) this.chooser.value = chosen;
    this.#describe();
  }

  #describe() {
    const voice = this.#find(this.chooser.value);
    if (!this.note || !voice) return;
    const names = voice.aliases.join(", ");
    const accents = new Intl.DisplayNames([tag()], { type: "language" });
    const accent = voice.accent && accents.of(voice.accent);
    const told = [voice.name, accent, names && say("alsoKnown", { names })];
    this.note.textContent = told.filter(Boolean).join(" · ");
  }

  /** @param {string | null} name */
  #find(name) {
    return this.#voices.find((voice) => voice.name === name);
  }
}

/** @param {Voice[]} voices */
function grouped(voices) {
  /** @type {Map<string, Voice[]>} */
  const groups = new Map();
  for (const voice of voices) {
    groups.set(voice.language, [...(groups.get(voice.language) ?? []), voice]);
  }
  return groups;
}

/** @param {Voice} voice "en-Heart_woman" is Heart, a woman */
function title({ name, gender }) {
  const short = name.replace(/^[a-zA-Z]+-/, "").replace(/_(woman|man)$/, "");
  const who = gender === "woman" || gender === "man" ? say(gender) : gender;
  return who ? `${short} · ${who}` : short;
}
