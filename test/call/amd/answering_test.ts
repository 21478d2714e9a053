import { describe, expect, test } from "bun:test";
import type { AudioFrame } from "../../../src/audio/mod.ts";
import { type Backend, type HistoryEntry, loopback, mock } from "../../../src/backend/mod.ts";
import { Answering } from "../../../src/call/amd/answering.ts";
import type { AnsweredBy, LeftMessage, MachineOptions } from "../../../src/call/mod.ts";
import { Entrance } from "../../../src/media/mod.ts";
import { lineFrames } from "../../support/line_frames.ts";

const HUMAN = ".300 v500 .900";
const MACHINE = ".300 v3000 .400 b400@1000 .400";
const SILENT_MACHINE = ".300 v3000 .2600";

/** A call whose sound is taken as fast as it comes. */
function answered(options: MachineOptions, backend: Backend = mock()) {
  const history: HistoryEntry[] = [];
  const told: (AnsweredBy | LeftMessage)[] = [];
  const played: AudioFrame[] = [];
  let hangups = 0;
  let isOpen = false;
  const entrance = new Entrance();
  const sound = {
    onFrame: undefined as ((frame: AudioFrame) => void) | undefined,
    get entrance() {
      return isOpen ? undefined : entrance;
    },
    open: () => void (isOpen = true),
  };
  const answering = new Answering({
    sound,
    backend,
    sessionId: "1",
    history,
    options,
    onAnsweredBy: (by) => told.push(by),
    onMessage: (message) => told.push(message),
    hangup: () => void hangups++,
  });
  const { readable } = entrance.stage(() => new TransformStream());
  const over = readable.pipeTo(
    new WritableStream({ write: (frame: AudioFrame) => void played.push(frame) }),
  );
  return {
    answering,
    history,
    told,
    played,
    /** Resolves when the chain has ended by itself. */
    over,
    isOpen: () => isOpen,
    hangups: () => hangups,
    hear: (line: string) => {
      for (const frame of lineFrames(line)) sound.onFrame?.(frame);
    },
  };
}

const SOUND = { samples: new Int16Array(16_000).fill(99), sampleRate: 16_000 };

describe("Answering", () => {
  test("lets the backend talk with somebody, from then on without listening", async () => {
    const call = answered({});
    call.hear(HUMAN);
    expect(call.isOpen()).toBe(false);
    call.answering.begin();
    call.hear(HUMAN);
    expect(call.isOpen()).toBe(true);
    expect((await call.answering.answeredBy).by).toBe("human");
    call.hear(MACHINE);
    expect(call.told).toEqual([await call.answering.answeredBy]);
    await expect(call.answering.leaveMessage("Hello.")).rejects.toThrow("somebody talks");
  });

  test.each(
    [
      [undefined, MACHINE, 1, false],
      ["hangup", MACHINE, 1, false],
      ["talk", MACHINE, 0, true],
      ["wait", MACHINE, 0, false],
      ["hangup", ".6000", 0, true],
      ["wait", ".6000", 0, true],
      ["talk", "b3000@2100 .100", 1, false],
      ["wait", "b3000@2100 .100", 0, false],
      [{ leave: "Hello." }, "b3000@2100 .100", 1, false],
    ] as const,
  )("does as it is told: %j at %s", (onMachine, line, hangups, isOpen) => {
    const call = answered({ onMachine });
    call.answering.begin();
    call.hear(line);
    expect([call.hangups(), call.isOpen()]).toEqual([hangups, isOpen]);
  });

  test.each([[MACHINE, "beep"], [SILENT_MACHINE, "silence"]] as const)(
    "leaves a message: at %s after its %s",
    async (line, after) => {
      const call = answered({ onMachine: { leave: "Please call back." } });
      call.answering.begin();
      call.hear(line);
      await call.over;
      expect(call.told.map((one) => "by" in one ? one.by : one)).toEqual([
        "machine",
        { outcome: "left", after },
      ]);
      const loud = call.played.filter(({ samples }) => samples.some((sample) => sample !== 0));
      expect(loud.length).toBeGreaterThan(10);
      expect(call.history).toEqual([{ role: "agent", text: "Please call back." }]);
      // The end of the chain is the end of the call.
      expect(call.hangups()).toBe(0);
    },
  );

  test("leaves a sound, as a backend without words can, when the application says so", async () => {
    const call = answered({ onMachine: "wait" }, loopback());
    call.answering.begin();
    call.hear(MACHINE);
    await expect(call.answering.leaveMessage("Hello.")).rejects.toThrow(TypeError);
    const leaving = call.answering.leaveMessage(SOUND);
    await expect(call.answering.leaveMessage(SOUND)).rejects.toThrow("one is being left");
    expect(await leaving).toEqual({ outcome: "left", after: "beep" });
    await call.over;
    // One second, and the silence behind it.
    expect(call.played).toHaveLength(50 + 10);
    expect(call.history).toEqual([]);
  });

  test("hangs up on a machine that never ends, and where there is no voice", async () => {
    const endless = answered({ onMachine: { leave: "Hello." }, greeting: { longestMs: 8000 } });
    endless.answering.begin();
    endless.hear("v9000");
    const broken = answered({ onMachine: { leave: "Hello." } }, {
      ...mock(),
      speak: () => Promise.reject(new Error("no voice")),
    });
    broken.answering.begin();
    broken.hear(MACHINE);
    for (let i = 0; i < 10; i++) await Promise.resolve();
    expect(endless.told[1]).toEqual({ outcome: "no-end" });
    expect(endless.hangups()).toBe(1);
    expect(broken.told[1]).toMatchObject({ outcome: "failed", after: "beep" });
    expect(broken.hangups()).toBe(1);
  });

  test("is over with the call", async () => {
    const call = answered({ onMachine: "wait" });
    call.answering.begin();
    const leaving = call.answering.leaveMessage("Hello.");
    call.answering.end();
    expect((await call.answering.answeredBy).reason).toBe("ended");
    expect(await leaving).toEqual({ outcome: "ended" });
  });

  test("waits for a voice that hangs no longer than for the call", async () => {
    const backend = { ...mock(), speak: () => new Promise<never>(() => {}) };
    const call = answered({ onMachine: "wait" }, backend);
    call.answering.begin();
    const leaving = call.answering.leaveMessage("Hello.");
    call.hear(MACHINE);
    for (let i = 0; i < 10; i++) await Promise.resolve();
    call.answering.end();
    expect(await leaving).toEqual({ outcome: "ended", after: "beep" });
  });

  test("takes nothing for a message that is no sound", async () => {
    const floats = { samples: new Float32Array(8000), sampleRate: 8000 } as never;
    const fast = { samples: new Int16Array(8000), sampleRate: 96_000 };
    expect(() => answered({ onMachine: { leave: floats } })).toThrow("Cannot play speech");
    const call = answered({ onMachine: "wait" });
    call.answering.begin();
    call.hear(MACHINE);
    await expect(call.answering.leaveMessage(floats)).rejects.toThrow(TypeError);
    await expect(call.answering.leaveMessage(fast)).rejects.toThrow("whole number of Hz");
    // One that is can still be left.
    expect((await call.answering.leaveMessage(SOUND)).outcome).toBe("left");
  });

  test("refuses what cannot be before anybody is called", () => {
    expect(() => answered({ onMachine: { leave: "Hello." } }, loopback())).toThrow(TypeError);
    expect(() => answered({ answer: { totalMs: 0 } })).toThrow(RangeError);
  });
});
