/** The floor of a conversation: who has it, and what it is told of the caller. */

import type { AudioFrame } from "../audio/mod.ts";
import { type Clock, within } from "../clock/mod.ts";
import type { BackendEvent } from "./backend_event.ts";
import type { AskedTurn, Listener } from "./caller_turns.ts";
import type { ConnectOptions, Floor, FloorOptions, Guest, Said } from "./floor.ts";
import { GuestTalk } from "./guest_talk.ts";
import { type FloorGround, HeldFloor } from "./held_floor.ts";
import { Speaker } from "./speaker.ts";
import type { Stage } from "./stage.ts";
import type { HistoryEntry } from "./voice_backend.ts";

/** What a {@link FloorDesk} needs. */
export interface FloorDeskOptions {
  readonly clock: Clock;
  readonly history: HistoryEntry[];
  readonly stage: Stage;
  /** How long the caller's words may take to be understood, in ms. */
  readonly limitMs: number;
  /** Has something said from the floor; `otherwise` is what may cut it if nothing else says so. */
  readonly say: FloorGround["say"];
  /** Cuts the bot short. */
  readonly interruptBot: () => void;
  /** Has the bot answer what the caller said. */
  readonly answer: (asked: AskedTurn) => void;
  /** Told when the floor is given back. */
  readonly released?: () => void;
  readonly emit: (event: BackendEvent) => void;
  readonly onError: (error: unknown) => void;
}

/** Gives the floor to one at a time, in the place of the bot. */
export class FloorDesk {
  readonly #options: FloorDeskOptions;
  #floor: HeldFloor | undefined;
  /** A turn of the caller that whoever has the floor waits to understand. */
  #hearing: AskedTurn | undefined;
  #isInTurn = false;
  readonly #guests = new Set<GuestTalk>();

  constructor(options: FloorDeskOptions) {
    this.#options = options;
  }

  /** Whether somebody has the floor. */
  get isTaken(): boolean {
    return this.#floor !== undefined;
  }

  /** Who wants to know what the caller says. */
  get listener(): Listener {
    if (this.#floor === undefined) return "bot";
    return this.#floor.listens ? "floor" : "nobody";
  }

  /** Gives the floor to somebody. @throws {TypeError} when somebody has it already */
  take(options: FloorOptions): Floor {
    if (this.#floor !== undefined) {
      throw new TypeError("Cannot take the floor as one at a time has it: it is taken");
    }
    const { clock, stage, say } = this.#options;
    this.#floor = new HeldFloor(options, {
      clock,
      say,
      connect: (guest, options) => this.#connect(guest, options),
      stop: () => this.#end({ outcome: "stopped" }),
      release: () => this.#release(),
    });
    stage.hold(true);
    this.#hush();
    if (options.cut) stage.silence(new DOMException("The floor was taken", "AbortError"));
    return this.#floor;
  }

  /** Takes the caller's next frame, for guests to hear. */
  hear(frame: AudioFrame): void {
    for (const guest of this.#guests) guest.push(frame);
  }

  /** The caller pressed a key; whether somebody was told. */
  press(digit: string): boolean {
    if (this.#floor === undefined) return false;
    this.#floor.push({ type: "key", digit });
    this.#end({ outcome: "interrupted", by: "key" });
    return true;
  }

  /** A turn of the caller begins; whether somebody was told. */
  beginTurn(): boolean {
    this.#isInTurn = true;
    this.#hush();
    if (this.#floor === undefined) return false;
    const { stage, interruptBot } = this.#options;
    if (stage.isBotOn) interruptBot();
    this.#end({ outcome: "interrupted", by: "speech" });
    // What is said beside whoever has the floor, too.
    const isOn = (speaker: Speaker) => speaker.hasBegun && speaker.yieldsTo("speech");
    stage.end(isOn, { outcome: "interrupted", by: "speech" });
    this.#floor.push({ type: "speech-begin" });
    return true;
  }

  /** A turn of the caller is over: `asked` is what it said, if somebody listens. */
  endTurn(asked: AskedTurn | undefined): void {
    this.#isInTurn = false;
    this.#hush();
    if (asked === undefined) return;
    if (this.#floor === undefined) this.#options.answer(asked);
    else void this.#hear(this.#floor, asked);
  }

  /** Nobody will say anything any more. */
  end(reason: unknown): void {
    this.#hearing?.cancel(reason);
    this.#hearing = undefined;
    this.#floor?.end();
    this.#floor = undefined;
    this.#options.stage.hold(false);
  }

  /** Lets a guest sit in the place of the bot, until its stream ends. Rejects with its failure. */
  #connect(guest: Guest, { signal, live = false }: ConnectOptions): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    const { stage } = this.#options;
    const talk = new GuestTalk(guest);
    return new Promise((resolve, reject) => {
      const leave = () => stage.end((one) => one === speaker, { outcome: "stopped" });
      const onSaid = ({ outcome, error }: Said) => {
        this.#guests.delete(talk);
        signal?.removeEventListener("abort", leave);
        if (outcome === "failed") reject(error);
        else resolve();
      };
      const announced = { isOfFloor: true, isGuest: true, isLive: live, onSaid };
      const speaker = new Speaker(talk, talk.frames(), announced);
      speaker.interruptible = false;
      signal?.addEventListener("abort", leave, { once: true });
      this.#guests.add(talk);
      stage.announce(speaker);
    });
  }

  /** What the caller said to whoever has the floor. If that gives it back meanwhile, the bot answers. */
  async #hear(floor: HeldFloor, asked: AskedTurn): Promise<void> {
    const { clock, history, limitMs, emit, onError } = this.#options;
    this.#hearing?.cancel(new DOMException("The caller went on", "AbortError"));
    const hearing = asked.hear();
    hearing.catch(() => {});
    const own = { ...asked, hear: () => hearing };
    this.#hearing = own;
    let text = "";
    try {
      if (!await within(clock, hearing, limitMs)) {
        throw new DOMException(`What was said took longer than ${limitMs} ms`, "TimeoutError");
      }
      text = (await hearing).trim();
      if (this.#hearing !== own) return;
      emit({ type: "transcript", text });
      if (text !== "") history.push({ role: "caller", text });
    } catch (error) {
      if (this.#hearing !== own) return;
      asked.cancel(error);
      emit({ type: "failure", step: "transcribe", error });
      onError(error);
    }
    this.#hearing = undefined;
    floor.push({ type: "speech", text });
  }

  /** Ends what is said from the floor, as far as the caller may. */
  #end(outcome: Pick<Said, "outcome" | "by">): void {
    const { by } = outcome;
    const isEnded = (speaker: Speaker) =>
      speaker.announced!.isOfFloor && (by === undefined || speaker.yieldsTo(by));
    this.#options.stage.end(isEnded, outcome);
  }

  #release(): void {
    const { stage, answer } = this.#options;
    this.#floor = undefined;
    stage.hold(false);
    const asked = this.#hearing;
    this.#hearing = undefined;
    if (asked !== undefined) answer(asked);
    this.#hush();
    this.#options.released?.();
  }

  /** While the caller speaks nothing begins to be said, unless nobody listens to that. */
  #hush(): void {
    this.#options.stage.hush(this.#isInTurn && this.listener !== "nobody");
  }
}
