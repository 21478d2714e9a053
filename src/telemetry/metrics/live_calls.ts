/** The calls of a phone and what became of their sound, those that are over included. */

import type { Call } from "../../call/mod.ts";
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
  interrupted: number;
  /** Datagrams that are no RTP, by what is wrong with them. */
  readonly malformed: Record<string, number>;
}

/** A call and what its sound has come to. */
export interface CallSound {
  readonly call: Call;
  readonly codec: string;
  readonly statistics: MediaStatistics;
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
  #sounds: readonly CallSound[] | undefined;
  #sums: Readonly<SoundSums> | undefined;

  /** Follows the calls of `phone`, also those that it has already. `onOver` is told of each that ends. */
  constructor(phone: PhoneHandler, onOver: (call: Call) => void) {
    const { clock } = phone.vitals;
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

  /** The sound of the calls there are. All figures of one scrape share one look at it. */
  get sounds(): readonly CallSound[] {
    if (this.#sounds === undefined) {
      this.#sounds = [...this.#calls.keys()].flatMap(soundOf);
      void Promise.resolve().then(() => this.#forget());
    }
    return this.#sounds;
  }

  /** The sums over all calls, past and present. */
  get sums(): Readonly<SoundSums> {
    const { sounds } = this;
    if (this.#sums === undefined) {
      const sums = { ...this.#over, malformed: { ...this.#over.malformed } };
      for (const { statistics } of sounds) addTo(sums, statistics);
      this.#sums = sums;
    }
    return this.#sums;
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

  #keep(call: Call): void {
    for (const { statistics } of soundOf(call)) addTo(this.#over, statistics);
  }

  #forget(): void {
    this.#sounds = this.#sums = undefined;
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

function soundOf(call: Call): CallSound[] {
  const { media } = call;
  return media === undefined ? [] : [{ call, codec: media.codec, statistics: media.statistics }];
}

function newSums(): SoundSums {
  return {
    ...{ received: 0, used: 0, lost: 0, late: 0, duplicates: 0, reordered: 0, discarded: 0 },
    ...{ resyncs: 0, concealedMs: 0, silenceMs: 0, strangers: 0, dropped: 0, sent: 0 },
    ...{ sendErrors: 0, missed: 0, stale: 0, interrupted: 0 },
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
  sums.discarded += jitter.strays + jitter.invalid + rtp.wrongPayloadType;
  sums.resyncs += jitter.resyncs;
  sums.concealedMs += jitter.concealedMs;
  sums.silenceMs += jitter.silenceMs;
  sums.strangers += rtp.wrongSource + rtp.wrongSsrc + rtp.wrongRtcpSource;
  sums.dropped += socket.dropped;
  sums.sent += pacing.audio + pacing.silence + pacing.events;
  sums.sendErrors += socket.sendErrors;
  sums.missed += pacing.missed;
  sums.stale += pacing.stale;
  sums.interrupted += pacing.interrupted;
  for (const [fault, count] of Object.entries(rtp.faults)) {
    sums.malformed[fault] = (sums.malformed[fault] ?? 0) + count;
  }
}
