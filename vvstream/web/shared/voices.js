// Who can speak, grouped by language.

import { make } from "./dom.js";
import { remember, remembered } from "./memory.js";
import { language, say, tag } from "../words/language.js";

/**
 * @typedef {{name: string, language: string, gender: string, accent: string, aliases: string[]}} Voice
 */

export class Voices {
  /** @type {Voice[]} */
  #voices = [];
  /** Whose voice it is where nobody chose one: by language, and for all others. */
  #usual = { languages: /** @type {Record<string, string>} */ ({}), other: "" };

  /**
   * @param {HTMLSelectElement} chooser
   * @param {HTMLElement | null} note says more of the chosen voice
   * @param {() => void} onChange
   */
  constructor(chooser, note, onChange) {
    this.chooser = chooser;
    this.note = note;
    this.onChange = onChange;
    chooser.onchange = () => {
      remember("voice", chooser.value);
      this.#describe();
      this.onChange();
    };
  }

  /** Ask the server. Raises where it does not answer. @returns {Promise<void>} */
  async load() {
    const answer = await fetch("api/voices");
    if (!answer.ok) throw new Error(`/api/voices: ${answer.status}`);
    const { voices, default: other, languages = {} } = await answer.json();
    this.#voices = voices;
    this.#usual = { languages, other };
    this.show();
  }

  /** The chosen one, undefined as long as none is known. @returns {string | undefined} */
  get name() {
    return this.chooser.value || undefined;
  }

  get gender() {
    return this.#find(this.chooser.value)?.gender;
  }

  /** What the chosen one speaks. */
  get language() {
    return this.#find(this.chooser.value)?.language ?? "en";
  }

  /**
   * In the page's language; and by a voice of it, where nobody has chosen one.
   * @param {boolean} settled the voice stays as it is
   */
  show(settled = false) {
    const { languages, other } = this.#usual;
    const chosen = this.chooser.value;
    const usual = settled && chosen ? chosen : languages[language()] ?? other;
    const names = new Intl.DisplayNames([tag()], { type: "language" });
    const groups = grouped(this.#voices);
    this.chooser.replaceChildren(
      ...[...groups].map(([group, voices]) => {
        const options = voices.map((voice) => make("option", { value: voice.name }, title(voice)));
        return make("optgroup", { label: names.of(group) ?? group }, ...options);
      }),
    );
    const wished = [remembered("voice"), usual].find((name) => this.#find(name));
    if (wished) this.chooser.value = wished;
    this.#describe();
    if (chosen && chosen !== this.chooser.value) this.onChange();
  }

  #describe() {
    const voice = this.#find(this.chooser.value);
    if (!this.note || !voice) return;
    const names = voice.aliases.join(", ");
    const languages = new Intl.DisplayNames([tag()], { type: "language" });
    const told = [languages.of(groupOf(voice, this.#voices)), voice.name];
    const lines = [told.filter(Boolean).join(" · "), names && say("alsoKnown", { names })];
    this.note.replaceChildren(...lines.filter(Boolean).map((line) => make("span", {}, line)));
  }

  /** @param {string | null} name */
  #find(name) {
    return this.#voices.find((voice) => voice.name === name);
  }
}

/** By language, and by accent where a language has several. @param {Voice[]} voices */
function grouped(voices) {
  /** @type {Map<string, Voice[]>} */
  const groups = new Map();
  for (const voice of voices) {
    const group = groupOf(voice, voices);
    groups.set(group, [...(groups.get(group) ?? []), voice]);
  }
  // The visitor's own language stands first.
  const own = (/** @type {string} */ group) => Number(!group.startsWith(language()));
  return new Map([...groups].sort(([a], [b]) => own(a) - own(b)));
}

/**
 * The tag of the group that a voice belongs to: "ja", or "en-GB" beside "en-US".
 * @param {Voice} voice
 * @param {Voice[]} voices
 */
function groupOf({ language, accent }, voices) {
  const several = voices.some((other) => other.language === language && other.accent !== accent);
  return several && accent ? accent : language;
}

/** @param {Voice} voice "en-Heart_woman" is Heart, a woman */
function title({ name, gender }) {
  const short = name.replace(/^[a-zA-Z]+-/, "").replace(/_(woman|man)$/, "");
  const who = gender === "woman" || gender === "man" ? say(gender) : gender;
  return who ? `${short} · ${who}` : short;
}
