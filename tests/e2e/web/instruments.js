// Put into each page before its own scripts: listens at the loudspeaker and watches what is shown.
window.instruments = { blocks: [], rate: 0, ready: false, words: [], states: [], mouths: [], violations: [] };

document.addEventListener("securitypolicyviolation", (event) =>
  window.instruments.violations.push(`${event.violatedDirective} ${event.blockedURI}`),
);

const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (to, ...more) {
  if (window.ears && to instanceof AudioDestinationNode) listen(this);
  return connect.call(this, to, ...more);
};

async function listen(node) {
  const { context } = node;
  window.instruments.rate = context.sampleRate;
  window.instruments.context = context;
  await context.audioWorklet.addModule("/web/recorder.js");
  const recorder = new AudioWorkletNode(context, "recorder");
  recorder.port.onmessage = ({ data }) => {
    window.instruments.blocks.push(data);
    window.instruments.ready = true;
  };
  connect.call(node, recorder);
  // Silent itself; but a node that leads nowhere is never asked for samples.
  connect.call(recorder, context.destination);
}

addEventListener("DOMContentLoaded", () => {
  const state = document.getElementById("state");
  const { states } = window.instruments;
  new MutationObserver(() => states.push(state.dataset.kind)).observe(state, { attributes: true });
  const echo = document.getElementById("echo");
  const { words, mouths } = window.instruments;
  if (echo) {
    new MutationObserver(() => {
      const word = echo.querySelector("mark").textContent;
      if (word && word !== words.at(-1)) words.push(word);
    }).observe(echo, { childList: true, subtree: true, characterData: true });
  }
  document.getElementById("stage")?.addEventListener("mouth", ({ detail }) => {
    if (!detail.playing) return;
    mouths.push(detail);
    // How far the sound is past it when the next picture is begun, and this one is seen.
    requestAnimationFrame(() => (detail.shown = heard() - detail.context));
  });
});

// The moment of the AudioContext that leaves the loudspeaker now, in seconds.
function heard() {
  const { contextTime, performanceTime } = window.instruments.context?.getOutputTimestamp() ?? {};
  return contextTime + (performance.now() - performanceTime) / 1000;
}

// All that was recorded, from its first block on, as base64 of float32.
window.recording = () => {
  const { blocks, rate } = window.instruments;
  const first = blocks[0].frame;
  const length = blocks.at(-1).frame + 128 - first;
  const samples = new Float32Array(length);
  for (const { frame, samples: block } of blocks) samples.set(block, frame - first);
  const bytes = new Uint8Array(samples.buffer);
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) {
    text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  }
  return { rate, first, data: btoa(text) };
};
