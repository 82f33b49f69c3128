// What the sound card gets: the last node before it, sample by sample.
class Recorder extends AudioWorkletProcessor {
  process([[input]]) {
    this.port.postMessage({ frame: currentFrame, samples: input?.slice() ?? new Float32Array(128) });
    return true;
  }
}
registerProcessor("recorder", Recorder);
