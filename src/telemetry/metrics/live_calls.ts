/** The calls of a phone and what became of their sound, those that are over included. */

import { type Call, callQuality } from "../../call/mod.ts";
import type { MediaStatistics } from "../../media/mod.ts";
import type { PhoneHandler } from "../../phone/mod.ts";
import { RTP_FAULTS } from "../../rtp/mod.ts";

/** What is added up over the sound of calls. Times are in ms. */
export interface SoundSums {
  received: number;
  used: number;
  lost: number;
  late: number;
  duplicates: number;
  reordered: number;
  discarded: number;
  resyncs: number;
  concealedMs: number;
  silenceMs: number;
  strangers: number;
  dropped: number;
  sent: number;
  sendErrors: number;
  missed: number;
  stale: number;
  /** Datagrams that are no RTP, by what is wrong with them. */
  readonly malformed: Record<string, number>;
}

/** How good the lines of calls are now: of those from which sound came, each list in order. */
export interface LineQualities {
  /** What their users would say, 1 to 4.5. */
  readonly mos: readonly number[];
  /** The share of packets that was lost. */
  readonly lossShare: readonly number[];
  /** How unevenly packets come, in ms. */
  readonly jitterMs: readonly number[];
}

/** All that is read of calls for one scrape. */
interface Look {
  readonly sums: SoundSums;
  readonly qualities: LineQualities;
}

/**
 * Knows all calls from when they come until nothing is left of them, and keeps the sums of those that are
 * over: a count must not go down when a call ends.
 */
export class LiveCalls {
  readonly #over = newSums();
  readonly #calls = new Map<Call, number>();
  readonly #now: () => number;
  readonly #onOver: (call: Call) => void;
  readonly #stop: () => void;
  #isStopped = false;
  #look: Look | undefined;

  /** Follows the calls of `phone`, also those that it has already. `onOver` is told of each that ends. */
  constructor(phone: PhoneHandler, onOver: (call: Call) => void) {
    const { clock } = phone;
    this.#now = () => clock.now();
    this.#onOver = onOver;
    for (const call of phone.calls) this.#add(call);
    this.#stop = phone.on("arrived", ({ call }) => this.#add(call));
  }

  /** The calls there are. */
  get calls(): Iterable<Call> {
    return this.#calls.keys();
  }

  /** How long ago a call came or was begun, in ms; undefined for one that is over. */
  ageMs(call: Call): number | undefined {
    const since = this.#calls.get(call);
    return since === undefined ? undefined : this.#now() - since;
  }

  /** The sums over all calls, past and present. */
  get sums(): Readonly<SoundSums> {
    return this.#seen.sums;
  }

  /** How good the lines are now. */
  get qualities(): LineQualities {
    return this.#seen.qualities;
  }

  /** All figures of one scrape, which are read one right after the other, share one look at the calls. */
  get #seen(): Look {
    if (this.#look === undefined) {
      this.#look = this.#lookAt(this.#calls.keys());
      void Promise.resolve().then(() => this.#forget());
    }
    return this.#look;
  }

  #lookAt(calls: Iterable<Call>): Look {
    const sums = { ...this.#over, malformed: { ...this.#over.malformed } };
    const qualities = { mos: [] as number[], lossShare: [] as number[], jitterMs: [] as number[] };
    for (const { media } of calls) {
      if (media === undefined) continue;
      const { codec, statistics } = media;
      addTo(sums, statistics);
      if (statistics.jitter.delivered === 0) continue;
      const { mos, lossShare, jitterMs } = callQuality(codec, statistics).heard;
      qualities.mos.push(mos);
      qualities.lossShare.push(lossShare);
      qualities.jitterMs.push(jitterMs);
    }
    for (const values of Object.values(qualities)) values.sort((a, b) => a - b);
    return { sums, qualities };
  }

  /** Follows no call any more; the sums stay as they are. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#stop();
    for (const call of this.#calls.keys()) this.#keep(call);
    this.#calls.clear();
    this.#forget();
  }

  #keep({ media }: Call): void {
    if (media !== undefined) addTo(this.#over, media.statistics);
  }

  #forget(): void {
    this.#look = undefined;
  }

  #add(call: Call): void {
    this.#calls.set(call, this.#now());
    void call.ended.then(() => {
      if (this.#isStopped) return;
      this.#keep(call);
      this.#calls.delete(call);
      this.#forget();
      this.#onOver(call);
    });
  }
}

function newSums(): SoundSums {
  return {
    ...{ received: 0, used: 0, lost: 0, late: 0, duplicates: 0, reordered: 0, discarded: 0 },
    ...{ resyncs: 0, concealedMs: 0, silenceMs: 0, strangers: 0, dropped: 0, sent: 0 },
    ...{ sendErrors: 0, missed: 0, stale: 0 },
    malformed: Object.fromEntries(RTP_FAULTS.map((fault) => [fault, 0])),
  };
}

function addTo(sums: SoundSums, { jitter, rtp, socket, pacing }: MediaStatistics): void {
  sums.received += socket.received;
  sums.used += jitter.delivered;
  sums.lost += jitter.lost;
  sums.late += jitter.late;
  sums.duplicates += jitter.duplicates;
  sums.reordered += jitter.reordered;
  sums.discarded += jitter.strays + jitter.invalid + jitter.tooFast + rtp.wrongPayloadType;
  sums.resyncs += jitter.resyncs;
  sums.concealedMs += jitter.concealedMs;
  sums.silenceMs += jitter.silenceMs;
  sums.strangers += rtp.wrongSource + rtp.wrongSsrc + rtp.wrongRtcpSource;
  sums.dropped += socket.dropped;
  sums.sent += pacing.audio + pacing.silence + pacing.events;
  sums.sendErrors += socket.sendErrors;
  sums.missed += pacing.missed;
  sums.stale += pacing.stale;
  for (const [fault, count] of Object.entries(rtp.faults)) {
    sums.malformed[fault] = (sums.malformed[fault] ?? 0) + count;
  }
}
