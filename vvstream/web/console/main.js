// The console: wires the text, the sound and the knobs together.

import { startBadge } from "../shared/badge.js";
import { element } from "../shared/dom.js";
import { Status } from "../shared/status.js";
import { startTheme } from "../shared/theme.js";
import { Trouble, apiKey } from "../shared/trouble.js";
import { Voices } from "../shared/voices.js";
import { Player } from "../speech/player.js";
import { wav } from "../speech/pcm.js";
import { Talk } from "../speech/talk.js";
import { figure, language, onLanguage, say, startLanguage } from "../words/language.js";
import { isSample, sample } from "../words/samples.js";
import { Editor } from "./editor.js";
import { Knobs } from "./knobs.js";
import { LiveText } from "./live_text.js";
import { Places } from "./places.js";
import { Settings } from "./settings.js";
import { Waveform } from "./waveform.js";

/** Who speaks at the pace of typing stops between words; that alone is not waiting. */
const BREATH_MS = 1_500;
const SSML = /^\s*(<\?xml[^>]*>\s*)?<speak[\s>]/;
const ADDRESS = new URL("stream", document.baseURI.replace(/^http/, "ws"));

/** @type {Player | null} */
let player = null;
/** @type {Talk | null} */
let talk = null;
let places = new Places();
let drawing = false;
/** When sound was heard last, as performance.now(). */
let soundAt = 0;

const play = element("play", HTMLButtonElement);
const stop = element("stop", HTMLButtonElement);
const save = element("save", HTMLButtonElement);
const live = element("live", HTMLInputElement);

startLanguage(element("language", HTMLSelectElement));
startTheme(element("theme", HTMLButtonElement));
const status = new Status(element("state", HTMLElement));
startBadge(element("badge", HTMLElement), element("badge-line", HTMLElement));
new Settings(() => knobs.load());
const trouble = new Trouble(() => (voices.name ? speak() : loadVoices()));
const scope = new Waveform(element("wave", HTMLCanvasElement));
const knobs = new Knobs((change) => talk?.update(change));
const voices = new Voices(
  element("voice", HTMLSelectElement),
  element("voice-note", HTMLElement),
  () => {
    talk?.update({ voice: voices.name });
    if (!live.checked && !speaking()) example();
  },
);
const typed = new LiveText(beginLive, (busy) => status.show(busy ? "rewinding" : "speaking"));
const editor = new Editor(
  element("text", HTMLTextAreaElement),
  element("echo", HTMLElement),
  (edit, text) => {
    if (live.checked) typed.edited(edit, text);
    else places.edit(edit);
  },
);
editor.value = sample(language());

function speaking() {
  return !stop.disabled;
}

/** An example in the language of the voice, where nobody has written anything. */
function example() {
  if (isSample(editor.value)) editor.value = sample(voices.language);
}

/** Must run while a click or a key is handled: only then a page may open the sound. */
async function openPlayer() {
  try {
    return (player = await Player.ofPage());
  } catch {
    trouble.tell(say(isSecureContext ? "noSound" : "noSecure"));
    status.show("failed");
    return null;
  }
}

/**
 * @param {number} asked when the visitor wished to hear it
 * @param {"none" | "ssml"} markup what the text is written in
 */
function begin(asked, markup = "none") {
  talk?.stop();
  trouble.clear();
  const key = apiKey();
  const options = { voice: voices.name, markup, ...knobs.wishes, ...(key && { key }) };
  const sound = /** @type {Player} */ (player);
  const begun = new Talk(ADDRESS, sound, options, asked, (event) => {
    if (begun === talk) changed(begun, event);
  });
  talk = begun;
  status.show("connecting");
  put("notice", "");
  stop.disabled = false;
  save.disabled = true;
  if (!drawing) requestAnimationFrame(draw);
  return begun;
}

function beginLive() {
  if (!player) return null;
  const begun = begin(performance.now());
  places = typed.places;
  return begun;
}

async function speak() {
  const asked = performance.now();
  const text = editor.value;
  if (!text.trim()) {
    status.show("nothing");
    editor.field.focus();
    return;
  }
  if (!live.checked) status.show("connecting"); // the sound may take a moment to open
  if (!(await openPlayer())) return;
  if (live.checked) {
    typed.flush();
    return;
  }
  editor.follow();
  const begun = begin(asked, SSML.test(text) ? "ssml" : "none");
  places = new Places();
  places.say(text, 0);
  begun.say(text);
  begun.end();
}

function silence() {
  talk?.stop();
  typed.start(editor.value);
}

/**
 * @param {Talk} begun
 * @param {import("../speech/session.js").ServerEvent | null} event
 */
function changed(begun, event) {
  if (event && event === begun.refusal) trouble.closed(event.code, event.message);
  if (event?.type === "warning") put("notice", say("detail", { message: event.message }));
  if (event) return;
  if (begun.silent) trouble.tell(say("noSound"));
  if (begun.state === "failed") {
    const { code, message } = /** @type {import("../speech/talk.js").Ending} */ (begun.ending);
    // Nobody typed for a long time: the next key begins anew, and that is all there is to it.
    if (live.checked && code === 4408) status.show("waiting");
    else {
      trouble.closed(code, message);
      status.show("failed");
    }
  } else if (begun.state !== "finished") status.show(begun.state);
  if (begun.state === "stopped" || begun.state === "failed") stop.disabled = true;
}

function draw() {
  drawing = Boolean(talk && player);
  if (!talk || !player) return;
  const { time, playing } = player.heard();
  const word = talk.word();
  editor.mark(word ? places.range(word.offset, [...word.text].length) : { start: 0, end: 0 });
  scope.show(talk.timeline, time, playing);
  figures(talk, time, playing ? player.depth : 0);
  if (talk.over && !playing && !player.depth) {
    if (talk.state === "finished") status.show(talk.frames.length ? "finished" : talk.refusal ? "failed" : "mute");
    stop.disabled = true;
    drawing = false;
    editor.mark({ start: 0, end: 0 });
    return;
  }
  if (live.checked && talk.state === "speaking") {
    const now = performance.now();
    if (playing) soundAt = now;
    const key = now - soundAt < BREATH_MS ? "speaking" : "waiting";
    if (status.key !== key && status.key !== "rewinding") status.show(key);
  }
  requestAnimationFrame(draw);
}

/**
 * @param {Talk} now
 * @param {number} time
 * @param {number} depth
 */
function figures(now, time, depth) {
  const { firstSound, firstFrame } = now;
  if (firstSound !== null && firstFrame !== null) {
    put("first-sound", say("milliseconds", { n: figure(firstSound, 0) }));
    element("first-sound-box", HTMLElement).title = say("firstSoundAbout", { ms: figure(firstFrame, 0) });
  } else put("first-sound", now.over ? "–" : "…");
  save.disabled = !now.frames.length;
  put("buffer", say("milliseconds", { n: figure(depth * 1000, 0) }));
  put("position", say("seconds", { n: figure(time, 1) }));
  put("gaps", figure(now.gaps, 0));
}

/**
 * @param {string} id
 * @param {string} text
 */
function put(id, text) {
  const place = element(id, HTMLElement);
  if (place.textContent !== text) place.textContent = text;
}

function download() {
  if (!talk) return;
  const name = `speech-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.wav`;
  const address = URL.createObjectURL(wav(Object.values(talk.frames)));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  status.show("saved", { name });
}

async function loadVoices() {
  try {
    const known = voices.load().then(() => {
      if (!speaking()) example();
    });
    await Promise.all([known, knobs.load()]);
  } catch {
    trouble.tell(say("errorVoices"));
  }
}

// The sound takes a moment to open: the first touch of the page is early enough to begin.
addEventListener("pointerdown", openPlayer, { once: true });
play.onclick = speak;
stop.onclick = silence;
save.onclick = download;
live.onchange = async () => {
  silence();
  if (!live.checked) {
    status.show("ready");
    return;
  }
  typed.start(editor.value);
  // What is typed next replaces an example; a text of one's own is gone on with.
  editor.field.focus();
  if (isSample(editor.value)) editor.field.select();
  else editor.field.setSelectionRange(editor.value.length, editor.value.length);
  if (!(await openPlayer())) return;
  if (!speaking()) status.show("waiting");
  typed.go();
};
addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) speak();
  else if (event.key === "Escape" && talk && !stop.disabled) silence();
});

onLanguage(() => {
  document.title = say("title");
  voices.show(speaking() || live.checked);
  knobs.show();
});
document.title = say("title");
knobs.show();
loadVoices();
