/** The door for Twilio Media Streams, both ways. */

import { DoorLeg } from "../call/mod.ts";
import type { TokenBucket } from "../clock/mod.ts";
import { G711 } from "../codec/mod.ts";
import { MessageLine } from "../media/mod.ts";
import { callName } from "./call_name.ts";
import {
  type DoorMessage,
  doorMessage,
  isRecord,
  MOST_SOUND_MS,
  nameOf,
  pressKey,
} from "./door_message.ts";
import type { DoorPhone } from "./door_phone.ts";
import { messageRate } from "./message_rate.ts";
import type { MessageSocket } from "./message_socket.ts";
import { CLOSED } from "./socket_codes.ts";
import { isSameSecret } from "./is_same_secret.ts";
import { KEY_PARAMETER } from "./twilio_answer.ts";
import {
  markedMs,
  twilioHeaders,
  twilioSound,
  type TwilioStart,
  twilioStart,
} from "./twilio_messages.ts";
import { streamKey } from "./twilio_signature.ts";
import { TwilioVoice } from "./twilio_voice.ts";

/** How long Twilio may take to say who calls, in ms. */
const START_MS = 10_000;

/** Options of {@link twilioCall}. */
export interface TwilioCallOptions {
  /** The address that the connection comes from. */
  readonly remoteAddress: string;
  /**
   * The token of the account: only streams that {@link twilioAnswer} has invited are taken. False takes any
   * stream, where somebody else makes sure that it is Twilio's.
   */
  readonly authToken: string | false;
}

/**
 * Takes a call that Twilio connects by `<Connect><Stream>`: mu-law at 8 kHz, in JSON and base64.
 *
 * The call is named by its CallSid; the stream's parameters are its headers, those named `From` and `To`
 * say who calls whom. Sound is sent when it is due and no sooner, so that Twilio has little to drop when
 * the agent is interrupted, which it is told by `clear`; by `mark` it tells what it has played. A key of
 * ours is its tone, as Twilio knows no other way. When the call is over the stream is closed, and Twilio
 * goes on in its TwiML.
 *
 * @returns resolves, and never rejects, when the connection is over
 */
export async function twilioCall(
  phone: DoorPhone,
  socket: MessageSocket,
  options: TwilioCallOptions,
): Promise<void> {
  const call = new TwilioCall(phone, socket, options);
  await call.run();
}

/** One connection. */
class TwilioCall {
  readonly #phone: DoorPhone;
  readonly #socket: MessageSocket;
  readonly #options: TwilioCallOptions;
  readonly #rate: TokenBucket;
  #leg: DoorLeg | undefined;
  #line: MessageLine | undefined;
  #voice: TwilioVoice | undefined;
  /** It was asked for a sign of life, and has not given any. */
  #isAsked = false;

  constructor(phone: DoorPhone, socket: MessageSocket, options: TwilioCallOptions) {
    this.#phone = phone;
    this.#socket = socket;
    this.#options = options;
    this.#rate = messageRate();
  }

  async run(): Promise<void> {
    const timer = this.#phone.clock.setTimer(() => {
      if (this.#leg === undefined) this.#socket.close(CLOSED.timeout, "No start came");
    }, START_MS);
    try {
      for await (const message of this.#socket.messages) this.#take(message);
    } catch {
      // However it broke off, it is over.
    } finally {
      timer.cancel();
      this.#leg?.gone("remote");
    }
  }

  #take(message: string | Uint8Array): void {
    if (!this.#rate.take(this.#phone.clock.now())) {
      return this.#cut("flood", "Messages come faster than a call has them");
    }
    const said = typeof message === "string" ? doorMessage(message) : undefined;
    if (said === undefined) return this.#cut("bad", "That is no message");
    this.#isAsked = false;
    if (said.event === "connected") return;
    if (this.#leg === undefined) this.#begin(said);
    else this.#follow(this.#leg, said);
  }

  #begin(said: DoorMessage): void {
    const start = twilioStart(said);
    if (typeof start === "string") return this.#cut("bad", start);
    const { authToken } = this.#options;
    const { callSid, parameters: { [KEY_PARAMETER]: key = "" } } = start;
    if (authToken !== false && !isSameSecret(key, streamKey(callSid, authToken))) {
      return this.#cut("forbidden", "No answer of ours has invited this stream");
    }
    this.#line = this.#lineOf(start);
    this.#leg = this.#legOf(start, this.#line);
    this.#phone.take(this.#leg);
  }

  #lineOf({ streamSid }: TwilioStart): MessageLine {
    const { clock, random } = this.#phone;
    const onStuck = () => this.#leg?.gone("timeout");
    const voice = this.#voice = new TwilioVoice(this.#socket, { clock, streamSid, onStuck });
    return new MessageLine({
      clock,
      random,
      name: "twilio",
      codec: new G711("PCMU"),
      playout: voice.playout,
      hasRoom: () => voice.hasRoom(),
      send: (sound) => voice.send(sound),
      clear: () => voice.clear(),
    });
  }

  #legOf(start: TwilioStart, line: MessageLine): DoorLeg {
    const { [KEY_PARAMETER]: _, ...headers } = twilioHeaders(start);
    const name = nameOf(headers.callername, "");
    return new DoorLeg({
      id: callName(this.#phone, start.callSid),
      door: "twilio",
      from: {
        user: nameOf(headers.from, "anonymous"),
        ...(name !== "" && { name }),
      },
      to: { user: nameOf(headers.to, "agent") },
      headers,
      remoteAddress: this.#options.remoteAddress,
      line,
      onProbe: () => this.#probe(),
      onOver: () => this.#socket.close(CLOSED.over, "The call is over"),
    });
  }

  #follow(leg: DoorLeg, said: DoorMessage): void {
    if (said.event === "media") {
      const sound = twilioSound(said);
      if (sound === undefined) return;
      if (sound.length > 8 * MOST_SOUND_MS) {
        return this.#cut("tooLarge", "A message has a second of sound");
      }
      this.#line!.receive(sound);
    } else if (said.event === "dtmf") {
      pressKey(leg, isRecord(said.dtmf) ? said.dtmf.digit : undefined);
    } else if (said.event === "mark") this.#voice!.playout.played(markedMs(said) ?? -1);
    else if (said.event === "stop") leg.gone("remote");
  }

  /** No sound has come for long, though Twilio sends silence as well: its connection may be dead. */
  #probe(): void {
    if (this.#isAsked) return this.#leg!.gone("timeout");
    this.#isAsked = true;
    this.#voice!.ask();
  }

  /** Ends it, as what came is none of Twilio's. */
  #cut(why: keyof typeof CLOSED, reason: string): void {
    this.#socket.close(CLOSED[why], reason);
    this.#leg?.gone("remote", reason);
  }
}
