// @ts-check
/** Hears a live call: the caller on the left, the agent on the right. */

/** @typedef {import("../shared/phone_api.js").PhoneApi} PhoneApi */

/** The rate of the sound unless the phone tells another, in Hz. */
const RATE = 8000;

/** Plays the sound of a call for as long as it is not stopped. */
export class Listener {
  #isOver = false;
  /** @type {WebSocket | undefined} */
  #socket;
  /** @type {AudioContext | undefined} */
  #context;
  /** @type {AudioWorkletNode | undefined} */
  #player;
  /** @type {Promise<void>} */
  #starting = Promise.resolve();
  /** @type {(error?: unknown) => void} */
  #onEnd;

  /**
   * @param {PhoneApi} api
   * @param {string} id the call
   * @param {(error?: unknown) => void} onEnd told once when nothing more is heard, and why if that is a fault
   */
  constructor(api, id, onEnd) {
    this.#onEnd = onEnd;
    this.#open(api, id).catch((error) => this.stop(error));
  }

  /** @param {unknown} [error] Hears no more. */
  stop(error) {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#socket?.close();
    void this.#context?.close();
    this.#onEnd(error);
  }

  /** @param {PhoneApi} api @param {string} id */
  async #open(api, id) {
    const socket = await api.socket(`calls/${encodeURIComponent(id)}/listen`);
    if (this.#isOver) return socket.close();
    this.#socket = socket;
    let isOpen = false;
    socket.addEventListener("open", () => isOpen = true);
    socket.addEventListener("message", ({ data }) => void this.#take(data));
    socket.addEventListener("close", ({ reason, wasClean }) => {
      const isFault = !isOpen || !wasClean;
      this.stop(isFault ? new Error(reason || "The phone closed the line.") : undefined);
    });
  }

  /** @param {string | ArrayBuffer} data */
  async #take(data) {
    if (typeof data === "string") {
      const { sampleRate } = JSON.parse(data);
      if (this.#context === undefined && typeof sampleRate === "number") this.#start(sampleRate);
      return;
    }
    if (this.#context === undefined) this.#start(RATE);
    // Why it could not start is told by that.
    await this.#starting.catch(() => {});
    // Little-endian, as all machines that run browsers are.
    const samples = new Int16Array(data, 0, data.byteLength >> 1);
    this.#player?.port.postMessage(samples, [samples.buffer]);
  }

  /** @param {number} sampleRate */
  #start(sampleRate) {
    const context = new AudioContext({ sampleRate, latencyHint: "interactive" });
    this.#context = context;
    this.#starting = (async () => {
      await context.audioWorklet.addModule(new URL("./listen_worklet.js", import.meta.url));
      if (this.#isOver) return;
      const options = { numberOfInputs: 0, outputChannelCount: [2] };
      this.#player = new AudioWorkletNode(context, "listen", options);
      this.#player.connect(context.destination);
      await context.resume();
    })();
    this.#starting.catch((error) => this.stop(error));
  }
}
