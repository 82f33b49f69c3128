// The sound's own thread: the jitter buffer under the sound card.
//
// In:  {do: "frame", seq, pcm} | {do: "reset", generation} | {do: "flush"} | {do: "truncate", seq}
//      | {do: "target", seconds}
// Out: {generation, frame, sample, end, depth, playing, dry}: from `frame` on, in the context's own
//      samples, came `sample`, on the session's clock; the block ended before `end`.

import { JitterBuffer } from "./jitter_buffer.js";

const TARGET_SECONDS = 0.06;
const REPORT_SECONDS = 0.04;

class Playback extends AudioWorkletProcessor {
  constructor() {
    super();
    this.target = TARGET_SECONDS;
    this.generation = 0;
    this.buffer = new JitterBuffer(sampleRate, this.target);
    this.reported = -Infinity;
    this.port.onmessage = ({ data }) => this.obey(data);
  }

  /** @param {any} order */
  obey(order) {
    if (order.do === "frame") this.buffer.push(order.seq, order.pcm);
    else if (order.do === "flush") this.buffer.flush();
    else if (order.do === "truncate") this.buffer.truncate(order.seq);
    else if (order.do === "target") this.target = this.buffer.target = order.seconds;
    else if (order.do === "reset") {
      this.generation = order.generation;
      this.buffer = new JitterBuffer(sampleRate, this.target, this.buffer.last);
    }
  }

  /**
   * @param {Float32Array[][]} _
   * @param {Float32Array[][]} outputs
   */
  process(_, [[output]]) {
    const { buffer } = this;
    const was = buffer.playing;
    const { sample } = buffer;
    const dry = buffer.read(output);
    const changed = was !== buffer.playing;
    if (changed || currentFrame - this.reported >= REPORT_SECONDS * sampleRate) {
      this.reported = currentFrame;
      const { generation } = this;
      const { depth, playing } = buffer;
      const end = buffer.sample;
      const place = { frame: currentFrame, sample: was || playing ? sample : end, end };
      this.port.postMessage({ generation, ...place, depth, playing, dry });
    }
    return true;
  }
}

registerProcessor("vvstream-playback", Playback);
