/** The telephone of a simulated caller. */

import { amplify, FRAME_MS, frameSamples, mix } from "../audio/mod.ts";
import type { Clock, Random, Timer } from "../clock/mod.ts";
import type { Codec } from "../codec/mod.ts";
import {
  digitOf,
  DtmfSender,
  parseRtpPacket,
  parseTelephoneEvents,
  RtpPacketizer,
} from "../rtp/mod.ts";
import type { Datagram, DatagramSocket, Endpoint } from "../udp/mod.ts";
import { AgentEar } from "./agent_ear.ts";
import type { Line } from "./impair.ts";
import type { PreparedSound } from "./prepared_sound.ts";
import { SoundTrack } from "./sound_track.ts";

/** What a {@link CallerPhone} needs. */
export interface CallerPhoneOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly socket: DatagramSocket;
  /** Whom it calls. */
  readonly remote: Endpoint;
  readonly codec: Codec;
  readonly payloadType: number;
  readonly eventType: number;
  readonly line: Line;
  /** When the call began, in ms of the clock; the first packet leaves up to 20 ms after that. */
  readonly startAt: number;
  /** Called before each packet is made, with the time of the call in ms. */
  readonly onTick: (ms: number) => void;
}

/** A key that went down. */
export interface PressedKey {
  /** `0`-`9`, `*`, `#`, `A`-`D`. */
  readonly digit: string;
  /** When, in ms of the call. */
  readonly atMs: number;
}

interface Playing {
  readonly samples: Int16Array;
  /** The place of its first sample on the caller's track. */
  readonly start: number;
  readonly isLoop: boolean;
}

const FRAME = frameSamples(8000);

/** Sends a packet each 20 ms by its own clock, and hears what comes. */
export class CallerPhone {
  /** What it hears. */
  readonly ear: AgentEar;
  /** What its microphone took up, by the place in the caller's own time: see {@link timeOf}. */
  readonly sent: SoundTrack = new SoundTrack();
  /** Keys the agent pressed. */
  readonly digits: PressedKey[] = [];
  /** Nothing leaves: on hold, or without a network. */
  isMute = false;
  readonly #options: CallerPhoneOptions;
  readonly #packetizer: RtpPacketizer;
  readonly #keys: DtmfSender;
  readonly #phaseMs: number;
  readonly #frameMs: number;
  #playing: Playing[] = [];
  #background: Playing | undefined;
  #frames = 0;
  #lastEvent: number | undefined;
  #timer: Timer | undefined;

  /** Begins to send and to hear. */
  constructor(options: CallerPhoneOptions) {
    const { random, socket, eventType, line } = options;
    this.#options = options;
    this.ear = new AgentEar(line.toCaller.jitterMs ?? 0);
    this.#packetizer = new RtpPacketizer(random);
    this.#keys = new DtmfSender(eventType);
    this.#phaseMs = random.uint32() % FRAME_MS;
    this.#frameMs = FRAME_MS / (1 + line.driftPpm / 1e6);
    // It ends with the socket.
    void socket.readable.pipeTo(new WritableStream({ write: (datagram) => this.#hear(datagram) }))
      .catch(() => {});
    this.#arm(1);
  }

  /** Whether keys are down or wait. */
  get isPressing(): boolean {
    return this.#keys.pending > 0;
  }

  /** When the sample at `place` of {@link sent} was taken up, in ms of the call. */
  timeOf(place: number): number {
    return this.#phaseMs + place / FRAME * this.#frameMs;
  }

  /** Lets a sound begin now, in `onTick`. @returns when it begins and ends, in ms of the call */
  play({ samples }: PreparedSound): { readonly startMs: number; readonly endMs: number } {
    const start = this.#now;
    this.#playing.push({ samples, start, isLoop: false });
    return { startMs: this.timeOf(start), endMs: this.timeOf(start + samples.length) };
  }

  /** Lets a sound be heard over and over from now on; undefined ends it. */
  surround(sound: PreparedSound | undefined): void {
    this.#background = sound &&
      { samples: sound.samples, start: this.#now, isLoop: true };
  }

  /** The place of what is taken up from now on: a packet is made of the 20 ms before it. */
  get #now(): number {
    return (this.#frames + 1) * FRAME;
  }

  /** Presses keys, one after another. */
  press(digits: string): void {
    this.#keys.send(digits);
  }

  /** Ends it; its socket stays with whoever opened it. */
  stop(): void {
    this.#timer?.cancel();
  }

  /** The packet of a frame leaves when its sound is whole: with the beginning of the next. */
  #arm(next: number): void {
    const { clock, startAt } = this.#options;
    const dueAt = startAt + this.timeOf(next * FRAME);
    this.#timer = clock.setTimer(() => {
      this.#arm(next + 1);
      this.#tick();
    }, dueAt - clock.now());
  }

  #tick(): void {
    const { clock, startAt, codec, payloadType, socket, remote } = this.#options;
    this.#options.onTick(clock.now() - startAt);
    const place = this.#frames++ * FRAME;
    const samples = this.#microphone(place);
    this.sent.write(place, samples);
    const key = this.#keys.next();
    if (this.isMute) return this.#packetizer.skip(FRAME);
    if (key !== undefined) {
      const { payload, ...head } = key;
      return socket.send(this.#packetizer.next(payload, FRAME, head), remote);
    }
    socket.send(this.#packetizer.next(codec.encode(samples), FRAME, { payloadType }), remote);
  }

  /** What is to be heard at the caller's in the 20 ms from `place` on. */
  #microphone(place: number): Int16Array {
    this.#playing = this.#playing.filter(({ samples, start }) => start + samples.length > place);
    const sounds = this.#playing.map((sound) => partOf(sound, place));
    if (this.#background !== undefined) sounds.push(partOf(this.#background, place));
    const { echo } = this.#options.line;
    if (echo !== undefined) {
      const from = Math.round((this.timeOf(place) - echo.delayMs) * 8);
      sounds.push(amplify(this.ear.track.slice(from, FRAME), echo.levelDb));
    }
    return sounds.length === 1 ? sounds[0] : mix(new Int16Array(FRAME), ...sounds);
  }

  #hear({ data, receivedAt }: Datagram): void {
    const { codec, payloadType, eventType, startAt } = this.#options;
    const packet = parseRtpPacket(data);
    if (typeof packet === "string") return;
    const atMs = receivedAt - startAt;
    if (packet.payloadType === payloadType) {
      this.ear.push(codec.decode(packet.payload), packet.timestamp, atMs);
    } else if (packet.payloadType === eventType && packet.timestamp !== this.#lastEvent) {
      this.#lastEvent = packet.timestamp;
      const digit = digitOf(parseTelephoneEvents(packet.payload)[0]?.event ?? -1);
      if (digit !== undefined) this.digits.push({ digit, atMs });
    }
  }
}

/** The 20 ms of a sound that begin at `place`. */
function partOf({ samples, start, isLoop }: Playing, place: number): Int16Array {
  const part = new Int16Array(FRAME);
  if (samples.length === 0) return part;
  const from = place - start;
  if (!isLoop) {
    part.set(samples.subarray(from, from + FRAME));
    return part;
  }
  for (let i = 0; i < FRAME; i++) part[i] = samples[(from + i) % samples.length];
  return part;
}
