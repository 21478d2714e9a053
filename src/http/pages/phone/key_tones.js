// @ts-check
/** What a key sounds like to the one who presses it. */

/** The rows and columns of ITU-T Q.23, in Hz. */
const ROWS = [697, 770, 852, 941];
const COLUMNS = [1209, 1336, 1477];
const KEYS = "123456789*0#";
const LENGTH_S = 0.12;
const FADE_S = 0.008;
/** Each of the two tones; the call itself is sent the key and not the sound. */
const LEVEL = 0.06;

/** Plays the tones of keys into an audio context. */
export class KeyTones {
  #context;

  /** @param {AudioContext} context */
  constructor(context) {
    this.#context = context;
  }

  /** @param {string} key one of `0` to `9`, `*` and `#` */
  play(key) {
    const place = KEYS.indexOf(key);
    const now = this.#context.currentTime;
    const gain = new GainNode(this.#context, { gain: 0 });
    gain.gain.setValueAtTime(0, now);
    gain.gain.linearRampToValueAtTime(LEVEL, now + FADE_S);
    gain.gain.setValueAtTime(LEVEL, now + LENGTH_S - FADE_S);
    gain.gain.linearRampToValueAtTime(0, now + LENGTH_S);
    gain.connect(this.#context.destination);
    for (const frequency of [ROWS[Math.floor(place / 3)], COLUMNS[place % 3]]) {
      const tone = new OscillatorNode(this.#context, { frequency });
      tone.connect(gain);
      tone.start(now);
      tone.stop(now + LENGTH_S);
    }
  }
}
