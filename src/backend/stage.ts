/** Who speaks to the caller now, and who is next. */

import type { AudioFrame } from "../audio/mod.ts";
import type { Said } from "./floor.ts";
import { type PlayedText, splitHeard, type SpokenText, VoicePace } from "./heard.ts";
import type { Speaker } from "./speaker.ts";
import type { SpeechProgress } from "./speech_progress.ts";
import type { HeardPart, StageOptions } from "./stage_options.ts";

/** A bot that has no next sentence for so long, in ms, lets others speak in between. */
const LULL_MS = 200;

const NOTHING: HeardPart = { heard: "", unheard: "", heardMs: 0 };

/**
 * Gives the frames of one speaker after another, and writes down what was heard of each.
 *
 * The bot has the stage with one reply at a time. Announcements are said when it has ended, or does not
 * know how to go on; it then waits, and goes on behind them.
 */
export class Stage {
  readonly #options: StageOptions;
  #now: Speaker | undefined;
  /** Whether more of what the speaker has to say will come; if not, not all of it may be heard yet. */
  #isMaking = false;
  /** The bot, where it has something to say and is not on, or is and has to wait with the rest. */
  #waiting: Speaker | undefined;
  readonly #queue: Speaker[] = [];
  /** Frames that end what a speaker said who leaves in the middle. */
  #rest: AudioFrame[] = [];
  #spoken: SpokenText[] = [];
  #turn = 0;
  /** Ends of replies that left in this turn. */
  #ends = 0;
  /** How fast the agent speaks, by all that it has said in the call. */
  readonly #pace = new VoicePace();
  #isHeld = false;
  #isHushed = false;
  #isEnded = false;
  #isLast = false;
  #wake: () => void = () => {};

  constructor(options: StageOptions) {
    this.#options = options;
  }

  /** Whether somebody speaks or is about to. */
  get isBusy(): boolean {
    return this.#isOn || this.#waiting !== undefined || this.#queue.length > 0;
  }

  /** Whether the bot is in the middle of what it says. */
  get isBotOn(): boolean {
    return this.#isOn && this.#now?.announced === undefined;
  }

  /** How far somebody has come who is on, or was on last; undefined if that is in the history. */
  get progress(): SpeechProgress | undefined {
    if (this.#now === undefined) return undefined;
    const { talk } = this.#now;
    const { heard, unheard } = splitHeard(talk.words.own, this.#played(this.#now));
    const rest = [unheard, talk.unspoken ?? ""].filter((text) => text !== "").join(" ");
    return { heard, unheard: rest, position: this.#options.history.length };
  }

  /** What is said now that the caller cannot cut by such. */
  isGuarded(by: "key" | "speech"): boolean {
    const isHeard = !this.#isOn && this.#options.isSpeaking?.() !== true;
    return this.#now !== undefined && !isHeard && !this.#now.yieldsTo(by);
  }

  get #isOn(): boolean {
    return this.#now !== undefined && (this.#isMaking || this.#now.announced !== undefined);
  }

  /** Whether the bot has to wait with what it has not begun to say. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#wake();
  }

  /** Whether announcements wait, as the caller speaks. */
  hush(isHushed: boolean): void {
    this.#isHushed = isHushed;
    this.#wake();
  }

  /** The bot has something to say, in the place of what it was saying, or behind what may not be cut. */
  begin(speaker: Speaker, reason: unknown): void {
    this.#waiting?.cancel(reason);
    this.#waiting = undefined;
    if (this.#isHeld || this.isGuarded("speech") || this.#now?.announced !== undefined) {
      this.#wait(speaker);
      void speaker.pull();
    } else {
      this.settle(reason);
      this.#enter(speaker);
    }
    this.#wake();
  }

  /** Somebody else has something to say. */
  announce(speaker: Speaker): void {
    this.#queue.push(speaker);
    this.#prepare();
    this.#wake();
  }

  /** From now on what the speaker says may be cut only so. */
  guard(speaker: Speaker): void {
    if (speaker === this.#now) this.#options.onProtect?.(speaker.interruptible !== true);
  }

  /**
   * Ends the bot's reply, also where it waits, and writes down what of it was heard.
   *
   * @returns the reply, with what was heard and what was made and was not
   */
  settle(reason: unknown): HeardPart & { readonly speaker: Speaker | undefined } {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.cancel(reason);
    if (this.#now === undefined || this.#now.announced !== undefined) {
      return { ...NOTHING, speaker: waiting };
    }
    const speaker = this.#now;
    speaker.cancel(reason);
    return { ...this.#leave(), speaker };
  }

  /** Cuts the bot short, if it is on, and forgets what it had to say. */
  silence(reason: unknown): void {
    if (this.#now !== undefined && this.#now.announced === undefined) this.#options.cut();
    this.settle(reason);
  }

  /** Ends the announcement that is being said, and what waits; `which` says which of them. */
  end(which: (speaker: Speaker) => boolean, outcome: Pick<Said, "outcome" | "by">): HeardPart {
    for (const speaker of this.#queue.filter(which)) {
      this.#queue.splice(this.#queue.indexOf(speaker), 1);
      speaker.cancel(new DOMException("It is not to be said any more", "AbortError"));
      speaker.announced!.onSaid({ ...outcome, heard: "", heardMs: 0 });
    }
    const speaker = this.#now;
    if (speaker?.announced === undefined || !which(speaker)) return NOTHING;
    if (speaker.hasBegun && outcome.by !== "speech") this.#options.cut();
    const part = this.#finish(speaker, outcome);
    this.#wake();
    return part;
  }

  /** What the bot says now is its last word. */
  finish(): void {
    this.#isLast = true;
    this.end(({ announced }) => announced?.isOfFloor === false, { outcome: "ended" });
  }

  /** The caller is gone: what there is may be said to its end. */
  close(): void {
    this.#isEnded = true;
    this.#wake();
  }

  /** Ends everything at once. */
  stop(reason: unknown): void {
    this.#isEnded = true;
    this.settle(reason);
    this.end(() => true, { outcome: "ended" });
    this.#wake();
  }

  /** The next frame; undefined when nothing will be said any more. */
  async next(): Promise<AudioFrame | undefined> {
    for (;;) {
      const rest = this.#rest.shift();
      if (rest !== undefined) return this.#stamped(rest);
      if (this.#now === undefined || !this.#isMaking) {
        if (!await this.#turnOver()) continue;
        this.end(() => true, { outcome: "ended" });
        return undefined;
      }
      const speaker = this.#now;
      const isThere = await this.#isThere(speaker);
      if (speaker !== this.#now) continue; // Interrupted meanwhile, or failed.
      if (isThere) {
        const frame = await this.#take(speaker);
        if (frame !== undefined) return frame;
      } else if (this.#mayPark(speaker)) this.#park(speaker);
    }
  }

  /** Whether somebody other than the bot has the stage as soon as that lets go of it. */
  get #isWanted(): boolean {
    return this.#now?.announced === undefined && (this.#isHeld || this.#mayAnnounce);
  }

  /** Whether the bot can let others speak: it has had time to go on, and has not. */
  #mayPark({ talk, askedAt = Infinity }: Speaker): boolean {
    const waitedMs = this.#options.clock.now() - askedAt;
    return this.#isMaking && this.#isWanted && talk.isBetween && waitedMs >= LULL_MS;
  }

  get #mayAnnounce(): boolean {
    return this.#queue.length > 0 &&
      (!this.#isHushed || this.#queue[0].announced?.isGuest === true);
  }

  /** Nobody is on, or nobody has more to say: lets the next one on. Resolves with whether that is the end. */
  async #turnOver(): Promise<boolean> {
    const speaker = this.#now;
    const mayGoOn = () => this.#waiting !== undefined && !this.#isHeld;
    if (speaker?.announced !== undefined || this.#mayAnnounce || mayGoOn()) {
      // What was said before is heard first, or it would count as cut.
      if (speaker?.hasBegun) await this.#options.drained?.(speaker.talk.words.turn, this.#ends);
      if (speaker !== this.#now || (speaker !== undefined && this.#isMaking)) return false;
      if (speaker?.announced !== undefined) {
        const { failure } = speaker;
        const failed = { outcome: "failed" as const, error: failure?.error };
        this.#finish(speaker, failure === undefined ? { outcome: "played" } : failed);
      } else if (this.#mayAnnounce) this.#enter(this.#queue.shift()!);
      else if (mayGoOn()) this.#enter(this.#waiting!);
      return false;
    }
    const isLast = this.#isLast && this.#waiting === undefined && !this.#isHeld;
    if (this.#isEnded || isLast) return true;
    await new Promise<void>((resolve) => this.#wake = resolve);
    return false;
  }

  /** Whether the speaker's next frame is there; false when something else is to be looked at first. */
  async #isThere(speaker: Speaker): Promise<boolean> {
    const { clock, stallMs } = this.#options;
    const pull = speaker.pull();
    speaker.askedAt ??= clock.now();
    const isWanted = this.#isWanted;
    const leftMs = speaker.hasBegun && (isWanted || !isPatient(speaker))
      ? speaker.askedAt + stallMs - clock.now()
      : Infinity;
    if (leftMs <= 0) {
      const limit = `${stallMs} ms`;
      this.#fail(speaker, new DOMException(`The sound stopped for ${limit}`, "TimeoutError"));
      return false;
    }
    const waitMs = Math.min(leftMs, isWanted ? LULL_MS : Infinity);
    return await new Promise((resolve) => {
      const end = (isThere: boolean) => {
        timer?.cancel();
        resolve(isThere);
      };
      const timer = waitMs === Infinity ? undefined : clock.setTimer(() => end(false), waitMs);
      this.#wake = () => end(false);
      pull.then(() => end(true), () => end(true));
    });
  }

  async #take(speaker: Speaker): Promise<AudioFrame | undefined> {
    let frame: AudioFrame | undefined;
    try {
      frame = await speaker.pull();
    } catch (error) {
      if (speaker === this.#now) this.#fail(speaker, error);
      return undefined;
    }
    if (speaker !== this.#now) return undefined;
    speaker.taken();
    if (frame !== undefined) {
      // Another turn may have begun since it has the stage, and what is of an earlier one is dropped.
      if (!speaker.hasBegun) this.#number(speaker);
      speaker.hasBegun = true;
      speaker.talk.words.left(frame);
      this.#options.onFrame(speaker);
      return this.#stamped(frame);
    }
    this.#isMaking = false;
    if (speaker.announced === undefined) this.#options.onMade(speaker, this.#ends);
    return undefined;
  }

  #fail(speaker: Speaker, error: unknown): void {
    this.#isMaking = false;
    if (speaker.talk.signal.aborted) return;
    if (speaker.announced !== undefined) {
      speaker.failure = { error };
      this.#rest = speaker.talk.rest();
    }
    this.#options.onFailure(speaker, error);
  }

  /** The bot does not know how to go on: it waits with the rest. */
  #park(speaker: Speaker): void {
    this.#rest = speaker.talk.rest();
    this.#isMaking = false;
    this.#wait(speaker);
  }

  #wait(speaker: Speaker): void {
    speaker.talk.isWaiting = true;
    // The time in which others speak is no latency.
    speaker.since = undefined;
    this.#waiting = speaker;
  }

  #enter(speaker: Speaker): void {
    if (this.#now !== undefined) this.#leave();
    if (speaker === this.#waiting) this.#waiting = undefined;
    speaker.talk.isWaiting = false;
    speaker.hasBegun = false;
    this.#number(speaker);
    this.#now = speaker;
    this.#isMaking = true;
    if (speaker.interruptible !== true) this.guard(speaker);
    const { announced } = speaker;
    if (announced !== undefined) this.#options.onLive?.(announced.isLive === true);
    this.#prepare();
  }

  /** What is said is of the turn that it is now. */
  #number({ talk }: Speaker): void {
    const turn = this.#options.turn();
    if (turn !== this.#turn) {
      this.#turn = turn;
      this.#spoken = [];
      this.#ends = 0;
    }
    talk.words.enter(turn, this.#spoken);
  }

  /** The sound of what is said next is made while something else is said. */
  #prepare(): void {
    void this.#queue[0]?.pull();
  }

  #finish(speaker: Speaker, outcome: Omit<Said, "heard" | "heardMs">): HeardPart {
    speaker.cancel(new DOMException("It is over", "AbortError"));
    const part = this.#leave();
    const { history } = this.#options;
    if (outcome.outcome === "interrupted" || outcome.outcome === "stopped") {
      const at = history.findLastIndex(({ role }) => role === "agent");
      if (part.heard !== "" && part.unheard !== "") {
        history[at] = { ...history[at], interrupted: true };
      }
    }
    speaker.announced!.onSaid({ ...outcome, heard: part.heard, heardMs: part.heardMs });
    return part;
  }

  /** The speaker leaves: what of it was heard is written down. */
  #leave(): HeardPart {
    const { talk, interruptible, announced } = this.#now!;
    const { history, onProtect, onLive } = this.#options;
    const out = this.#played(this.#now!);
    this.#now = undefined;
    this.#isMaking = false;
    this.#rest = [];
    if (interruptible !== true) onProtect?.(false);
    if (announced !== undefined) onLive?.(undefined);
    const { own } = talk.words;
    this.#pace.learn(own);
    const { heard, unheard } = splitHeard(own, out, this.#pace);
    if (heard !== "") history.push({ role: "agent", text: heard });
    return { heard, unheard, heardMs: out.reduce((sum, { heardMs }) => sum + heardMs, 0) };
  }

  /** What of a speaker's words has left for the caller. */
  #played({ talk: { words } }: Speaker): readonly PlayedText[] {
    const all = words.spoken.map(({ text, durationMs }) => ({ text, heardMs: durationMs }));
    return (this.#options.played?.(words.turn) ?? all).slice(words.from);
  }

  #stamped(frame: AudioFrame): AudioFrame {
    const turn = this.#turn;
    if (frame.endOfTurn) this.#ends++;
    return frame.turn === turn ? frame : { ...frame, turn };
  }
}

/** Whether it may take as long as it wants: a guest may be silent, and a bot can be cut. */
function isPatient({ announced, interruptible }: Speaker): boolean {
  return announced === undefined ? interruptible === true : announced.isGuest === true;
}
