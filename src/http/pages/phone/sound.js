// @ts-check
/** The microphone, the speaker and what is between them and a call. */
import { KeyTones } from "./key_tones.js";

/**
 * @typedef {object} SoundOptions
 * @property {number} callRate Hz of the call's sound
 * @property {string} microphone the id of a device; "" is the system's choice
 * @property {string} speaker likewise
 * @property {boolean} filters whether echo, noise and loudness are evened out by the browser
 * @property {(statistics: PlayoutStatistics) => void} onStatistics
 * @property {() => void} onMicrophoneLost
 */

/** @typedef {{ depthMs: number, targetMs: number, speed: number, underruns: number, skippedMs: number }} PlayoutStatistics */

/** Levels are of the last 43 ms, about what the eye sees as now. */
const WINDOW = 2048;

/** The sound of one call: a graph of Web Audio from microphone to ear. */
export class Sound {
  #context;
  #options;
  /** @type {AudioWorkletNode} */
  #capture;
  /** @type {MediaStream | undefined} */
  #stream;
  /** @type {MediaStreamAudioSourceNode | undefined} */
  #source;
  #isMuted = false;
  #isClosed = false;
  #heard;
  #said;
  #window = new Float32Array(WINDOW);

  /**
   * Opens the microphone, which asks the person, and the speaker.
   *
   * @param {SoundOptions} options
   * @throws {DOMException} as `getUserMedia` does
   */
  static async open(options) {
    // While the press of the button still counts as a wish for sound.
    const context = new AudioContext({ latencyHint: "interactive" });
    const microphone = openMicrophone(options);
    try {
      const modules = ["capture_worklet.js", "playout_worklet.js"].map((name) =>
        context.audioWorklet.addModule(new URL(name, import.meta.url).href)
      );
      const [stream] = await Promise.all([microphone, context.resume(), ...modules]);
      const sound = new Sound(context, options);
      sound.#listenTo(stream);
      // One that is gone is no reason not to call.
      await sound.changeSpeaker(options.speaker).catch(() => {});
      return sound;
    } catch (error) {
      // It may be opened after all, when somebody allows it: nobody is to hear it then.
      microphone.then(stop, () => {});
      await context.close();
      throw error;
    }
  }

  /** @param {AudioContext} context @param {SoundOptions} options */
  constructor(context, options) {
    const processorOptions = { callRate: options.callRate };
    this.#context = context;
    this.#options = { ...options };
    this.#said = new AnalyserNode(context, { fftSize: WINDOW });
    this.#heard = new AnalyserNode(context, { fftSize: WINDOW });
    this.#capture = new AudioWorkletNode(context, "capture", {
      processorOptions,
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: "explicit",
    });
    const playout = new AudioWorkletNode(context, "playout", {
      processorOptions,
      numberOfInputs: 0,
      outputChannelCount: [1],
    });
    const [toMicrophone, toSpeaker] = [new MessageChannel(), new MessageChannel()];
    this.#capture.port.postMessage(toMicrophone.port1, [toMicrophone.port1]);
    playout.port.postMessage(toSpeaker.port1, [toSpeaker.port1]);
    playout.port.onmessage = ({ data }) => options.onStatistics(data);
    playout.connect(this.#heard).connect(context.destination);
    /** Where the microphone's sound comes out, in messages of 20 ms. */
    this.microphonePort = toMicrophone.port2;
    /** What is to be heard goes in here. */
    this.speakerPort = toSpeaker.port2;
    /** The sounds of keys. */
    this.keys = new KeyTones(context);
    // Some systems stop the sound for a telephone call or a moment in the background.
    context.addEventListener("statechange", () => this.wake());
  }

  /** Goes on if the system has stopped the sound. */
  wake() {
    if (this.#context.state !== "running" && !this.#isClosed) {
      this.#context.resume().catch(() => {});
    }
  }

  /** What the sound card and the browser add between a call and an ear, in ms. */
  get outputMs() {
    return ((this.#context.outputLatency || 0) + this.#context.baseLatency) * 1000;
  }

  /** How loud the caller and the agent are now: peaks, 0 to 1. */
  get levels() {
    return { caller: this.#peak(this.#said), agent: this.#peak(this.#heard) };
  }

  /** @param {boolean} isMuted */
  mute(isMuted) {
    this.#isMuted = isMuted;
    this.#applyMute();
  }

  /** @param {string} microphone the id of a device @param {boolean} filters */
  async changeMicrophone(microphone, filters) {
    this.#options = { ...this.#options, microphone, filters };
    this.#listenTo(await openMicrophone(this.#options));
  }

  /** @param {string} speaker the id of a device */
  async changeSpeaker(speaker) {
    // Not in every browser's library yet, nor in every browser.
    const context =
      /** @type {{ setSinkId?: (id: string) => Promise<void>, sinkId?: string }} */ (this
        .#context);
    if (context.sinkId !== speaker) await context.setSinkId?.(speaker);
  }

  /** Lets go of microphone and speaker. */
  async close() {
    this.#isClosed = true;
    stop(this.#stream);
    this.#stream = undefined;
    if (this.#context.state !== "closed") await this.#context.close();
  }

  /** @param {MediaStream} stream */
  #listenTo(stream) {
    if (this.#isClosed) return stop(stream);
    this.#source?.disconnect();
    stop(this.#stream);
    this.#stream = stream;
    this.#source = new MediaStreamAudioSourceNode(this.#context, { mediaStream: stream });
    this.#source.connect(this.#said);
    this.#source.connect(this.#capture);
    // Not for what is stopped here: only a device that goes away fires it.
    stream.getAudioTracks()[0]?.addEventListener("ended", () => this.#options.onMicrophoneLost());
    this.#applyMute();
  }

  /** A track that is not enabled is silence at its source: nothing said leaves the machine. */
  #applyMute() {
    for (const track of this.#stream?.getAudioTracks() ?? []) track.enabled = !this.#isMuted;
  }

  /** @param {AnalyserNode} analyser */
  #peak(analyser) {
    analyser.getFloatTimeDomainData(this.#window);
    return this.#window.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  }
}

/** @param {MediaStream | undefined} stream */
function stop(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** @param {SoundOptions} options */
function openMicrophone({ microphone, filters }) {
  return navigator.mediaDevices.getUserMedia({
    audio: {
      ...(microphone !== "" && { deviceId: { exact: microphone } }),
      channelCount: { ideal: 1 },
      echoCancellation: filters,
      noiseSuppression: filters,
      autoGainControl: filters,
    },
  });
}
