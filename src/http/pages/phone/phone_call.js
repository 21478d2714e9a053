// @ts-check
/** One call from this page to the phone's agent. */
import { Sound } from "./sound.js";
import { endingOf, faultOf, refusalOf } from "./words.js";

/** @typedef {import("./words.js").Fault} Fault */
/** @typedef {import("./captions.js").Entry} Entry */

/**
 * What a page is told of its call, each at most once but for captions and measurements.
 *
 * @typedef {object} CallHandlers
 * @property {(step: "microphone" | "connecting" | "ringing") => void} onStep what it waits for
 * @property {(id: string) => void} onAnswered
 * @property {(entry: Entry) => void} onCaption
 * @property {(digit: string) => void} onDigit the agent has pressed a key
 * @property {() => void} onClear the agent was interrupted
 * @property {() => void} onMeasured `measures` are new
 * @property {(message: string) => void} onNotice something that the call survives
 * @property {(ending: { fault?: Fault, reason?: string }) => void} onOver
 */

/**
 * @typedef {object} CallOptions
 * @property {(path: string) => Promise<string>} address gives the URL of a WebSocket of the phone
 * @property {number} callRate Hz
 * @property {{ from?: string, to?: string }} parties
 * @property {() => import("./settings.js").Settings} settings those that are chosen now
 */

/** A call: it begins when it is made, and `onOver` is its end, whoever ends it. */
export class PhoneCall {
  #options;
  #handlers;
  #worker = new Worker(new URL("call_worker.js", import.meta.url), { type: "module" });
  /** @type {Sound | undefined} */
  #sound;
  #isAnswered = false;
  #isOver = false;
  #isMuted = false;
  /** What is known of the delays: in ms, and how often sound came too late. */
  measures = { roundTripMs: /** @type {number | undefined} */ (undefined), bufferMs: 0, late: 0 };

  /** @param {CallOptions} options @param {CallHandlers} handlers */
  constructor(options, handlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#worker.onmessage = ({ data }) => this.#hear(data);
    this.#worker.onerror = () => this.#end({ fault: faultOf("unreached") });
    this.#begin().catch((error) => this.#end({ fault: faultOf(error) }));
  }

  /** How loud both are, peaks of 0 to 1; undefined while there is no sound. */
  get levels() {
    return this.#sound?.levels;
  }

  /** What the sound card adds, in ms. */
  get outputMs() {
    return this.#sound?.outputMs ?? 0;
  }

  get isMuted() {
    return this.#isMuted;
  }

  /** @param {boolean} isMuted */
  mute(isMuted) {
    this.#isMuted = isMuted;
    this.#sound?.mute(isMuted);
  }

  /** @param {string} digit */
  press(digit) {
    if (!this.#isAnswered || this.#isOver) return;
    this.#sound?.keys.play(digit);
    this.#send({ type: "dtmf", digit });
  }

  /** Takes other devices, or the same ones in another way. */
  async applySettings() {
    const { microphone, speaker, filters } = this.#options.settings();
    try {
      await this.#sound?.changeSpeaker(speaker);
      await this.#sound?.changeMicrophone(microphone, filters);
    } catch (error) {
      this.#handlers.onNotice(faultOf(error).title);
    }
  }

  /** The page is seen again. */
  wake() {
    this.#sound?.wake();
  }

  /** Ends it. */
  hangUp() {
    if (this.#isAnswered) this.#send({ type: "hangup" });
    this.#end({});
  }

  async #begin() {
    this.#handlers.onStep("microphone");
    if (!isSecureContext) throw new DOMException("", "insecure");
    if (navigator.mediaDevices === undefined) throw new DOMException("", "NotSupportedError");
    const { settings, callRate, parties } = this.#options;
    const sound = await Sound.open({
      callRate,
      ...settings(),
      onStatistics: ({ depthMs, underruns }) => {
        this.measures = { ...this.measures, bufferMs: depthMs, late: underruns };
        this.#handlers.onMeasured();
      },
      onMicrophoneLost: () => void this.#replaceMicrophone(),
    });
    // It was hung up on while the person was asked.
    if (this.#isOver) return void await sound.close();
    this.#sound = sound;
    sound.mute(this.#isMuted);
    this.#handlers.onStep("connecting");
    const url = await this.#options.address("phone/socket");
    if (this.#isOver) return;
    const hello = { type: "hello", sampleRate: callRate, ...parties };
    const { microphonePort: microphone, speakerPort: speaker } = sound;
    this.#worker.postMessage({ type: "open", url, hello, microphone, speaker }, [
      microphone,
      speaker,
    ]);
  }

  /** The device is gone; the system may have another. */
  async #replaceMicrophone() {
    if (this.#isOver) return;
    try {
      await this.#sound?.changeMicrophone("", this.#options.settings().filters);
      this.#handlers.onNotice("The microphone is gone. Another one has taken its place.");
    } catch {
      this.#handlers.onNotice("The microphone is gone. You can still listen and press keys.");
    }
  }

  /** @param {any} data what the worker tells */
  #hear(data) {
    if (data.type === "round-trip") {
      this.measures = { ...this.measures, roundTripMs: data.ms };
      this.#handlers.onMeasured();
    } else if (data.type === "closed") this.#closed(data);
    else this.#receive(data.message);
  }

  /** @param {{ wasOpen: boolean }} close */
  #closed({ wasOpen }) {
    this.#end({ fault: faultOf(this.#isAnswered ? "lost" : wasOpen ? "cut" : "unreached") });
  }

  /** @param {any} message of the phone */
  #receive(message) {
    if (this.#isOver) return;
    if (message.type === "answered") {
      this.#isAnswered = true;
      this.#handlers.onAnswered(String(message.id));
    } else if (message.type === "ringing") this.#handlers.onStep("ringing");
    else if (message.type === "caption") this.#handlers.onCaption(message.entry);
    else if (message.type === "dtmf") this.#handlers.onDigit(String(message.digit));
    else if (message.type === "clear") this.#handlers.onClear();
    else if (message.type === "refused") this.#end({ fault: refusalOf(String(message.reason)) });
    else if (message.type === "ended") this.#end({ reason: endingOf(String(message.reason)) });
  }

  /** @param {object} message */
  #send(message) {
    this.#worker.postMessage({ type: "send", message });
  }

  /** @param {{ fault?: Fault, reason?: string }} ending */
  #end(ending) {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#worker.postMessage({ type: "close" });
    // It may still have to send the last message.
    setTimeout(() => this.#worker.terminate(), 1000);
    void this.#sound?.close();
    this.#handlers.onOver(ending);
  }
}
