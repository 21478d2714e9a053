import { describe, expect, test } from "bun:test";
import { compress, concatSamples, MU_LAW, silence, tone } from "../../src/audio/mod.ts";
import { dtmfTones } from "../../src/tone/mod.ts";
import { VirtualCall } from "./virtual_call.ts";

/** Keys as a telephone without telephone-event sends them: 100 ms each, 100 ms apart. */
function pressed(digits: string): Uint8Array[] {
  const parts = [...digits].flatMap((digit) => [
    tone(dtmfTones(digit), 100, { levelDb: -16 }),
    silence(100),
  ]);
  const sound = compress(concatSamples([silence(50), ...parts, silence(50)]), MU_LAW);
  return Array.from({ length: sound.length / 160 }, (_, i) => sound.slice(160 * i, 160 * i + 160));
}

/** A call in whose sound keys are pressed, and how loud its backend heard each packet. */
async function callWith(packets: readonly Uint8Array[], inbandDtmf?: boolean) {
  const peaks: number[] = [];
  const call = new VirtualCall({
    inbandDtmf,
    backend: () =>
      new TransformStream({
        transform: ({ samples }) => void peaks.push(Math.max(...samples)),
      }),
  });
  for (const packet of packets) await call.send(packet);
  await call.end();
  return { call, peaks };
}

describe("keys in the sound", () => {
  test("are told, down and up, and are silence for the backend", async () => {
    const { call, peaks } = await callWith(pressed("159*"), true);
    expect(String(call.session.chain)).toContain("decode PCMU 8 kHz ▶ keys");
    expect(call.keys.map(({ type, way, digit }) => `${type} ${way} ${digit}`)).toEqual(
      [..."159*"].flatMap((digit) => [`start inband ${digit}`, `end inband ${digit}`]),
    );
    for (const { type, durationMs } of call.keys) {
      if (type === "end") expect(Math.abs(durationMs - 100)).toBeLessThanOrEqual(5);
    }
    // The first 30 ms are gone before anybody knows what they are.
    const loud = peaks.map((peak) => peak > 1000 ? "#" : ".").join("");
    for (const run of loud.match(/#+/g) ?? []) expect(run.length).toBeLessThanOrEqual(2);
  });

  test("are only sound where nobody has asked for them", async () => {
    const { call, peaks } = await callWith(pressed("1"));
    expect(String(call.session.chain)).not.toContain("keys");
    expect(call.keys).toEqual([]);
    expect(peaks.filter((peak) => peak > 1000).length).toBeGreaterThanOrEqual(5);
  });

  test("are told to a backend that is a stream, if it wants to know", async () => {
    const told: string[] = [];
    const backend = Object.assign(() => new TransformStream(), {
      onDtmf: (digit: string) => void told.push(digit),
    });
    const call = new VirtualCall({ backend });
    await call.session.press("5");
    await call.end();
    expect(told).toEqual(["5"]);
  });
});
