import { describe, expect, test } from "bun:test";
import { G711, L16 } from "../../src/codec/mod.ts";
import { ToneKeys } from "../../src/media/mod.ts";
import { dtmfTones, GoertzelBank } from "../../src/tone/mod.ts";

/** All that is left to send, as samples. */
function soundOf(keys: ToneKeys, codec: G711 | L16): Int16Array[] {
  const packets: Int16Array[] = [];
  for (let next = keys.next(); next !== undefined; next = keys.next()) {
    packets.push(codec.decode(next.payload));
  }
  return packets;
}

describe("ToneKeys", () => {
  test.each([["PCMU", new G711("PCMU")], ["L16", new L16(16_000)]])(
    "sounds each key for 160 ms and rests for 100, in packets of 20 ms: %s",
    (_, codec) => {
      const keys = new ToneKeys(codec);
      keys.send("5");
      keys.send("#");
      const packets = soundOf(keys, codec);
      expect(packets.map(({ length }) => length))
        .toEqual(Array(26).fill(codec.sampleRate / 50));
      const isLoud = packets.map((samples) => samples.some((sample) => Math.abs(sample) > 1000));
      const key = [...Array(8).fill(true), ...Array(5).fill(false)];
      expect(isLoud).toEqual([...key, ...key]);
      for (const [digit, packet] of [["5", 3], ["#", 16]] as const) {
        const tones = [...dtmfTones(digit), 500];
        const bank = new GoertzelBank(tones, codec.sampleRate);
        const [low, high, other] = bank.powers(Float32Array.from(packets[packet]));
        expect([low > 20 * other, high > 20 * other]).toEqual([true, true]);
      }
      expect(keys.next()).toBe(undefined);
    },
  );

  test("refuses what is no key, and sounds none of it", () => {
    const keys = new ToneKeys(new G711("PCMU"));
    expect(() => keys.send("1x")).toThrow(RangeError);
    expect(keys.next()).toBe(undefined);
  });
});
