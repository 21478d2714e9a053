/** One session of the Realtime API: events in, events out. */
import { tone } from "../../../src/audio/mod.ts";
import { fromMuLaw, toMuLaw } from "../caller/mu_law.ts";
import { ApiError } from "./api_error.ts";
import { EnergyVad } from "./energy_vad.ts";
import { readEvent, type RealtimeEvent, type SessionUpdate } from "./realtime_events.ts";

/** How a session is tied to its connection. */
export interface SessionTies {
  readonly send: (event: object) => void;
  readonly cut: () => void;
  /** The length of the answers, one after another; the last one stays. In ms. */
  readonly answersMs: readonly number[];
}

/** An answer. */
export interface AnswerItem {
  readonly id: string;
  readonly ms: number;
  /** How much of it the client says was heard, once it says so. */
  truncatedMs: number | undefined;
}

/** The pitch of its voice, in Hz. */
export const REALTIME_HZ = 500;
const RATE = 8000;
/** Sound comes in pieces of this many ms, all at once: faster than anybody could say it. */
const DELTA_MS = 330;
const BYTES_PER_MS = RATE / 1000;

/** What one client says and hears. */
export class RealtimeSession {
  /** What the caller said, at 8,000 Hz, from the first sound on. */
  readonly heard: Int16Array[] = [];
  /** Instructions of the answers that were asked for. */
  readonly asked: string[] = [];
  /** What it answered. */
  readonly answers: AnswerItem[] = [];
  /** Messages of its errors. */
  readonly errors: string[] = [];
  /** The types of what the client sent, without the sound. */
  readonly taken: string[] = [];
  /** The client is gone. */
  isOver = false;
  /** How it is set up. */
  settings: SessionUpdate | undefined;
  readonly #ties: SessionTies;
  #vad = new EnergyVad(500);
  #count = 0;

  /** A session that waits for {@link begin}. */
  constructor(ties: SessionTies) {
    this.#ties = ties;
  }

  /** Tells the client that it may begin. */
  begin(model: string): void {
    this.#send("session.created", {
      session: { type: "realtime", object: "realtime.session", model },
    });
  }

  /** Takes a message; what it cannot take it answers with an error, and goes on. */
  take(text: string): void {
    try {
      const event = readEvent(text);
      if (event.type !== "input_audio_buffer.append") this.taken.push(event.type);
      this.#take(event);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.errors.push(error.message);
      this.#send("error", JSON.parse(error.body));
    }
  }

  /** Breaks the connection without a word. */
  cut(): void {
    this.#ties.cut();
  }

  /** Notes that the client is gone. */
  end(): void {
    this.isOver = true;
  }

  #take(event: RealtimeEvent): void {
    switch (event.type) {
      case "session.update":
        this.settings = event.session;
        this.#vad = new EnergyVad(event.session.silenceMs);
        return this.#send("session.updated", { session: event.raw });
      case "input_audio_buffer.append":
        return this.#hear(Int16Array.from(event.audio, fromMuLaw));
      case "response.create":
        this.asked.push(event.instructions);
        return this.#answer();
      case "conversation.item.truncate":
        return this.#truncate(event);
    }
  }

  #hear(samples: Int16Array): void {
    this.#requireSettings();
    this.heard.push(samples);
    for (const { type, atMs } of this.#vad.push(samples)) {
      const item_id = `item_caller_${this.#count}`;
      if (type === "started") {
        this.#send("input_audio_buffer.speech_started", { audio_start_ms: atMs, item_id });
        continue;
      }
      this.#send("input_audio_buffer.speech_stopped", { audio_end_ms: atMs, item_id });
      this.#send("input_audio_buffer.committed", { item_id, previous_item_id: null });
      const content = [{ type: "input_audio", transcript: null }];
      const item = { id: item_id, type: "message", role: "user", status: "completed", content };
      this.#send("conversation.item.added", { item, previous_item_id: null });
      this.#send("conversation.item.done", { item, previous_item_id: null });
      this.#answer();
    }
  }

  #answer(): void {
    this.#requireSettings();
    const { answersMs } = this.#ties;
    const ms = answersMs[Math.min(this.answers.length, answersMs.length - 1)];
    const id = `item_${++this.#count}`;
    const response = { id: `resp_${this.#count}`, object: "realtime.response" };
    const item = { id, type: "message", role: "assistant", status: "in_progress", content: [] };
    const place = { response_id: response.id, item_id: id, output_index: 0, content_index: 0 };
    this.answers.push({ id, ms, truncatedMs: undefined });
    this.#send("response.created", { response: { ...response, status: "in_progress" } });
    this.#send("response.output_item.added", { response_id: response.id, output_index: 0, item });
    this.#send("conversation.item.added", { item, previous_item_id: null });
    this.#send("response.content_part.added", {
      ...place,
      part: { type: "audio", transcript: "" },
    });
    this.#send("response.output_audio_transcript.delta", { ...place, delta: "Beep." });
    const sound = Uint8Array.from(tone([REALTIME_HZ], ms, { sampleRate: RATE }), toMuLaw);
    for (let at = 0; at < sound.length; at += DELTA_MS * BYTES_PER_MS) {
      const piece = sound.subarray(at, at + DELTA_MS * BYTES_PER_MS);
      this.#send("response.output_audio.delta", { ...place, delta: base64(piece) });
    }
    this.#send("response.output_audio.done", place);
    this.#send("response.output_audio_transcript.done", { ...place, transcript: "Beep." });
    this.#send("response.done", { response: { ...response, status: "completed" } });
  }

  #truncate({ itemId, audioEndMs }: RealtimeEvent & { type: "conversation.item.truncate" }): void {
    const item = this.answers.find(({ id }) => id === itemId);
    if (item === undefined) {
      throw new ApiError(400, `Item with item_id not found: ${itemId}`, "invalid_value", "item_id");
    }
    if (audioEndMs > item.ms) {
      throw new ApiError(
        400,
        `Audio content of ${item.ms}ms is already shorter than ${audioEndMs}ms`,
        "invalid_value",
        "audio_end_ms",
      );
    }
    item.truncatedMs = audioEndMs;
    const cut = { item_id: itemId, content_index: 0, audio_end_ms: audioEndMs };
    this.#send("conversation.item.truncated", cut);
  }

  /** It hears and speaks 24,000 Hz until told otherwise; this one was made for the telephone. */
  #requireSettings(): void {
    if (this.settings !== undefined) return;
    throw new ApiError(400, "This stand-in hears and speaks audio/pcmu only: set it up first.");
  }

  #send(type: string, fields: object): void {
    this.#ties.send({ type, event_id: `event_${++this.#count}`, ...fields });
  }
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
