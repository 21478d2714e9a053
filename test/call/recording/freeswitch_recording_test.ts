import { describe, expect, test } from "bun:test";
import type { FreeSwitchChannel, RecordingEvent } from "../../../src/call/mod.ts";
import {
  FreeSwitchRecording,
  type FreeSwitchRecordingOptions,
} from "../../../src/call/recording/freeswitch_recording.ts";
import { VirtualClock } from "../../../src/clock/mod.ts";
import { EslRecordEvent, EslRefusedError, parsePlainEvent } from "../../../src/esl/mod.ts";

const PATH = "/rec/a.wav";

/** A FreeSWITCH that knows one channel, and what it was told. */
class Switch {
  readonly clock = new VirtualClock();
  readonly commands: string[] = [];
  readonly events: RecordingEvent[] = [];
  readonly variables = new Map<string, string>();
  channel: { uuid: string } | undefined = { uuid: "u1" };
  refused: RegExp | undefined;
  #onStop: ((event: EslRecordEvent) => void) | undefined;

  record(): FreeSwitchRecording {
    const client = {
      api: (command: string) => Promise.resolve().then(() => this.#api(command)),
      subscribe: (names: readonly string[]) =>
        Promise.resolve(void this.commands.push(`subscribe ${names}`)),
      on: (_: string, listener: (event: EslRecordEvent) => void) => {
        this.#onStop = listener;
        return () => this.#onStop = undefined;
      },
    };
    const channelOf = () => Promise.resolve(this.channel as FreeSwitchChannel | undefined);
    return new FreeSwitchRecording({
      clock: this.clock,
      link: { client, channelOf } as unknown as FreeSwitchRecordingOptions["link"],
      call: { info: { sessionId: "u1" }, sipCallId: "c1" },
      path: PATH,
      onEvent: (event) => void this.events.push(event),
    });
  }

  /** FreeSWITCH has ended a file. */
  ended(path = PATH, ms = 1234): void {
    const text = `Record-File-Path: ${path}\nvariable_record_ms: ${ms}\n\n`;
    this.#onStop?.(new EslRecordEvent(parsePlainEvent(new TextEncoder().encode(text))));
  }

  get isListenedTo(): boolean {
    return this.#onStop !== undefined;
  }

  #api(command: string): string {
    this.commands.push(command);
    if (this.refused?.test(command)) throw new EslRefusedError("Cannot", { reply: "-ERR no" });
    const [name, , variable, ...value] = command.split(" ");
    if (name === "uuid_getvar") return this.variables.get(variable) ?? "_undef_";
    if (name === "uuid_setvar") {
      if (value.length === 0) this.variables.delete(variable);
      else this.variables.set(variable, value.join(" "));
    }
    return "+OK";
  }
}

describe("FreeSwitchRecording", () => {
  test("asks for both sides, masks what is paused or hidden, and knows how long it became", async () => {
    const it = new Switch();
    const recording = it.record();
    await it.clock.advance(1);
    expect(it.commands).toEqual([
      "subscribe RECORD_STOP",
      "uuid_getvar u1 sofia_phone_recording",
      "uuid_setvar u1 RECORD_STEREO true",
      "uuid_setvar u1 RECORD_MIN_SEC 0",
      "uuid_setvar u1 RECORD_APPEND false",
      `uuid_record u1 start ${PATH}`,
      `uuid_setvar u1 sofia_phone_recording ${PATH}`,
    ]);
    it.commands.length = 0;
    recording.pause();
    const unmask = recording.mask();
    recording.resume();
    expect(recording.state).toBe("recording");
    await it.clock.advance(1);
    unmask();
    const stopping = recording.stop();
    await it.clock.advance(1);
    it.ended("/rec/another.wav");
    expect(recording.state).toBe("finishing");
    it.ended();
    const end = await it.clock.runUntil(stopping);
    expect(end).toEqual({ outcome: "finished", path: PATH, durationMs: 1234, lostMs: 0 });
    expect(it.commands).toEqual([
      `uuid_record u1 mask ${PATH}`,
      `uuid_record u1 unmask ${PATH}`,
      `uuid_record u1 stop ${PATH}`,
      "uuid_setvar u1 sofia_phone_recording",
    ]);
    expect(it.events.map(({ type }) => type)).toEqual(["started", "ended"]);
    expect(it.isListenedTo).toBe(false);
  });

  test("is not masked any more when it is finished", async () => {
    const it = new Switch();
    const recording = it.record();
    await it.clock.advance(1);
    it.ended();
    await it.clock.runUntil(recording.ended);
    it.commands.length = 0;
    recording.mask()();
    recording.pause();
    await it.clock.advance(1);
    expect(it.commands).toEqual([]);
    expect(recording.state).toBe("finished");
  });

  test("goes on with what an earlier process has begun", async () => {
    const it = new Switch();
    it.variables.set("sofia_phone_recording", "/rec/before.wav");
    const recording = it.record();
    await it.clock.advance(1);
    expect(it.events).toEqual([{ type: "started", path: "/rec/before.wav", resumed: true }]);
    expect(recording.path).toBe("/rec/before.wav");
    expect(it.commands.some((command) => command.startsWith("uuid_record"))).toBe(false);
  });

  test("goes on when the call is handed over to another process", async () => {
    const it = new Switch();
    const recording = it.record();
    await it.clock.advance(1);
    recording.leave();
    const end = await it.clock.runUntil(recording.stop());
    expect(end).toMatchObject({ outcome: "left", path: PATH });
    expect(it.commands.some((command) => command.includes(" stop "))).toBe(false);
    expect(it.variables.get("sofia_phone_recording")).toBe(PATH);
  });

  test("is over when FreeSWITCH ends it, as the caller has hung up", async () => {
    const it = new Switch();
    it.refused = /uuid_record u1 stop/;
    const recording = it.record();
    await it.clock.advance(1);
    it.ended(PATH, 500);
    const end = await it.clock.runUntil(recording.ended);
    expect(end).toMatchObject({ outcome: "finished", durationMs: 500 });
  });

  test.each<[string, Partial<Switch>]>([
    ["the call has no channel there", { channel: undefined }],
    ["the file cannot be made", { refused: /start/ }],
    ["nobody says that the file is finished", {}],
  ])("fails, and nothing with it, when %s", async (_, trouble) => {
    const it = Object.assign(new Switch(), trouble);
    const recording = it.record();
    await it.clock.advance(1);
    const end = await it.clock.runUntil(recording.stop());
    expect(end.outcome).toBe("failed");
    expect(end.error).toBeInstanceOf(Error);
    expect(it.events.at(-1)).toMatchObject({ type: "ended", outcome: "failed" });
    expect(it.clock.pending).toBe(0);
    // What comes too late changes nothing.
    recording.pause();
    it.ended();
    await it.clock.advance(1);
    expect(recording.state).toBe("failed");
  });
});
