// From 16 kHz to whatever the sound card wants, by a windowed sinc.

/** Source samples on each side that an output sample is made of: 2 ms. */
const HALF = 32;
/** Positions between two source samples that are tabulated; between them the table is interpolated. */
const PHASES = 256;
/** Of Nyquist; the rest is the filter's slope. */
const PASS = 0.95;
/** Kaiser's beta: 65 dB of stop band, and a slope of 1 kHz. */
const BETA = 6.5;

/**
 * The modified Bessel function of the first kind, order zero.
 * @param {number} x
 */
function bessel(x) {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > 1e-9 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/**
 * @param {number} cutoff of the source's Nyquist frequency
 * @returns {Float32Array} the filter's taps: PHASES + 1 rows of 2 * HALF
 */
function table(cutoff) {
  const rows = new Float32Array((PHASES + 1) * 2 * HALF);
  for (let phase = 0; phase <= PHASES; phase++) {
    const row = rows.subarray(phase * 2 * HALF, (phase + 1) * 2 * HALF);
    for (let tap = 0; tap < 2 * HALF; tap++) {
      const x = tap - HALF + 1 - phase / PHASES;
      const sinc = x === 0 ? cutoff : Math.sin(Math.PI * cutoff * x) / (Math.PI * x);
      const edge = Math.max(0, 1 - (x / HALF) ** 2);
      row[tap] = (sinc * bessel(BETA * Math.sqrt(edge))) / bessel(BETA);
    }
    // A constant stays the constant, at every phase.
    const sum = row.reduce((total, value) => total + value, 0);
    row.forEach((value, i) => (row[i] = value / sum));
  }
  return rows;
}

export class Resampler {
  /**
   * @param {number} from Hz
   * @param {number} to Hz
   */
  constructor(from, to) {
    /** Source samples per output sample. */
    this.step = from / to;
    this.rows = table(PASS * Math.min(1, to / from));
  }

  /**
   * The value between two samples; what lies outside is silence.
   * @param {Float32Array} source
   * @param {number} begin the first index that counts
   * @param {number} end the index after the last that counts
   * @param {number} position in samples of `source`
   * @returns {number}
   */
  at(source, begin, end, position) {
    const whole = Math.floor(position);
    const phase = (position - whole) * PHASES;
    const row = Math.floor(phase);
    const mix = phase - row;
    const near = row * 2 * HALF;
    const far = near + 2 * HALF;
    const first = whole - HALF + 1;
    let value = 0;
    for (let tap = Math.max(0, begin - first); tap < Math.min(2 * HALF, end - first); tap++) {
      const weight = this.rows[near + tap] * (1 - mix) + this.rows[far + tap] * mix;
      value += source[first + tap] * weight;
    }
    return value;
  }
}
