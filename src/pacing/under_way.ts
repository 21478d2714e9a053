/** What has left and was not played yet, where whoever plays it tells. */

import type { EncodedFrame } from "../audio/mod.ts";

/** A packet that has left. */
export interface PacketUnderWay {
  /** The chain's frame in it; undefined for silence, and for what a source gave. */
  readonly frame: EncodedFrame | undefined;
  /** It left as silence. */
  readonly isMuted: boolean;
  /** The turns of which nothing comes behind it. */
  readonly ended: readonly number[];
}

/**
 * Keeps packets until they are played. They are counted from the newest one backwards, so that nobody
 * has to number them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { UnderWay } from "./under_way.ts";
 *
 * const underWay = new UnderWay();
 * for (let n = 0; n < 3; n++) underWay.left({ frame: undefined, isMuted: false, ended: [] });
 * assert.equal(underWay.played(2).length, 1);
 * assert.equal(underWay.lost().length, 2);
 * ```
 */
export class UnderWay {
  #packets: PacketUnderWay[] = [];
  #sounding = 0;

  /** Whether sound of the chain is among them. */
  get hasSound(): boolean {
    return this.#sounding > 0;
  }

  /** A packet has left. */
  left(packet: PacketUnderWay): void {
    this.#packets.push(packet);
    if (packet.frame !== undefined) this.#sounding++;
  }

  /** All but the last `unplayed` packets were played: gives those that were not known to be. */
  played(unplayed: number): PacketUnderWay[] {
    return this.#take(Math.max(0, this.#packets.length - unplayed));
  }

  /** None of them will be played: gives all of them. */
  lost(): PacketUnderWay[] {
    return this.#take(this.#packets.length);
  }

  #take(count: number): PacketUnderWay[] {
    if (count === 0) return [];
    const taken = this.#packets.splice(0, count);
    this.#sounding -= taken.filter(({ frame }) => frame !== undefined).length;
    return taken;
  }
}
