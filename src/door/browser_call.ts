/** The door for browsers, and for whatever else speaks its protocol. */

import type { Call } from "../call/mod.ts";
import type { TokenBucket } from "../clock/mod.ts";
import { browserHello } from "./browser_hello.ts";
import { type BrowserLeg, browserLeg } from "./browser_leg.ts";
import { type DoorMessage, doorMessage, MOST_SOUND_MS, pressKey } from "./door_message.ts";
import type { DoorPhone } from "./door_phone.ts";
import { messageRate } from "./message_rate.ts";
import type { MessageSocket } from "./message_socket.ts";
import { CLOSED } from "./socket_codes.ts";

/** How long a caller may take to say hello, in ms. */
const HELLO_MS = 10_000;
/** Who has said `ping` says it again within so many ms, or is gone. */
const SIGN_MS = 15_000;

/** Something of a call that the page is told: `caption`, `turn`. */
export interface BrowserNews {
  /** What it is. */
  readonly type: string;
  /** What belongs to it. */
  readonly [field: string]: unknown;
}

/** Options of {@link browserCall}. */
export interface BrowserCallOptions {
  /** The address that the connection comes from. */
  readonly remoteAddress: string;
  /**
   * Watches the call and tells its page of it, until the function that is returned is called.
   * @default the page is told of nothing but its call
   */
  readonly watch?: (call: Call, tell: (news: BrowserNews) => void) => () => void;
}

/**
 * Takes a call that comes by a WebSocket, in messages of JSON and of sound: 16-bit little-endian PCM, one
 * channel, at the rate of the hello, both ways.
 *
 * The caller says `{type:"hello", sampleRate, from?, to?}` with 16000, 24000 or 48000 Hz, then sends its
 * sound in messages of up to a second; not to send any is silence. It may say `{type:"dtmf", digit}`,
 * `{type:"ping", at?}`, which is answered by `pong`, and `{type:"hangup"}`. It should say
 * `{type:"played", ms}` ten times a second: how much of the sound that it was sent since the beginning,
 * silence included, it has played, or dropped as it was told `clear`. What it has not played does not
 * count as heard then, and more than 1.5 s of it is not sent ahead; of who never says it all that was
 * sent counts. It is told
 * `{type:"ringing"}`, `{type:"early"}` before sound that comes before the answer,
 * `{type:"answered", id, sampleRate}`, `{type:"clear"}` when what it has not played yet is to be dropped,
 * `{type:"dtmf", digit}`, and in the end `{type:"refused" | "ended", reason}`. What it says that we do
 * not know we pass over; who sends what is no message at all is cut off.
 *
 * @returns resolves, and never rejects, when the connection is over
 */
export async function browserCall(
  phone: DoorPhone,
  socket: MessageSocket,
  options: BrowserCallOptions,
): Promise<void> {
  const call = new BrowserCall(phone, socket, options);
  await call.run();
}

/** One connection. */
class BrowserCall {
  readonly #phone: DoorPhone;
  readonly #socket: MessageSocket;
  readonly #options: BrowserCallOptions;
  readonly #rate: TokenBucket;
  #caller: BrowserLeg | undefined;
  #lastAt: number;
  /** It says `ping` now and then. */
  #pings = false;

  constructor(phone: DoorPhone, socket: MessageSocket, options: BrowserCallOptions) {
    this.#phone = phone;
    this.#socket = socket;
    this.#options = options;
    this.#rate = messageRate();
    this.#lastAt = phone.clock.now();
  }

  async run(): Promise<void> {
    const { clock } = this.#phone;
    let timer = clock.setTimer(() => this.#cut("timeout", "No hello came"), HELLO_MS);
    const watch = () => {
      timer = clock.setTimer(() => {
        if (this.#pings && clock.now() - this.#lastAt > SIGN_MS) this.#caller?.leg.gone("timeout");
        else watch();
      }, SIGN_MS / 3);
    };
    try {
      for await (const message of this.#socket.messages) {
        this.#lastAt = clock.now();
        const wasKnown = this.#caller !== undefined;
        this.#take(message);
        if (wasKnown || this.#caller === undefined) continue;
        timer.cancel();
        watch();
      }
    } catch {
      // However it broke off, it is over.
    } finally {
      timer.cancel();
      this.#caller?.leg.gone("remote");
    }
  }

  #take(message: string | Uint8Array): void {
    if (!this.#rate.take(this.#phone.clock.now())) {
      return this.#cut("flood", "Messages come faster than a call has them");
    }
    if (typeof message !== "string") return this.#hear(message);
    const said = doorMessage(message);
    if (typeof said?.type !== "string") return this.#cut("bad", "That is no message");
    if (this.#caller === undefined) this.#greet(said);
    else this.#obey(said);
  }

  #greet(said: DoorMessage): void {
    const hello = browserHello(said);
    if (typeof hello === "string") return this.#cut("bad", hello);
    this.#caller = browserLeg(this.#phone, this.#socket, { ...this.#options, hello });
    const call = this.#phone.take(this.#caller.leg);
    if (call === undefined) return;
    const stop = this.#options.watch?.(call, (news) => {
      // A page that does not read what it was told is not told more.
      if (this.#socket.bufferedAmount < 262_144) this.#socket.send(JSON.stringify(news));
    });
    void call.ended.then(stop);
  }

  #obey(said: DoorMessage): void {
    const { leg, playout } = this.#caller!;
    if (said.type === "hangup") leg.gone("remote");
    else if (said.type === "ping") {
      this.#pings = true;
      this.#socket.send(JSON.stringify({ type: "pong", at: said.at }));
    } else if (said.type === "dtmf") pressKey(leg, said.digit);
    else if (said.type === "played" && typeof said.ms === "number") playout.played(said.ms);
  }

  #hear(sound: Uint8Array): void {
    if (this.#caller === undefined) return this.#cut("bad", "The first message is hello");
    const { line } = this.#caller;
    const mostBytes = line.codec.sampleRate * 2 * MOST_SOUND_MS / 1000;
    if (sound.length > mostBytes) return this.#cut("tooLarge", "A message has a second of sound");
    line.receive(sound);
  }

  /** Ends it, as the other side does not keep to the protocol. */
  #cut(why: keyof typeof CLOSED, reason: string): void {
    if (this.#caller === undefined) {
      this.#socket.send(JSON.stringify({ type: "refused", reason }));
      this.#socket.close(CLOSED[why], reason);
    } else {
      this.#socket.close(CLOSED[why], reason);
      this.#caller.leg.gone("remote", reason);
    }
  }
}
