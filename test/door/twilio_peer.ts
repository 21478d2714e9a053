/**
 * Twilio's end of a media stream, written from its documentation alone: what it sends, and what it does
 * with what it is sent. It shares no code with our adapter; there is no Twilio to be had here.
 *
 * https://www.twilio.com/docs/voice/media-streams/websocket-messages
 */

import type { Clock, Timer } from "../../src/clock/mod.ts";
import { FarEnd } from "./socket_pair.ts";

/** Bytes of mu-law at 8 kHz in 20 ms. */
const CHUNK = 160;
const SILENCE = 0xff;

export interface TwilioPeerOptions {
  readonly callSid?: string;
  readonly parameters?: Record<string, string>;
  readonly mediaFormat?: Record<string, unknown>;
  /** How long after it came sound is played, in ms. @default 0 */
  readonly lateMs?: number;
}

/** One stream. */
export class TwilioPeer {
  readonly far = new FarEnd();
  readonly streamSid = `MZ${"0123456789abcdef".repeat(2)}`;
  readonly callSid: string;
  /** What the caller has heard, 20 ms for each that has passed. */
  readonly played: number[] = [];
  /** What waits to be played, and the names of the marks between it. */
  readonly buffer: (number | string)[] = [];
  /** How much waited at most, in ms. */
  mostBufferedMs = 0;
  cleared = 0;
  /** It plays, and sends marks back; else it stands still. */
  isPlaying = true;
  readonly faults: string[] = [];
  readonly #clock: Clock;
  readonly #options: TwilioPeerOptions;
  #sequence = 1;
  #chunk = 1;
  #startedAt = 0;
  #read = 0;
  /** What came and is not to be played yet. */
  #late: { readonly at: number; readonly what: (number | string)[] }[] = [];
  #timer: Timer | undefined;

  constructor(clock: Clock, options: TwilioPeerOptions = {}) {
    this.#clock = clock;
    this.#options = options;
    this.callSid = options.callSid ?? `CA${"fedcba9876543210".repeat(2)}`;
  }

  /** `connected` and `start`; from then on it plays. */
  begin(): void {
    this.far.say({ event: "connected", protocol: "Call", version: "1.0.0" });
    this.#say({
      event: "start",
      start: {
        streamSid: this.streamSid,
        accountSid: `AC${"00112233445566778899aabbccddeeff"}`,
        callSid: this.callSid,
        tracks: ["inbound"],
        customParameters: this.#options.parameters ?? {},
        mediaFormat: this.#options.mediaFormat ??
          { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 },
      },
    });
    this.#startedAt = this.#clock.now();
    this.#tick();
  }

  /** The caller is heard. */
  media(sound: Uint8Array): void {
    this.#say({
      event: "media",
      media: {
        track: "inbound",
        chunk: String(this.#chunk++),
        timestamp: String(Math.round(this.#clock.now() - this.#startedAt)),
        payload: Buffer.from(sound).toString("base64"),
      },
    });
  }

  /** The caller presses a key. */
  dtmf(digit: string): void {
    this.#say({ event: "dtmf", dtmf: { track: "inbound_track", digit } });
  }

  /** The call is over at Twilio. */
  stop(): void {
    this.#say({ event: "stop", stop: { accountSid: "AC", callSid: this.callSid } });
    this.leave();
  }

  /** The stream is closed. */
  leave(): void {
    this.#timer?.cancel();
    this.far.leave();
  }

  #say(message: Record<string, unknown>): void {
    const sequenceNumber = String(this.#sequence++);
    this.far.say({ ...message, sequenceNumber, streamSid: this.streamSid });
  }

  #tick(): void {
    const { told } = this.far;
    for (; this.#read < told.length; this.#read++) this.#take(told[this.#read]);
    while (this.#late.length > 0 && this.#late[0].at <= this.#clock.now()) {
      this.buffer.push(...this.#late.shift()!.what);
    }
    if (this.far.closed === undefined) this.#timer = this.#clock.setTimer(() => this.#tick(), 20);
    if (!this.isPlaying) return;
    const waiting = this.buffer.filter((what) => typeof what === "number").length;
    this.mostBufferedMs = Math.max(this.mostBufferedMs, waiting / 8);
    const chunk: number[] = [];
    for (; chunk.length < CHUNK && this.buffer.length > 0;) {
      const what = this.buffer.shift()!;
      if (typeof what === "number") chunk.push(what);
      else this.#marked(what);
    }
    while (typeof this.buffer[0] === "string") this.#marked(this.buffer.shift() as string);
    while (chunk.length < CHUNK) chunk.push(SILENCE);
    this.played.push(...chunk);
  }

  #take(message: Record<string, unknown>): void {
    const { event, streamSid, media } = message;
    if (streamSid !== this.streamSid) this.faults.push(`streamSid ${streamSid}`);
    if (event === "media") {
      const { payload } = media as { payload: string };
      const bytes = Buffer.from(payload, "base64");
      if (bytes.toString("base64") !== payload) this.faults.push("no base64");
      this.#play([...bytes]);
    } else if (event === "mark") this.#play([(message.mark as { name: string }).name]);
    else if (event === "clear") {
      this.cleared++;
      const dropped = [...this.buffer, ...this.#late.flatMap(({ what }) => what)];
      this.buffer.length = this.#late.length = 0;
      for (const what of dropped) if (typeof what === "string") this.#marked(what);
    } else this.faults.push(`event ${event}`);
  }

  #play(what: (number | string)[]): void {
    this.#late.push({ at: this.#clock.now() + (this.#options.lateMs ?? 0), what });
  }

  #marked(name: string): void {
    this.#say({ event: "mark", mark: { name } });
  }
}
