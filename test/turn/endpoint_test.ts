import { describe, expect, test } from "bun:test";
import type { AudioFrame } from "../../src/audio/mod.ts";
import type { EndOfTurnPredictor, Pause } from "../../src/turn/mod.ts";
import { Endpoint } from "../../src/turn/endpoint.ts";

const times = { endMs: 500, fastEndMs: 250, slowEndMs: 1200, mayEndMs: 200 };
const frame: AudioFrame = { sampleRate: 8000, samples: new Int16Array(160), timestamp: 0 };
const voice = { voiceMs: 20, silenceMs: 0 };
const silence = { voiceMs: 0, silenceMs: 20 };

function endpointOf(predict: EndOfTurnPredictor["predict"]) {
  const failures: unknown[] = [];
  const onFailure = (error: unknown) => failures.push(error);
  const endpoint = new Endpoint({ times, predictor: { predict }, onFailure });
  endpoint.begin();
  return { endpoint, failures };
}

/** How long it is silent until the turn ends, in ms. */
function endAfter(endpoint: Endpoint): number {
  for (let ms = 20; ms < 5000; ms += 20) if (endpoint.push(frame, silence) === "over") return ms;
  return Infinity;
}

describe("Endpoint", () => {
  test.each([[1, 260], [0.75, 380], [0.5, 500], [0.25, 860], [0, 1200]])(
    "ends a turn that is over with a likelihood of %d after %d ms",
    (likelihood, ms) => {
      expect(endAfter(endpointOf(() => likelihood).endpoint)).toBe(ms);
    },
  );

  test("asks once 100 ms into a pause, and again when the transcript changes", () => {
    const asked: string[] = [];
    const { endpoint } = endpointOf(({ transcript, silenceMs }) => {
      asked.push(`${silenceMs} ${transcript}`);
      return 0.5;
    });
    endpoint.hear("my name");
    for (let i = 0; i < 10; i++) endpoint.push(frame, silence);
    endpoint.hear("my name is");
    endpoint.hear("my name is");
    for (let i = 0; i < 5; i++) endpoint.push(frame, silence);
    endpoint.push(frame, voice);
    for (let i = 0; i < 6; i++) endpoint.push(frame, silence);
    expect(asked).toEqual(["100 my name", "220 my name is", "100 my name is"]);
  });

  test("shows the predictor the sound of the turn, four seconds of it at most", () => {
    const pauses: Pause[] = [];
    const { endpoint } = endpointOf((pause) => {
      pauses.push(pause);
      return 0.5;
    });
    const loud = { ...frame, samples: new Int16Array(160).fill(7) };
    for (let i = 0; i < 20; i++) endpoint.push(loud, voice);
    for (let i = 0; i < 5; i++) endpoint.push(frame, silence);
    const [first] = pauses;
    expect([first.audio.length, first.sampleRate]).toEqual([25 * 160, 8000]);
    expect([first.audio[0], first.audio[20 * 160 - 1], first.audio[20 * 160]]).toEqual([7, 7, 0]);
    for (let i = 0; i < 300; i++) endpoint.push(loud, voice);
    for (let i = 0; i < 5; i++) endpoint.push(frame, silence);
    expect(pauses[1].audio.length).toBe(32_000);
  });

  test("shows the sound as it was when it asked, to one who looks later", () => {
    const pauses: Pause[] = [];
    const { endpoint } = endpointOf((pause) => {
      pauses.push(pause);
      return 0.5;
    });
    for (let i = 0; i < 5; i++) endpoint.push(frame, silence);
    for (let i = 0; i < 20; i++) {
      endpoint.push({ ...frame, samples: new Int16Array(160).fill(7) }, voice);
    }
    expect([...pauses[0].audio]).toEqual(Array(5 * 160).fill(0));
  });

  test("keeps no sound for a predictor that hears none", () => {
    const lengths: number[] = [];
    const predictor: EndOfTurnPredictor = {
      hears: false,
      predict: ({ audio }) => lengths.push(audio.length) && 0.5,
    };
    const endpoint = new Endpoint({ times, predictor, onFailure: () => {} });
    endpoint.begin();
    for (let i = 0; i < 10; i++) endpoint.push(frame, silence);
    expect(lengths).toEqual([0]);
  });

  test("takes an answer that comes later, and is not held up by it", async () => {
    const { endpoint } = endpointOf(() => Promise.resolve(1));
    for (let i = 0; i < 5; i++) expect(endpoint.push(frame, silence)).toBe("goes-on");
    await Promise.resolve();
    expect(endpoint.push(frame, silence)).toBe("may-end");
    expect(endAfter(endpoint)).toBe(140);
  });

  test.each([[null], [undefined], ["0.9"], [Promise.resolve(null)], [{}]])(
    "takes %p for no likelihood",
    async (answer) => {
      const { endpoint, failures } = endpointOf(() => answer as number);
      for (let i = 0; i < 5; i++) endpoint.push(frame, silence);
      await Promise.resolve();
      expect(failures.length).toBe(1);
      expect(endAfter(endpoint)).toBe(400);
    },
  );

  test("tells of a predictor that is late, and goes by the base silence", () => {
    const { endpoint, failures } = endpointOf(() => new Promise<number>(() => {}));
    expect(endAfter(endpoint)).toBe(500);
    expect(String(failures)).toBe("Error: Cannot wait for the predictor: the turn is over");
  });

  test("tells of a predictor that throws or rejects, and goes by the base silence", async () => {
    const thrown = endpointOf(() => {
      throw new Error("no model");
    });
    expect(endAfter(thrown.endpoint)).toBe(500);
    expect(String(thrown.failures)).toBe("Error: no model");
    const rejected = endpointOf(() => Promise.reject(new Error("no network")));
    for (let i = 0; i < 5; i++) rejected.endpoint.push(frame, silence);
    await Promise.resolve();
    await Promise.resolve();
    expect(String(rejected.failures)).toBe("Error: no network");
    expect(endAfter(rejected.endpoint)).toBe(400);
  });

  test("tells of an answer that is no likelihood", () => {
    const { endpoint, failures } = endpointOf(() => NaN);
    expect(endAfter(endpoint)).toBe(500);
    expect(String(failures)).toMatch(/from 0 to 1: current value is NaN/);
  });

  test("takes no answer from a pause that is over", async () => {
    let answer = (_: number) => {};
    const { endpoint } = endpointOf(() => new Promise((resolve) => answer = resolve));
    for (let i = 0; i < 5; i++) endpoint.push(frame, silence);
    endpoint.push(frame, voice);
    answer(1);
    await Promise.resolve();
    for (let i = 0; i < 4; i++) expect(endpoint.push(frame, silence)).toBe("goes-on");
  });

  test("marks each pause once, after 200 ms or as soon as the end is likely", () => {
    const { endpoint } = endpointOf(({ transcript }) => transcript === "yes" ? 0.8 : 0.1);
    const marks = (count: number) =>
      Array.from({ length: count }, () => endpoint.push(frame, silence)).indexOf("may-end");
    expect(marks(12)).toBe(9);
    expect(marks(12)).toBe(-1);
    endpoint.push(frame, voice);
    endpoint.hear("yes");
    expect(marks(10)).toBe(4);
  });
});
