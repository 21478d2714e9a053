/** What a page lets its person hear, and what it hears of them: recorded beside it, by one clock. */
import type { Page } from "puppeteer-core";

/** The sound of a page so far; both have the same rate and begin in the same moment. */
export interface PageSound {
  readonly sampleRate: number;
  /** What the microphone gave to the page. */
  readonly said: Int16Array;
  /** What the page gave to the speaker. */
  readonly heard: Int16Array;
}

/** A file that is not the page's, served where the page's own rules let it load scripts from. */
const RECORDER = "/test-recorder.js";

/** Runs on the audio thread: tells what comes in by two inputs, in pieces of a tenth of a second. */
const WORKLET = `
registerProcessor("test-recorder", class extends AudioWorkletProcessor {
  #pieces = [[], []];
  process(inputs) {
    for (const [side, input] of inputs.entries()) {
      this.#pieces[side].push(...input[0] ?? new Float32Array(128));
    }
    if (this.#pieces[0].length >= sampleRate / 10) {
      this.port.postMessage(this.#pieces.splice(0, 2, [], []));
    }
    return true;
  }
});`;

/** Runs in the page before its own scripts: whatever is connected is connected to the recorder too. */
const HOOKS = `(() => {
  const recorders = new WeakMap();
  const sound = globalThis.testSound = { sampleRate: 0, heard: [], said: [] };
  const { addModule } = AudioWorklet.prototype;
  AudioWorklet.prototype.addModule = async function (...args) {
    await addModule.call(this, "${RECORDER}");
    await addModule.apply(this, args);
  };
  const { connect } = AudioNode.prototype;
  const recorderOf = (context) => {
    if (!recorders.has(context)) {
      const options = { numberOfInputs: 2, numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" };
      const recorder = new AudioWorkletNode(context, "test-recorder", options);
      sound.sampleRate = context.sampleRate;
      recorder.port.onmessage = ({ data: [heard, said] }) => {
        sound.heard.push(...heard);
        sound.said.push(...said);
      };
      recorders.set(context, recorder);
    }
    return recorders.get(context);
  };
  AudioNode.prototype.connect = function (target, ...rest) {
    if (target instanceof AudioDestinationNode) connect.call(this, recorderOf(this.context), 0, 0);
    if (this instanceof MediaStreamAudioSourceNode) connect.call(this, recorderOf(this.context), 0, 1);
    return connect.call(this, target, ...rest);
  };
  globalThis.takeTestSound = () => {
    const text = (samples) => {
      const pcm = Int16Array.from(samples, (one) => Math.max(-32768, Math.min(32767, one * 32768)));
      const bytes = new Uint8Array(pcm.buffer);
      let text = "";
      for (let at = 0; at < bytes.length; at += 8192) {
        text += String.fromCharCode(...bytes.subarray(at, at + 8192));
      }
      return btoa(text);
    };
    return { sampleRate: sound.sampleRate, heard: text(sound.heard), said: text(sound.said) };
  };
})()`;

/** Records a page, from before it is opened: `openPage(url, { prepare: recordSound })`. */
export async function recordSound(page: Page): Promise<void> {
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    if (!request.url().endsWith(RECORDER)) return void request.continue().catch(() => {});
    void request.respond({ contentType: "text/javascript", body: WORKLET }).catch(() => {});
  });
  await page.evaluateOnNewDocument(HOOKS);
}

/** What was recorded so far. */
export async function soundOf(page: Page): Promise<PageSound> {
  const { sampleRate, heard, said } = await page.evaluate("takeTestSound()") as {
    sampleRate: number;
    heard: string;
    said: string;
  };
  return { sampleRate, heard: fromBase64(heard), said: fromBase64(said) };
}

function fromBase64(text: string): Int16Array {
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  return new Int16Array(bytes.buffer);
}
