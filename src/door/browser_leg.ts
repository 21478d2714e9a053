/** A call by a browser, as the phone gets it. */

import { DoorLeg } from "../call/mod.ts";
import { uuid } from "../clock/mod.ts";
import { L16 } from "../codec/mod.ts";
import { FarPlayout, MessageLine } from "../media/mod.ts";
import type { BrowserHello } from "./browser_hello.ts";
import { requireKeys } from "./door_message.ts";
import type { DoorPhone } from "./door_phone.ts";
import type { MessageSocket } from "./message_socket.ts";
import { CLOSED } from "./socket_codes.ts";
import { SoundOutlet } from "./sound_outlet.ts";

/** Who calls. */
export interface BrowserLegOptions {
  readonly hello: BrowserHello;
  readonly remoteAddress: string;
}

/** A call and its line, into which the door puts what it hears. */
export interface BrowserLeg {
  readonly leg: DoorLeg;
  readonly line: MessageLine;
  /** Told what the page has played. */
  readonly playout: FarPlayout;
}

/** Ties a call to its socket. */
export function browserLeg(
  { clock, random }: DoorPhone,
  socket: MessageSocket,
  { hello, remoteAddress }: BrowserLegOptions,
): BrowserLeg {
  const { sampleRate, from, to } = hello;
  const id = uuid(random);
  const codec = new L16(sampleRate, { littleEndian: true });
  const silence = codec.encode(new Int16Array(sampleRate / 50));
  const tell = (message: { readonly type: string; readonly [field: string]: unknown }) =>
    socket.send(JSON.stringify(message));
  const outlet = new SoundOutlet({
    clock,
    waitingBytes: () => socket.bufferedAmount,
    bytesPerSecond: sampleRate * 2,
    onStuck: () => leg.gone("timeout"),
  });
  const playout = new FarPlayout(clock);
  const line = new MessageLine({
    clock,
    random,
    name: "browser",
    codec,
    playout,
    hasRoom: () => outlet.hasRoom(),
    send: (payload = silence) => {
      socket.send(payload);
      playout.sent(codec.durationOf(payload) / codec.clockRate * 1000);
    },
    clear: () => tell({ type: "clear" }),
    sendDtmf: (digits) => {
      requireKeys(digits);
      for (const digit of digits) tell({ type: "dtmf", digit });
    },
  });
  let wasAnswered = false;
  const leg = new DoorLeg({
    id,
    door: "browser",
    from: { user: from },
    to: { user: to },
    remoteAddress,
    line,
    onRing: () => tell({ type: "ringing" }),
    onEarlyMedia: () => tell({ type: "early" }),
    onAnswer: () => {
      wasAnswered = true;
      tell({ type: "answered", id, sampleRate });
    },
    onProbe: () => tell({ type: "ping" }),
    onOver: (_end, reason) => {
      tell({ type: wasAnswered ? "ended" : "refused", reason });
      socket.close(CLOSED.over, "The call is over");
    },
  });
  return { leg, line, playout };
}
