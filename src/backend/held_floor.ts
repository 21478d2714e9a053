/** The floor as its holder has it, whichever kind of backend it was taken from. */

import type { Clock } from "../clock/mod.ts";
import type {
  Announcement,
  ConnectOptions,
  Floor,
  FloorInput,
  FloorOptions,
  Guest,
  Interruptible,
  NextInputOptions,
  Said,
  SayOptions,
} from "./floor.ts";

/** Inputs that wait at most: music never asks for any, and a caller can press keys for hours. */
const MOST_WAITING = 500;

/** What a {@link HeldFloor} is taken from. */
export interface FloorGround {
  readonly clock: Clock;
  /** Says something; `otherwise` is what may cut it if nothing else says so. */
  readonly say: (
    what: Announcement,
    options: SayOptions,
    otherwise: Interruptible,
  ) => Promise<Said>;
  /** Lets a guest sit in the place of the bot. */
  readonly connect: (guest: Guest, options: ConnectOptions) => Promise<void>;
  /** Cuts what is being said from the floor. */
  readonly stop: () => void;
  /** The floor is given back. */
  readonly release: () => void;
}

/** A {@link Floor} and what its holder is told. */
export class HeldFloor implements Floor {
  /** Whether the caller's words are wanted, and not its keys alone. */
  readonly listens: boolean;
  readonly #ground: FloorGround;
  readonly #inputs: FloorInput[] = [];
  readonly #waiting: ((input: FloorInput | undefined) => void)[] = [];
  #isHeld = true;
  #isOver = false;

  constructor(options: FloorOptions, ground: FloorGround) {
    const { listen = "keys" } = options;
    if (listen !== "keys" && listen !== "keys and speech") {
      throw new TypeError(
        `Cannot take the floor as listen is "keys" or "keys and speech": current value is ${listen}`,
      );
    }
    this.listens = listen === "keys and speech";
    this.#ground = ground;
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Takes what the caller did. */
  push(input: FloorInput): void {
    if (!this.#isHeld) return;
    const wake = this.#waiting.shift();
    if (wake !== undefined) wake(input);
    else if (this.#inputs.length < MOST_WAITING) this.#inputs.push(input);
  }

  /** The call is over: whoever waits knows, and whoever waits again. */
  end(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#isOver = true;
    for (const wake of this.#waiting.splice(0)) wake({ type: "ended" });
  }

  say(what: Announcement, options: SayOptions = {}): Promise<Said> {
    if (this.#isHeld) return this.#ground.say(what, options, this.listens ? true : "keys");
    const outcome = this.#isOver ? "ended" : "stopped";
    return Promise.resolve({ outcome, heard: "", heardMs: 0 });
  }

  async connect(guest: Guest, options: ConnectOptions = {}): Promise<void> {
    if (this.#isHeld) return await this.#ground.connect(guest, options);
    throw new TypeError("Cannot connect a guest as the floor is held: it is not any more");
  }

  stop(): void {
    if (this.#isHeld) this.#ground.stop();
  }

  next(options: NextInputOptions = {}): Promise<FloorInput | undefined> {
    const { timeoutMs = Infinity, signal } = options;
    const input = this.#inputs.shift() ?? (this.#isOver ? { type: "ended" as const } : undefined);
    if (input !== undefined || !this.#isHeld || timeoutMs <= 0 || signal?.aborted) {
      return Promise.resolve(input);
    }
    return new Promise((resolve) => {
      const wake = (input: FloorInput | undefined) => {
        timer?.cancel();
        signal?.removeEventListener("abort", giveUp);
        resolve(input);
      };
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(wake), 1);
        wake(undefined);
      };
      const timer = timeoutMs === Infinity
        ? undefined
        : this.#ground.clock.setTimer(giveUp, timeoutMs);
      signal?.addEventListener("abort", giveUp, { once: true });
      this.#waiting.push(wake);
    });
  }

  release(): void {
    if (!this.#isHeld) return;
    this.#ground.stop();
    this.#isHeld = false;
    for (const wake of this.#waiting.splice(0)) wake(undefined);
    this.#ground.release();
  }

  [Symbol.dispose](): void {
    this.release();
  }
}
