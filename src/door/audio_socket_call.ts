/** One connection of Asterisk's AudioSocket: one call. */

import { DoorLeg } from "../call/mod.ts";
import type { Timer, TokenBucket } from "../clock/mod.ts";
import { L16 } from "../codec/mod.ts";
import { MessageLine } from "../media/mod.ts";
import type { TcpConnection } from "../sip/mod.ts";
import {
  type AudioSocketFrame,
  audioSocketFrame,
  AudioSocketParser,
  KIND,
  kindOfRate,
  rateOfKind,
  uuidText,
} from "./audio_socket_frames.ts";
import { callName } from "./call_name.ts";
import { nameOf, pressKey } from "./door_message.ts";
import type { DoorPhone } from "./door_phone.ts";
import { messageRate } from "./message_rate.ts";
import { SoundOutlet } from "./sound_outlet.ts";

/** How long it may take until it is known who calls, in ms: Asterisk names the call, and `whoIs` answers. */
const NAME_MS = 5000;
/** How long the first sound is waited for, which says at what rate sound is, in ms. */
const SOUND_MS = 500;
/** The rate where nothing says it, in Hz. */
const USUAL_RATE = 8000;
/** The fastest sound that is taken, in Hz. */
const FASTEST_RATE = 48_000;

/** Who calls by AudioSocket, which itself tells nothing but a UUID. */
export interface AudioSocketCaller {
  /** The caller's number, or who it is. @default "anonymous" */
  readonly from?: string;
  /** The caller's name. @default none */
  readonly name?: string;
  /** What was called. @default "agent" */
  readonly to?: string;
  /** What else is known, by lower-case name. @default {} */
  readonly headers?: Readonly<Record<string, string>>;
}

/** How a connection is taken. */
export interface AudioSocketCallOptions {
  /** Finds out who calls, within seconds; undefined refuses the call. */
  readonly whoIs: (
    uuid: string,
  ) => AudioSocketCaller | undefined | Promise<AudioSocketCaller | undefined>;
  /** Told of what it throws. */
  readonly onError: (error: unknown) => void;
}

/** Ties a connection to a call. */
export class AudioSocketCall {
  /** Resolves, and never rejects, when the connection is over. */
  readonly ended: Promise<void>;
  readonly #phone: DoorPhone;
  readonly #connection: TcpConnection;
  readonly #options: AudioSocketCallOptions;
  readonly #parser = new AudioSocketParser();
  readonly #rate: TokenBucket;
  #timer: Timer;
  #uuid: string | undefined;
  #caller: AudioSocketCaller | undefined;
  #leg: DoorLeg | undefined;
  #line: MessageLine | undefined;
  #isOver = false;
  /** Sound that came while nobody knew who calls. */
  #early: AudioSocketFrame[] = [];

  /** Waits for the name of the call. */
  constructor(phone: DoorPhone, connection: TcpConnection, options: AudioSocketCallOptions) {
    this.#phone = phone;
    this.#connection = connection;
    this.#options = options;
    this.#rate = messageRate();
    this.#timer = phone.clock.setTimer(() => this.#refuse(), NAME_MS);
    this.ended = new Promise((resolve) => {
      connection.onClose = () => {
        this.#isOver = true;
        this.#timer.cancel();
        this.#leg?.gone("remote");
        resolve();
      };
    });
    let hasBegun = false;
    connection.onData = (data) => {
      // What comes behind the end is not worth the work.
      if (this.#isOver) return;
      // What is no Asterisk is not waited for until it has sent what its bytes mean as a length.
      if (!hasBegun && data[0] !== KIND.uuid) return this.#refuse();
      hasBegun = true;
      for (const frame of this.#parser.push(data)) this.#take(frame);
    };
  }

  /** Hangs up. */
  hangup(): void {
    if (this.#leg === undefined) this.#refuse();
    else void this.#leg.hangup();
  }

  #take(frame: AudioSocketFrame): void {
    if (this.#isOver) return;
    if (!this.#rate.take(this.#phone.clock.now())) return this.#refuse("a flood of frames");
    const { kind, payload } = frame;
    if (this.#uuid === undefined) {
      if (kind !== KIND.uuid || payload.length !== 16) return this.#refuse();
      return void this.#greet(uuidText(payload));
    }
    const rate = rateOfKind(kind);
    if (kind === KIND.hangup) this.#goneAs("remote-hangup");
    else if (kind === KIND.error) this.#goneAs(`error ${payload[0] ?? ""}`.trim());
    else if (rate !== undefined) this.#hear(frame, rate);
    else if (kind === KIND.dtmf && this.#leg !== undefined) {
      pressKey(this.#leg, String.fromCharCode(payload[0] ?? 0));
    }
    // Kinds that we do not know are passed over: Asterisk's have become more with its versions.
  }

  async #greet(uuid: string): Promise<void> {
    this.#uuid = uuid;
    try {
      this.#caller = await this.#options.whoIs(uuid);
    } catch (error) {
      this.#options.onError(error);
    }
    if (this.#isOver) return;
    this.#timer.cancel();
    if (this.#caller === undefined) return this.#refuse();
    const [first] = this.#early;
    if (first !== undefined) return this.#begin(rateOfKind(first.kind)!);
    this.#timer = this.#phone.clock.setTimer(() => this.#begin(USUAL_RATE), SOUND_MS);
  }

  #hear(frame: AudioSocketFrame, rate: number): void {
    if (rate > FASTEST_RATE) return this.#refuse();
    if (this.#line !== undefined) {
      // Another rate in the midst of a call would be heard as another voice.
      if (rate === this.#line.codec.sampleRate) this.#line.receive(frame.payload);
      return;
    }
    // A second of it, of 20 ms each.
    if (this.#early.length < 50) this.#early.push(frame);
    if (this.#caller !== undefined) this.#begin(rate);
  }

  #begin(sampleRate: number): void {
    this.#timer.cancel();
    const { clock, random } = this.#phone;
    const connection = this.#connection;
    const codec = new L16(sampleRate, { littleEndian: true });
    const silence = codec.encode(new Int16Array(sampleRate / 50));
    const kind = kindOfRate(sampleRate);
    const outlet = new SoundOutlet({
      clock,
      waitingBytes: () => connection.pendingBytes,
      bytesPerSecond: sampleRate * 2,
      onStuck: () => this.#leg?.gone("timeout"),
    });
    this.#line = new MessageLine({
      clock,
      random,
      name: "audiosocket",
      codec,
      hasRoom: () => outlet.hasRoom(),
      send: (payload = silence) => void connection.write(audioSocketFrame(kind, payload)),
    });
    const { from, name, to, headers } = this.#caller!;
    this.#leg = new DoorLeg({
      id: callName(this.#phone, this.#uuid!),
      door: "audiosocket",
      from: { user: nameOf(from, "anonymous"), ...(name !== undefined && { name }) },
      to: { user: nameOf(to, "agent") },
      headers,
      remoteAddress: connection.remote.address,
      line: this.#line,
      onOver: () => this.#close(),
    });
    this.#phone.take(this.#leg);
    for (const frame of this.#early.splice(0)) this.#hear(frame, rateOfKind(frame.kind)!);
  }

  #goneAs(reason: string): void {
    if (this.#leg === undefined) this.#close();
    else this.#leg.gone("remote", reason);
  }

  /** Whoever it is, it is no Asterisk, or not one that we know. */
  #refuse(reason = "bad frame"): void {
    this.#close();
    this.#leg?.gone("remote", reason);
  }

  #close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timer.cancel();
    this.#connection.write(audioSocketFrame(KIND.hangup));
    this.#connection.end();
    // Who does not read its end does not close either.
    const timer = this.#phone.clock.setTimer(() => this.#connection.destroy(), 2000);
    void this.ended.then(() => timer.cancel());
  }
}
