// The digital human: a face that speaks what is typed, and heads that visitors bring.
//
// At each frame it draws, the stage dispatches "mouth", whose detail tells what is shown:
// {context, time, playing, weights}, in seconds of the AudioContext and of the session.

import { startBadge } from "../shared/badge.js";
import { element } from "../shared/dom.js";
import { Status } from "../shared/status.js";
import { startTheme } from "../shared/theme.js";
import { Trouble, apiKey } from "../shared/trouble.js";
import { Voices } from "../shared/voices.js";
import { Player } from "../speech/player.js";
import { Talk } from "../speech/talk.js";
import { onLanguage, say, startLanguage } from "../words/language.js";
import { isSample, sample } from "../words/samples.js";
import { Caption } from "./caption.js";
import { Expressions } from "./expression.js";
import { Face } from "./face.js";
import { MAN, WOMAN } from "./looks.js";

/** What the loader lacks for a compressed file: unpacking needs WebAssembly, which the page's policy forbids. */
const PACKED = /meshopt|draco|ktx2/i;
const ADDRESS = new URL("stream", document.baseURI.replace(/^http/, "ws"));

/** Seconds: a longer one is a hitch, which tells nothing of the next. */
const LONGEST_PICTURE = 0.04;
/** How long a picture takes, usually, in seconds; and when the last one was begun, in ms. */
let picture = 1 / 60;
let begunAt = 0;
/** @type {Player | null} */
let player = null;
/** @type {Talk | null} */
let talk = null;
/** @type {import("./head3d.js").Head3d | null} */
let head = null;

const text = element("text", HTMLTextAreaElement);
const stop = element("stop", HTMLButtonElement);
const notice = element("notice", HTMLElement);
const stage = element("stage", HTMLElement);
const file = element("file", HTMLInputElement);
const ours = element("ours", HTMLButtonElement);
const drawn = element("face", HTMLCanvasElement);

startLanguage(element("language", HTMLSelectElement));
startTheme(element("theme", HTMLButtonElement));
const status = new Status(element("state", HTMLElement));
startBadge(element("badge", HTMLElement), element("badge-line", HTMLElement));
const trouble = new Trouble(() => (voices.name ? speak() : loadVoices()));
const caption = new Caption(element("caption", HTMLElement));
const expressions = new Expressions();
const face = new Face(drawn);
const voices = new Voices(element("voice", HTMLSelectElement), null, () => {
  talk?.update({ voice: voices.name });
  dress();
  if (stop.disabled) example();
});

/** The face of whom the voice is. */
function dress() {
  face.look = voices.gender === "man" ? MAN : WOMAN;
}

function example() {
  if (isSample(text.value)) text.value = sample(voices.language);
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

async function speak() {
  const asked = performance.now();
  if (!text.value.trim()) {
    status.show("nothing");
    text.focus();
    return;
  }
  status.show("connecting"); // the sound may take a moment to open
  const sound = await openPlayer();
  if (!sound) return;
  talk?.stop();
  trouble.clear();
  const key = apiKey();
  const options = { voice: voices.name, ...(key && { key }) };
  notice.textContent = "";
  const begun = new Talk(ADDRESS, sound, options, asked, (event) => {
    if (begun === talk) changed(begun, event);
  });
  talk = begun;
  caption.start(text.value);
  stop.disabled = false;
  begun.say(text.value);
  begun.end();
}

/**
 * @param {Talk} begun
 * @param {import("../speech/session.js").ServerEvent | null} event
 */
function changed(begun, event) {
  if (event && event === begun.refusal) trouble.closed(event.code, event.message);
  if (event?.type === "warning") notice.textContent = say("detail", { message: event.message });
  if (begun.silent) trouble.tell(say("noSound"));
  if (begun.state === "failed" && begun.ending) {
    trouble.closed(begun.ending.code, begun.ending.message);
  }
  if (begun.state !== "finished") status.show(begun.state);
  if (begun.state === "stopped" || begun.state === "failed") stop.disabled = true;
}

/** @param {number} now when this picture was begun, in ms */
function draw(now) {
  requestAnimationFrame(draw);
  // What is drawn now is seen when the next picture is begun: the mouth is that of this moment.
  const length = Math.min(LONGEST_PICTURE, (now - begunAt) / 1000);
  picture += (length - picture) * 0.1;
  begunAt = now;
  const nothing = { time: 0, playing: false, context: 0 };
  const { time, playing, context } = player?.heard(picture) ?? nothing;
  const timeline = talk?.timeline ?? null;
  const expression = expressions.at(performance.now() / 1000, timeline, time, playing);
  (head ?? face).draw(expression);
  const { weights } = expression;
  stage.dispatchEvent(new CustomEvent("mouth", { detail: { context, time, playing, weights } }));
  const word = talk?.word();
  if (word) caption.show(word.offset, [...word.text].length);
  else if (!playing && talk?.over) caption.hide();
  if (talk?.state === "finished" && !playing && !player?.depth && !stop.disabled) {
    status.show(talk.frames.length ? "finished" : talk.refusal ? "failed" : "mute");
    stop.disabled = true;
  }
}

/** @param {File | undefined} chosen */
async function wear(chosen) {
  if (!chosen) return;
  const { name } = chosen;
  status.show("headLoading", { name });
  // A canvas that was drawn on in 3D by a head is that head's for ever.
  const canvas = /** @type {HTMLCanvasElement} */ (element("head", HTMLCanvasElement).cloneNode());
  let made = null;
  try {
    const { Head3d } = await import("./head3d.js");
    made = new Head3d(canvas);
  } catch {
    status.show("no3d");
    return;
  }
  try {
    await made.load(await chosen.arrayBuffer());
  } catch (error) {
    made.close();
    status.show(PACKED.test(String(error)) ? "headPacked" : "headBroken", { name });
    return;
  }
  head?.close();
  element("head", HTMLCanvasElement).replaceWith(canvas);
  head = made;
  canvas.hidden = ours.hidden = false;
  drawn.hidden = true;
  if (made.shapes) status.show("headLoaded", { name, count: made.shapes });
  else status.show("headMute", { name });
}

function takeOff() {
  head?.close();
  head = null;
  element("head", HTMLCanvasElement).hidden = ours.hidden = true;
  drawn.hidden = false;
  status.show("ready");
}

async function loadVoices() {
  try {
    await voices.load();
    dress();
    example();
  } catch {
    trouble.tell(say("errorVoices"));
  }
}

element("play", HTMLButtonElement).onclick = speak;
stop.onclick = () => talk?.stop();
ours.onclick = takeOff;
file.onchange = async () => {
  await wear(file.files?.[0]);
  file.value = ""; // the same file may be chosen again
};
// A file that misses the stage must not replace the page.
addEventListener("dragover", (event) => {
  event.preventDefault();
  stage.classList.add("wanted");
});
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) stage.classList.remove("wanted");
});
addEventListener("drop", (event) => {
  event.preventDefault();
  stage.classList.remove("wanted");
  wear(event.dataTransfer?.files[0]);
});
addEventListener("pointerdown", openPlayer, { once: true });
addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) speak();
  else if (event.key === "Escape" && !stop.disabled) talk?.stop();
});

onLanguage(() => {
  document.title = say("avatarTitle");
  voices.show(!stop.disabled);
});
document.title = say("avatarTitle");
loadVoices();
requestAnimationFrame(draw);
