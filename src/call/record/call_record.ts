/** What is kept of a call when it is over. */

import type { KeyPress } from "../keys/mod.ts";

/** The record of one call, as it is written: one line of JSON. Times are ISO 8601, in UTC. */
export interface CallRecord {
  /** The shape of this record; it grows when a reader of the old one would go wrong. */
  readonly version: 1;
  /** Names the call: FreeSWITCH's channel, or the Call-ID where there is none. */
  readonly id: string;
  /** The Call-ID of its SIP dialog. */
  readonly sipCallId: string;
  /** Whether it came in, or was ours. */
  readonly direction: "in" | "out";
  /** What it came by, where that is not SIP. */
  readonly door?: string;
  /** Who called. */
  readonly from: { readonly user: string; readonly name?: string };
  /** Who was called. */
  readonly to: { readonly user: string };
  /** When it came, or was begun. */
  readonly startedAt: string;
  /** When it was answered; absent if it was not. */
  readonly answeredAt?: string;
  /** When it was over. */
  readonly endedAt: string;
  /** From the start to the answer or, without one, to the end, in ms. */
  readonly ringMs: number;
  /** From the answer to the end, in ms. */
  readonly durationMs: number;
  /** Why it is over. */
  readonly end: CallRecordEnd;
  /** The codec, by its name in SDP; absent if there was no sound. */
  readonly codec?: string;
  /** The stages of the call, with their rates. */
  readonly chain?: string;
  /** The caller's turns, the first 1000 of them. */
  readonly turns: readonly TurnRecord[];
  /** From the end of a turn to the first sound of its answer; absent without an answer. */
  readonly latency?: LatencyRecord;
  /** The keys that were pressed, the first 500 of them; masked digits are `x`. */
  readonly keys: readonly (KeyPress & { readonly atMs: number })[];
  /** How the line was; absent if there was no sound. */
  readonly quality?: CallQuality;
  /** The recording; absent if there is none. */
  readonly recording?: { readonly path: string; readonly outcome?: "finished" | "failed" };
}

/** Why a call is over. */
export interface CallRecordEnd {
  /** Who ended it, or what: see `SipCallEnd`. */
  readonly cause: string;
  /** The status that it was refused with. */
  readonly status?: number;
  /** The Reason field of the other side. */
  readonly reason?: string;
  /** To whom the caller went, if it was transferred; `park` if it was parked. */
  readonly transferredTo?: string;
  /** Why the agent has ended the conversation, if it has. */
  readonly left?: string;
  /** What failed on our side. */
  readonly error?: string;
}

/** One turn of the caller, and its answer. */
export interface TurnRecord {
  /** Its number. */
  readonly turn: number;
  /** When it began, in ms after the answer of the call. */
  readonly atMs: number;
  /** Its length, with the silence that ended it, in ms; absent if it did not end. */
  readonly durationMs?: number;
  /** From its end to the transcript, in ms; may be below 0 where the caller is heard as it speaks. */
  readonly transcriptMs?: number;
  /** From its end to the first of the model's words, in ms. */
  readonly firstTokenMs?: number;
  /** From its end to the first sound of the answer, in ms. */
  readonly firstAudioMs?: number;
  /** From its end to the first packet of the answer, in ms. */
  readonly firstPacketMs?: number;
  /** The caller spoke over the agent. */
  readonly interrupted?: true;
  /** The steps that failed in it. */
  readonly failures?: readonly string[];
  /** What the caller said, where words are kept. */
  readonly heard?: string;
  /** What the agent answered, where words are kept. */
  readonly said?: string;
}

/** Latencies over the turns of a call, in ms. */
export interface LatencyRecord {
  /** Half of the answers were quicker. */
  readonly p50: number;
  /** 95 in 100 were quicker. */
  readonly p95: number;
  /** The slowest. */
  readonly max: number;
}

/** How the line was, in both directions. */
export interface CallQuality {
  /** What we heard of the caller. */
  readonly heard: LineRecord & {
    /** Packets that were used. */
    readonly packets: number;
    /** Sound that was made up, in ms. */
    readonly concealedMs: number;
  };
  /** What the other side heard of us, as its RTCP tells; absent if it sends none. */
  readonly sent?: LineRecord;
  /** There and back, in ms, as RTCP measures it; absent if the other side sends none. */
  readonly roundTripMs?: number;
}

/** One direction of a line. */
export interface LineRecord {
  /** The share of packets that was lost or came too late, 0-1. */
  readonly lossShare: number;
  /** How unevenly packets came (RFC 3550), in ms. */
  readonly jitterMs: number;
  /** The mean opinion score that the E-model estimates, 1 to 4.5. */
  readonly mos: number;
}
