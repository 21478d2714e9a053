/** The place of a backend that is a stream of its own, in which others can speak for a while. */

import { type AudioFrame, msIn } from "../audio/mod.ts";
import type { BackendEvent } from "./backend_event.ts";
import { FloorDesk } from "./floor_desk.ts";
import type {
  Announcement,
  ConnectOptions,
  Floor,
  FloorOptions,
  Guest,
  Interruptible,
  Said,
  SayOptions,
} from "./floor.ts";
import { requirePair } from "./require.ts";
import type { SeatHooks, SeatOptions } from "./seat_options.ts";
import { SeatTurns } from "./seat_turns.ts";
import { SoundTalk } from "./sound_talk.ts";
import { Speaker } from "./speaker.ts";
import type { SpeechProgress } from "./speech_progress.ts";
import { Stage } from "./stage.ts";
import type { Prompt } from "./voice_backend.ts";

type Reading = ReturnType<ReadableStreamDefaultReader<AudioFrame>["read"]>;

/** Nothing of what is said here is remembered: nobody knows the words. */
const UNHEARD: readonly never[] = [];

/**
 * A stream of frames in which announcements can be made and guests be connected.
 *
 * Who speaks here takes the place of the stream at once. For the stream time goes on meanwhile: it hears
 * silence, and what it says is not heard, as long as the others speak. Only sound can be said, as there
 * is nobody to speak words.
 */
export class Seat implements ReadableWritablePair<AudioFrame, AudioFrame> {
  /** Takes the caller's frames. */
  readonly writable: WritableStream<AudioFrame>;
  /** Gives the frames of whoever speaks. */
  readonly readable: ReadableStream<AudioFrame>;
  readonly #options: SeatOptions;
  readonly #writer: WritableStreamDefaultWriter<AudioFrame>;
  readonly #reader: ReadableStreamDefaultReader<AudioFrame>;
  readonly #stage: Stage;
  readonly #desk: FloorDesk;
  #isOver = false;
  /** The turns in which the stream spoke since it last dropped something. */
  #ownTurns = [0];
  #turn = 0;
  #isOwn = true;
  #said: Promise<AudioFrame | undefined> | undefined;
  #read: Reading | undefined;
  #isPassing = false;
  /** What the stream may say into the void until now, in ms. */
  #voidMs = 0;
  readonly #turns: SeatTurns;
  /** The caller's turn of which the stream has heard the beginning and not the end. */
  #openTurn: number | undefined;
  #wake: () => void = () => {};

  /** Puts the stream that `make` makes in its place. @throws {TypeError} when that is none */
  constructor(
    make: (hooks: SeatHooks) => ReadableWritablePair<AudioFrame, AudioFrame>,
    options: SeatOptions,
  ) {
    const { clock, history = [], onEvent, onError = () => {} } = options;
    const emit = (event: BackendEvent, turn = this.#turns.turn) => onEvent?.(event, turn);
    this.#options = options;
    this.#turns = new SeatTurns({ ...options, emit });
    const stream = make({
      onInterrupt: () => this.#interrupt(),
      played: () => this.#ownTurns.flatMap((turn) => options.played?.(turn) ?? UNHEARD),
    });
    requirePair(stream);
    this.#writer = stream.writable.getWriter();
    this.#reader = stream.readable.getReader();
    this.#stage = new Stage({
      clock,
      history,
      // A sound that is there does not stop.
      stallMs: Infinity,
      turn: () => this.#turnOf(false),
      played: options.played,
      drained: options.drained,
      cut: () => this.#cut(),
      onLive: (isLive) => options.onLive?.(isLive ?? options.live === true),
      onFrame: () => {},
      onMade: () => {},
      onFailure: ({ talk }, error) => {
        if (!(talk instanceof SoundTalk)) return;
        emit({ type: "failure", step: "prompt", error });
        onError(error);
      },
    });
    this.#desk = new FloorDesk({
      clock,
      history,
      stage: this.#stage,
      limitMs: 0,
      say: (what, options, otherwise) => this.#say(what, options, { isOfFloor: true, otherwise }),
      interruptBot: () => {},
      answer: () => {},
      released: () => this.#wake(),
      emit,
      onError,
    });
    let input: WritableStreamDefaultController;
    this.writable = new WritableStream({
      start: (controller) => void (input = controller),
      write: (frame) => this.#take(frame),
      close: async () => {
        this.#desk.end(new DOMException("The caller is gone", "AbortError"));
        this.#wake();
        await this.#writer.close();
      },
      abort: async (reason) => {
        this.#stop(reason);
        await this.#writer.abort(reason);
      },
    });
    // What ends the stream on one side ends the chain before it.
    this.#writer.closed.catch((error) => input.error(error));
    this.readable = new ReadableStream({
      pull: async (controller) => {
        const frame = await this.#next();
        if (frame !== undefined) return controller.enqueue(frame);
        this.#stop(new DOMException("The conversation is over", "AbortError"));
        controller.close();
      },
      cancel: async (reason) => {
        this.#stop(reason);
        await this.#reader.cancel(reason);
      },
    }, { highWaterMark: 0 });
  }

  /** Always undefined: nobody knows the words. */
  get progress(): SpeechProgress | undefined {
    return undefined;
  }

  /** Lets somebody speak in the place of the stream. @throws {TypeError} where that cannot be */
  takeFloor(options: FloorOptions = {}): Floor {
    if (this.#isOver) {
      throw new TypeError("Cannot take the floor as the conversation is live: it is over");
    }
    if (options.listen === "keys and speech") {
      throw new TypeError(
        "Cannot listen to speech as the backend has `transcribe`: it is a stream of sound",
      );
    }
    const floor = this.#desk.take(options);
    this.#wake();
    return floor;
  }

  /** Plays a sound to the caller in the place of the stream. */
  say(what: Announcement, options: SayOptions = {}): Promise<Said> {
    // Whether a voice interrupts is the stream's to decide, which does not hear it now.
    return this.#say(what, options, { isOfFloor: false, otherwise: "keys" });
  }

  /** Lets a guest talk with the caller, until its stream ends. */
  async connect(guest: Guest, options: ConnectOptions = {}): Promise<void> {
    using floor = this.takeFloor();
    await floor.connect(guest, options);
  }

  /** The caller pressed a key. Rejects with what the backend's listener throws. */
  async press(digit: string): Promise<void> {
    if (!this.#desk.press(digit)) await this.#options.onDtmf?.(digit);
  }

  get #isTaken(): boolean {
    return this.#desk.isTaken || this.#stage.isBusy;
  }

  #say(
    what: Announcement,
    { signal, interruptible }: SayOptions,
    as: { readonly isOfFloor: boolean; readonly otherwise: Interruptible },
  ): Promise<Said> {
    const said = (outcome: "ended" | "stopped") =>
      Promise.resolve({ outcome, heard: "", heardMs: 0 } satisfies Said);
    if (this.#isOver) return said("ended");
    if (signal?.aborted) return said("stopped");
    const prompt: Prompt = typeof what === "object" && "say" in what ? what : { say: what };
    const { say } = prompt;
    if (typeof say === "string") {
      const error = new TypeError(
        `Cannot say words as the backend has \`speak\`: it is a stream of sound, and was to say ${say}`,
      );
      return Promise.resolve({ outcome: "failed", error, heard: "", heardMs: 0 });
    }
    return new Promise((resolve) => {
      const stop = () => this.#stage.end((one) => one === speaker, { outcome: "stopped" });
      const onSaid = (said: Said) => {
        signal?.removeEventListener("abort", stop);
        resolve(said);
        this.#wake();
      };
      const talk = new SoundTalk(say);
      const speaker = new Speaker(talk, talk.frames(), { isOfFloor: as.isOfFloor, onSaid });
      speaker.interruptible = interruptible ?? prompt.interruptible ?? as.otherwise;
      signal?.addEventListener("abort", stop, { once: true });
      this.#stage.announce(speaker);
      this.#wake();
    });
  }

  async #take(frame: AudioFrame): Promise<void> {
    this.#desk.hear(frame);
    if (frame.turn !== undefined && frame.turn > this.#turns.turn) this.#desk.beginTurn();
    this.#turns.push(frame);
    if (frame.endOfTurn) this.#desk.endTurn(undefined);
    if (this.#isTaken) return this.#passOver(frame);
    this.#openTurn = frame.endOfTurn ? undefined : frame.turn;
    await this.#writer.write(frame);
  }

  /** For the stream time goes on, in which nothing is said to it, and what it says is not heard. */
  #passOver({ sampleRate, samples, timestamp }: AudioFrame): void {
    const turn = this.#openTurn;
    if (this.#writer.desiredSize! > 0) {
      this.#openTurn = undefined;
      const silence = { sampleRate, samples: new Int16Array(samples.length), timestamp };
      const ended = turn === undefined ? silence : { ...silence, turn, endOfTurn: true };
      this.#writer.write(ended).catch(() => {});
    }
    const ms = msIn(samples.length, sampleRate);
    // What it did not say in time is no reason to pass over more of what it says later.
    this.#voidMs = this.#isPassing ? ms : this.#voidMs + ms;
    if (!this.#isPassing) void this.#passBy();
  }

  /** Takes as much of the stream's sound as there is time for. */
  async #passBy(): Promise<void> {
    this.#isPassing = true;
    while (this.#isTaken && this.#voidMs > 0) {
      const read = this.#reading();
      // Its end and its failure are looked at when the place is its own again.
      const value = await read.then(({ value }) => value, () => undefined);
      if (value === undefined || this.#read !== read || !this.#isTaken) break;
      this.#voidMs -= msIn(value.samples.length, value.sampleRate);
      this.#read = undefined;
    }
    this.#isPassing = false;
  }

  /** The stream's next frame, asked for once. */
  #reading(): Reading {
    return this.#read ??= this.#reader.read();
  }

  async #next(): Promise<AudioFrame | undefined> {
    for (;;) {
      if (this.#isTaken) {
        const said = this.#said ??= this.#stage.next();
        if (!await this.#isThere(said)) continue;
        this.#said = undefined;
        const frame = await said;
        if (frame !== undefined) return frame;
        continue;
      }
      this.#voidMs = 0;
      const read = this.#reading();
      if (!await this.#isThere(read) || this.#isTaken) continue;
      this.#read = undefined;
      const { done, value } = await read;
      if (done) return undefined;
      return { ...value, turn: this.#turnOf(true) };
    }
  }

  /** Whether it is settled; false when somebody else begins or ends meanwhile. */
  #isThere(promise: Promise<unknown>): Promise<boolean> {
    return new Promise((resolve) => {
      this.#wake = () => resolve(false);
      const settled = () => resolve(true);
      promise.then(settled, settled);
    });
  }

  /** The number of a talk, of the stream or of somebody else: another when they take turns. */
  #turnOf(isOwn: boolean): number {
    if (isOwn !== this.#isOwn) {
      this.#isOwn = isOwn;
      this.#turn++;
      if (isOwn) this.#ownTurns.push(this.#turn);
    }
    return this.#turn;
  }

  /** The stream drops what it has said. Nothing of it is on its way while others speak. */
  #interrupt(): void {
    if (this.#isOwn) this.#cut();
    this.#turns.interrupt();
    this.#ownTurns = this.#isOwn ? [this.#turn] : [];
  }

  #cut(): void {
    this.#options.onInterrupt?.(++this.#turn);
  }

  #stop(reason: unknown): void {
    this.#isOver = true;
    this.#desk.end(reason);
    this.#stage.stop(reason);
    this.#wake();
  }
}
