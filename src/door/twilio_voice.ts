/** The agent's voice on its way to Twilio. */

import type { Clock } from "../clock/mod.ts";
import { FarPlayout } from "../media/mod.ts";
import type { MessageSocket } from "./message_socket.ts";
import { SoundOutlet } from "./sound_outlet.ts";
import { twilioMark, twilioMedia } from "./twilio_messages.ts";

/** A message of 20 ms in JSON and base64, with room for its names, in bytes. */
const MESSAGE_BYTES = 320;
/** How much sound goes by between two marks, in ms. */
const MARK_MS = 100;
/** So long nothing is sent at most, in ms: a proxy takes a connection for dead after a minute. */
const MOST_QUIET_MS = 20_000;

/** What a {@link TwilioVoice} needs. */
export interface TwilioVoiceOptions {
  /** Time. */
  readonly clock: Clock;
  /** Names the stream. */
  readonly streamSid: string;
  /** Nothing was read for long. */
  readonly onStuck: () => void;
}

/**
 * Sends sound, and marks between it, which Twilio sends back when it has played what was before them: so
 * it is known what the caller has heard.
 *
 * https://www.twilio.com/docs/voice/media-streams/websocket-messages#send-a-mark-message
 */
export class TwilioVoice {
  /** What Twilio has played. */
  readonly playout: FarPlayout;
  readonly #clock: Clock;
  readonly #socket: MessageSocket;
  readonly #streamSid: string;
  readonly #outlet: SoundOutlet;
  #markedMs = 0;
  #sentAt: number;

  /** Nothing was sent yet. */
  constructor(socket: MessageSocket, { clock, streamSid, onStuck }: TwilioVoiceOptions) {
    this.playout = new FarPlayout(clock);
    this.#clock = clock;
    this.#sentAt = clock.now();
    this.#socket = socket;
    this.#streamSid = streamSid;
    this.#outlet = new SoundOutlet({
      clock,
      waitingBytes: () => socket.bufferedAmount,
      bytesPerSecond: MESSAGE_BYTES * 50,
      onStuck,
    });
  }

  /** Whether there is room for more. */
  hasRoom(): boolean {
    return this.#outlet.hasRoom();
  }

  /** Sends mu-law; undefined for silence, which the caller hears where nothing is sent. */
  send(sound: Uint8Array | undefined): void {
    if (sound !== undefined) this.#say(twilioMedia(this.#streamSid, sound));
    else if (this.#clock.now() - this.#sentAt >= MOST_QUIET_MS) this.ask();
    this.playout.sent((sound?.length ?? 0) / 8);
    const unmarkedMs = this.playout.sentMs - this.#markedMs;
    // Where the voice rests the mark comes at once, so that its last words are known to be heard.
    if (unmarkedMs >= (sound === undefined ? 1 : MARK_MS)) this.#mark();
  }

  /** Has Twilio drop what it has not played. It sends the marks in it back as well, which say nothing then. */
  clear(): void {
    this.#markedMs = this.playout.sentMs;
    this.#say(JSON.stringify({ event: "clear", streamSid: this.#streamSid }));
  }

  /** Asks for a sign of life: a mark behind nothing comes back at once. */
  ask(): void {
    this.#say(twilioMark(this.#streamSid, "alive"));
  }

  #mark(): void {
    this.#markedMs = this.playout.sentMs;
    this.#say(twilioMark(this.#streamSid, String(Math.round(this.#markedMs))));
  }

  #say(message: string): void {
    this.#sentAt = this.#clock.now();
    this.#socket.send(message);
  }
}
