/**
 * A bot of your own in three steps, here without any AI: it beeps once for each second you spoke.
 *
 * Start it with `bun run mod.ts --backend examples/my_bot.ts` and dial sip:bot@127.0.0.1:5070.
 * Put your speech to text, language model and text to speech in the place of the three steps.
 */

import { concatSamples, silence, tone, type VoiceBackend } from "@sofia/phone";

const bot: VoiceBackend = {
  onCallStart: () => "1",

  /** Hear: what did the caller say? Speech to text goes here. */
  transcribe: (audio, sampleRate) => String(Math.max(1, Math.round(audio.length / sampleRate))),

  /** Think: what is the answer? The language model goes here; it may also stream its tokens. */
  generate: (text, _sessionId, history) => {
    console.log(`heard ${text} s; ${history.length} entries before`);
    return text;
  },

  /**
   * Speak: how does it sound? Text to speech goes here; it may also stream its sound. It also gets what
   * the phone itself has to say, such as "Goodbye.": one beep.
   */
  speak: (text) => {
    const beep = concatSamples([tone([880], 120), silence(180)]);
    return {
      sampleRate: 8000,
      samples: concatSamples(new Array<Int16Array>(Number(text) || 1).fill(beep)),
    };
  },
};

export default bot;
