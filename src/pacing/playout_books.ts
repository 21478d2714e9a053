/** What becomes of a pacer's frames, as it is written down. */

import type { EncodedFrame } from "../audio/mod.ts";
import type { PacerOptions } from "./pacer_options.ts";
import type { PlayoutLedger } from "./playout_ledger.ts";
import { type PacketUnderWay, UnderWay } from "./under_way.ts";

/**
 * Keeps the ledger of a pacer: of what leaves at once or, where it is told what is played, of that when
 * it is told.
 */
export class PlayoutBooks {
  readonly #ledger: PlayoutLedger;
  readonly #options: Pick<PacerOptions, "clock" | "clockRate" | "unplayed">;
  /** Where it is told what is played. */
  readonly #underWay: UnderWay | undefined;
  /** Turns of which no more frames will come. */
  readonly #ending = new Set<number>();

  /** Nothing has left yet. */
  constructor(
    ledger: PlayoutLedger,
    options: Pick<PacerOptions, "clock" | "clockRate" | "unplayed">,
  ) {
    this.#ledger = ledger;
    this.#options = options;
    this.#underWay = options.unplayed && new UnderWay();
  }

  /** Whether sound of the chain has left that was not played yet. */
  get isUnderWay(): boolean {
    return this.#underWay?.hasSound ?? false;
  }

  /** No more frames of a turn will come: it is over when those that there are have been played. */
  finish(turn: number): void {
    this.#ending.add(turn);
  }

  /** A frame leaves now, or leaves as silence; or silence, as there is none. */
  leaves(frame: EncodedFrame | undefined, { isMuted }: { readonly isMuted: boolean }): void {
    const ended = [...this.#ending].filter((turn) => !(frame && !(frame.turn! > turn)));
    for (const turn of ended) this.#ending.delete(turn);
    const packet = { frame, isMuted, ended };
    if (this.#underWay === undefined) return this.#note(packet);
    if (frame && !isMuted) this.#ledger.left(frame, { at: this.#options.clock.now() });
    this.#underWay.left(packet);
  }

  /** Something else leaves in the place of a frame. */
  passes(): void {
    this.#underWay?.left({ frame: undefined, isMuted: false, ended: [] });
  }

  /** Writes down what was played since it was asked last. */
  settle(): void {
    if (this.#underWay === undefined) return;
    const unplayed = this.#options.unplayed!();
    for (const packet of this.#underWay.played(unplayed)) this.#note(packet);
  }

  /** A frame will never leave. */
  dropped(frame: EncodedFrame): void {
    this.#ledger.dropped(frame, this.#msOf(frame));
  }

  /** Turns before this one are over: what of them has left, and was not played, is not played any more. */
  cut(turn: number): void {
    this.#dropUnplayed();
    this.#ending.clear();
    this.#ledger.cut(turn);
  }

  /** The same for all turns. */
  close(): void {
    this.#dropUnplayed();
    this.#ledger.close();
  }

  #note({ frame, isMuted, ended }: PacketUnderWay): void {
    for (const turn of ended) this.#ledger.finish(turn);
    if (!frame) return;
    if (isMuted) this.dropped(frame);
    else this.#ledger.sent(frame, this.#msOf(frame), { at: this.#options.clock.now() });
    if (frame.endOfTurn && frame.turn !== undefined) this.#ledger.finish(frame.turn);
  }

  #dropUnplayed(): void {
    if (this.#underWay === undefined) return;
    this.settle();
    for (const { frame } of this.#underWay.lost()) if (frame) this.dropped(frame);
  }

  #msOf({ duration }: EncodedFrame): number {
    return duration / this.#options.clockRate * 1000;
  }
}
