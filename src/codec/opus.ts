/**
 * Opus (RFC 6716, RFC 7587) on libopus 1.4 in npm's opusscript, the one file that imports it.
 *
 * Of opusscript only the WebAssembly build is used, not the class around it: that class indexes the
 * heap by bytes where it must by words, so that its 80th live instance throws, and keeps views that
 * die when the heap grows.
 *
 * @module
 */

// @ts-ignore: the build has no types; Native below says what is used of it.
import createNative from "opusscript/build/opusscript_native_wasm.js";
import type { Codec, CodecFormat } from "./codec.ts";
import { lostOpusPacket, opusDuration, redundantOpusPacket } from "./opus_packet.ts";

export type { Codec, CodecFormat };

/** What is used of the WebAssembly build. Its heap views are made anew whenever the heap grows. */
interface Native {
  readonly HEAP16: Int16Array;
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  readonly OpusScriptHandler: new (
    sampleRate: number,
    channels: number,
    application: number,
  ) => NativeHandler;
}

/** An encoder and a decoder. Numbers below zero are libopus's errors. */
interface NativeHandler {
  _encode(pcm: number, bytes: number, packet: number, frameSize: number): number;
  _decode(packet: number, bytes: number, pcm: number): number;
  _encoder_ctl(request: number, value: number): number;
  delete(): void;
}

const native: Native = createNative();

const MAX_PACKET_BYTES = 3828;
const MAX_DECODED_WORDS = 2 * 5760;
// All instances work in the same two places of the heap, as each call is done when it returns.
const PACKET = native._malloc(MAX_PACKET_BYTES);
const PCM = native._malloc(2 * MAX_DECODED_WORDS);

// Names of opus_defines.h.
const APPLICATION_VOIP = 2048;
const SIGNAL_VOICE = 3001;
const SET_BITRATE = 4002;
const SET_COMPLEXITY = 4010;
const SET_INBAND_FEC = 4012;
const SET_PACKET_LOSS_PERC = 4014;
const SET_DTX = 4016;
const SET_SIGNAL = 4024;

const DEFAULT_BITRATE = 24000;
const MIN_BITRATE = 6000;
/** The header of a SILK packet of one mono frame of 20 ms at 16 kHz. */
const WIDE_BAND_20_MS = 9 << 3;
const TICKS_PER_SAMPLE = 3;
const PACKET_SAMPLES: readonly number[] = [40, 80, 160, 320, 640, 960];

/** How an {@link OpusCodec} encodes. */
export interface OpusOptions {
  /** Bits per second, 6000-510000. Below about 20000 there is no room for forward error correction. @default 24000 */
  readonly bitrate?: number;
  /** Percent of packets that are expected to be lost, 0-100; 0 leaves out forward error correction. @default 10 */
  readonly expectedLoss?: number;
  /** How hard to try, 0-10: 20 ms take about 0.13 ms of a core at 1, 0.28 at 5, 0.55 at 9. @default 5 */
  readonly complexity?: number;
}

/**
 * Opus for one call, decoded and encoded at 16 kHz mono.
 *
 * @example
 * ```ts
 * import { OpusCodec } from "@sofia/phone/codec/opus";
 * import assert from "node:assert/strict";
 *
 * const codec = new OpusCodec();
 * const payload = codec.encode(new Int16Array(320));
 * assert.equal(codec.durationOf(payload), 960);
 * assert.equal(codec.decode(payload).length, 320);
 * codec.close();
 * ```
 */
export class OpusCodec implements Codec {
  /** The encoding name. */
  readonly name = "opus";
  /** Ticks of the RTP timestamp per second: always those of 48 kHz (RFC 7587 section 4.1). */
  readonly clockRate = 48000;
  /** Samples per second inside. */
  readonly sampleRate = 16000;
  #handler: NativeHandler | undefined;
  /** What to decode when a packet is lost: takes its form from the last one that was not. */
  #lost: Uint8Array = Uint8Array.of(WIDE_BAND_20_MS);

  /**
   * A new encoder and decoder, about 90 kB until {@link close}.
   *
   * @throws {RangeError} if libopus refuses an option
   */
  constructor(options: OpusOptions = {}) {
    const { bitrate = DEFAULT_BITRATE, expectedLoss = 10, complexity = 5 } = options;
    this.#handler = new native.OpusScriptHandler(this.sampleRate, 1, APPLICATION_VOIP);
    this.#set(SET_BITRATE, bitrate, "bitrate");
    this.#set(SET_PACKET_LOSS_PERC, expectedLoss, "expectedLoss");
    this.#set(SET_INBAND_FEC, expectedLoss > 0 ? 1 : 0, "expectedLoss");
    this.#set(SET_COMPLEXITY, complexity, "complexity");
    this.#set(SET_SIGNAL, SIGNAL_VOICE, "signal");
    // Silence is sent too: the other side may take a line without packets for a dead one.
    this.#set(SET_DTX, 0, "dtx");
  }

  /** What the packet's own header says, in ticks of 48 kHz; 0 if it is none. */
  durationOf(payload: Uint8Array): number {
    return opusDuration(payload);
  }

  /** 16 kHz mono. A packet that cannot be decoded gives silence as long as it says it is. */
  decode(payload: Uint8Array): Int16Array {
    const length = opusDuration(payload) / TICKS_PER_SAMPLE;
    if (length === 0) return new Int16Array(0);
    const samples = this.#decode(payload);
    if (!samples) return new Int16Array(length);
    this.#lost = lostOpusPacket(payload);
    return samples;
  }

  /**
   * Encodes 2.5, 5, 10, 20, 40 or 60 ms of 16 kHz mono.
   *
   * @throws {RangeError} if `samples` has another length
   */
  encode(samples: Int16Array): Uint8Array {
    const handler = this.#live();
    if (!PACKET_SAMPLES.includes(samples.length)) {
      throw new RangeError(
        `Cannot encode Opus as a packet must have ${PACKET_SAMPLES.join(", ")} samples: ` +
          `current value is ${samples.length}`,
      );
    }
    native.HEAP16.set(samples, PCM >> 1);
    // With a length of 0 bytes the build skips its own unpacking and takes the samples as they are.
    const length = handler._encode(PCM, 0, PACKET, samples.length);
    if (length < 0) throw new Error(`Cannot encode Opus: libopus says ${length}`);
    return native.HEAPU8.slice(PACKET, PACKET + length);
  }

  /**
   * The lost sound before `next`: its last 20 ms out of the forward error correction in `next` if it
   * has some, all else continued from what was decoded before.
   */
  recover(samples: number, next?: Uint8Array): Int16Array {
    const sound = new Int16Array(samples);
    const redundant = next && redundantOpusPacket(next);
    const copied = redundant ? opusDuration(redundant) / TICKS_PER_SAMPLE : 0;
    // A copy for a gap shorter than itself would put the decoder ahead of the line.
    const concealed = copied <= samples ? samples - copied : samples;
    let position = 0;
    while (position < concealed) {
      const piece = this.#decode(this.#lost);
      if (!piece) return sound;
      sound.set(piece.subarray(0, concealed - position), position);
      position += piece.length;
    }
    if (redundant && copied <= samples) {
      sound.set(this.#decode(redundant) ?? new Int16Array(copied), concealed);
    }
    return sound;
  }

  /** Frees the encoder and decoder; a second time does nothing. */
  close(): void {
    this.#handler?.delete();
    this.#handler = undefined;
  }

  #decode(packet: Uint8Array): Int16Array | undefined {
    const handler = this.#live();
    if (packet.length > MAX_PACKET_BYTES) return undefined;
    native.HEAPU8.set(packet, PACKET);
    const length = handler._decode(PACKET, packet.length, PCM);
    if (length < 0) return undefined;
    const samples = new Int16Array(length);
    // The build gives each byte in a word of its own, the lower one first.
    const words = native.HEAP16.subarray(PCM >> 1, (PCM >> 1) + 2 * length);
    for (let i = 0; i < length; i++) samples[i] = words[2 * i] | (words[2 * i + 1] << 8);
    return samples;
  }

  #set(request: number, value: number, option: string): void {
    if (this.#live()._encoder_ctl(request, value) === 0) return;
    this.close();
    throw new RangeError(
      `Cannot create Opus codec as libopus must accept ${option}: current value is ${value}`,
    );
  }

  #live(): NativeHandler {
    if (!this.#handler) throw new TypeError("Cannot use Opus codec as it must not be closed");
    return this.#handler;
  }
}

/**
 * An {@link OpusCodec} that encodes as the fmtp of `agreed` asks: forward error correction if
 * `useinbandfec=1`, and no more bits than `maxaveragebitrate`
 * ({@link https://www.rfc-editor.org/rfc/rfc7587#section-6.1 RFC 7587 section 6.1}).
 */
export function createOpus(agreed?: CodecFormat): OpusCodec {
  if (!agreed) return new OpusCodec();
  const parameters = new Map(
    (agreed.fmtp ?? "").split(";").map((parameter) => {
      const [name, value = ""] = parameter.split("=");
      return [name.trim().toLowerCase(), value.trim()];
    }),
  );
  const limit = Number(parameters.get("maxaveragebitrate") ?? NaN);
  return new OpusCodec({
    bitrate: limit >= MIN_BITRATE ? Math.min(DEFAULT_BITRATE, limit) : DEFAULT_BITRATE,
    expectedLoss: parameters.get("useinbandfec") === "1" ? undefined : 0,
  });
}
