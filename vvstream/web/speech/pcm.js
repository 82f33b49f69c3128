// The sound of the wire: PCM s16le, mono, 16 kHz, in frames of 20 ms.

export const SAMPLE_RATE = 16_000;
export const FRAME_SAMPLES = 320;
export const FRAME_SECONDS = FRAME_SAMPLES / SAMPLE_RATE;
/** -46 dB of full scale: what a listener can tell from silence. */
export const AUDIBLE = 164 / 32768;

/**
 * @param {Int16Array} pcm
 * @returns {number} the largest magnitude, 0 to 1
 */
export function peak(pcm) {
  let most = 0;
  for (const sample of pcm) most = Math.max(most, Math.abs(sample));
  return most / 32768;
}

/**
 * A RIFF WAVE file.
 * @param {Int16Array[]} frames
 * @returns {Blob}
 */
export function wav(frames) {
  const bytes = frames.reduce((sum, frame) => sum + frame.byteLength, 0);
  const header = new DataView(new ArrayBuffer(44));
  const ascii = (/** @type {number} */ at, /** @type {string} */ text) =>
    [...text].forEach((letter, i) => header.setUint8(at + i, letter.charCodeAt(0)));
  ascii(0, "RIFF");
  header.setUint32(4, 36 + bytes, true);
  ascii(8, "WAVEfmt ");
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true); // PCM
  header.setUint16(22, 1, true); // mono
  header.setUint32(24, SAMPLE_RATE, true);
  header.setUint32(28, SAMPLE_RATE * 2, true);
  header.setUint16(32, 2, true);
  header.setUint16(34, 16, true);
  ascii(36, "data");
  header.setUint32(40, bytes, true);
  return new Blob([header, ...frames.map((frame) => frame.slice())], { type: "audio/wav" });
}
