/**
 * OpenAI's Realtime API: speech in, speech out, over one WebSocket for each call, in the telephone's
 * own mu-law. The service decides when the caller has finished and when it interrupts.
 *
 *     OPENAI_API_KEY=sk-... bun run mod.ts --backend examples/realtime.ts
 *
 * Or `deno run -A mod.ts --backend examples/realtime.ts`. More variables are below.
 */

import { Buffer } from "node:buffer";
import process from "node:process";
import {
  type AudioFrame,
  compress,
  type DuplexBackend,
  type DuplexOptions,
  expand,
  MU_LAW,
} from "@sofia/phone";

const { env } = process;
const ADDRESS = env.OPENAI_REALTIME_URL ?? "wss://api.openai.com/v1/realtime";
const MODEL = env.OPENAI_REALTIME_MODEL ?? "gpt-realtime";
const VOICE = env.OPENAI_REALTIME_VOICE ?? "marin";
const INSTRUCTIONS = env.LLM_INSTRUCTIONS ?? "You answer the telephone. Be brief and friendly.";
const GREET = "Greet the caller and ask how you can help.";
const RESUME = "The line was bad for a moment. Say sorry and ask the caller to repeat.";
/** Times in a row that the service is tried, and the wait before the next, in ms. */
const TRIES = 3;
const WAIT_MS = 250;
const RATE = 8000;

const bot: DuplexBackend = {
  sampleRate: RATE,
  converse(audio, _call, options) {
    const conversation = new Conversation(options);
    // It fails only when the call is over.
    conversation.hear(audio).catch(() => {});
    return conversation.speech;
  },
};

export default bot;

class Conversation {
  /** What the service says. It is made faster than it is spoken, and waits here. */
  readonly speech: ReadableStream<AudioFrame>;
  readonly #options: DuplexOptions;
  #output!: ReadableStreamDefaultController<AudioFrame>;
  #socket!: WebSocket;
  #failures = 0;
  #first = GREET;
  #queue: AudioFrame[] = [];
  #wake = () => {};
  #timestamp = 0;
  /** The answers since the caller last spoke, and their lengths. */
  #items: { readonly id: string; ms: number }[] = [];
  #cut = "";

  constructor(options: DuplexOptions) {
    this.#options = options;
    this.speech = new ReadableStream({
      start: (controller) => void (this.#output = controller),
      pull: () => this.#pull(),
      // Nothing is made ready beyond the queue, which can be emptied.
    }, { highWaterMark: 0 });
    options.signal.addEventListener("abort", () => this.#socket.close());
    this.#connect();
  }

  /** Sends the caller's sound; what is said while there is no connection is lost. */
  async hear(audio: ReadableStream<AudioFrame>): Promise<void> {
    for await (const { samples } of audio) {
      if (this.#socket.readyState !== WebSocket.OPEN) continue;
      const bytes = compress(samples, MU_LAW);
      this.#send("input_audio_buffer.append", { audio: Buffer.from(bytes).toString("base64") });
    }
  }

  #connect(): void {
    // Browsers cannot send headers with a WebSocket; Bun and Deno can.
    const options = { headers: { authorization: `Bearer ${env.OPENAI_API_KEY}` } } as object;
    this.#socket = new WebSocket(`${ADDRESS}?model=${MODEL}`, options as string[]);
    this.#socket.onmessage = ({ data }) => this.#take(JSON.parse(data));
    this.#socket.onclose = ({ code, reason }) => this.#reconnect(`${code} ${reason}`.trim());
  }

  #reconnect(why: string): void {
    if (this.#options.signal.aborted) return;
    if (++this.#failures >= TRIES) {
      return this.#output.error(new Error(`No connection to ${ADDRESS}: ${why}`));
    }
    setTimeout(() => this.#options.signal.aborted || this.#connect(), WAIT_MS * this.#failures);
  }

  #take(event: ServerEvent): void {
    if (event.type === "session.created") this.#begin();
    if (event.type === "response.output_audio.delta") this.#say(event.item_id, event.delta);
    if (event.type === "input_audio_buffer.speech_started") this.#interrupt();
    // Most errors are of one request, and the session goes on.
    if (event.type === "error") console.error(`Realtime: ${event.error.message}`);
  }

  #begin(): void {
    // A new session knows nothing of what the one before was saying.
    this.#options.interrupt();
    this.#queue = [];
    this.#items = [];
    const format = { type: "audio/pcmu" };
    const input = { format, turn_detection: { type: "server_vad" } };
    const audio = { input, output: { format, voice: VOICE } };
    const session = { type: "realtime", instructions: INSTRUCTIONS, audio };
    this.#send("session.update", { session });
    this.#send("response.create", { response: { instructions: this.#first } });
    this.#first = RESUME;
  }

  #say(id: string, delta: string): void {
    if (id === this.#cut) return;
    this.#failures = 0;
    const sound = expand(Buffer.from(delta, "base64"), MU_LAW);
    if (this.#items.at(-1)?.id !== id) this.#items.push({ id, ms: 0 });
    this.#items.at(-1)!.ms += sound.length / (RATE / 1000);
    for (let at = 0; at < sound.length; at += 160) {
      const samples = sound.slice(at, at + 160);
      this.#queue.push({ sampleRate: RATE, samples, timestamp: this.#timestamp });
      this.#timestamp += samples.length;
    }
    this.#wake();
  }

  /** The caller speaks: stops, and tells the service how much of its answers was heard. */
  #interrupt(): void {
    let heardMs = this.#options.interrupt();
    this.#queue = [];
    for (const { id, ms } of this.#items.splice(0)) {
      const audio_end_ms = Math.floor(Math.max(0, heardMs));
      const cut = { item_id: id, content_index: 0, audio_end_ms };
      if (heardMs < ms) this.#send("conversation.item.truncate", cut);
      heardMs -= ms;
      this.#cut = id;
    }
  }

  #send(type: string, fields: object): void {
    this.#socket.send(JSON.stringify({ type, ...fields }));
  }

  async #pull(): Promise<void> {
    while (this.#queue.length === 0) await new Promise<void>((resolve) => this.#wake = resolve);
    this.#output.enqueue(this.#queue.shift()!);
  }
}

interface ServerEvent {
  readonly type: string;
  readonly item_id: string;
  readonly delta: string;
  readonly error: { readonly message: string };
}
