import { describe, expect, test } from "bun:test";
import { G711 } from "../../src/codec/mod.ts";
import { rmsLevel } from "../../src/audio/mod.ts";
import { speech } from "../support/speech.ts";

// The codes and samples themselves are proven in test/audio/companding_test.ts.
describe("G711", () => {
  test.each([
    ["PCMU" as const, [0xff, 0x7f, 0x80, 0x00, 0xf2]],
    ["PCMA" as const, [0xd5, 0x55, 0xaa, 0x2a, 0xd3]],
  ])("%s encodes by its own law", (name, codes) => {
    expect([...new G711(name).encode(Int16Array.of(0, -1, 32767, -32768, 100))]).toEqual(codes);
  });

  test.each([["PCMU" as const], ["PCMA" as const]])(
    "speech through %s keeps the 30 dB the law promises",
    (name) => {
      const codec = new G711(name);
      const sound = speech(1, 8);
      const heard = codec.decode(codec.encode(sound));
      const noise = heard.map((sample, index) => sample - sound[index]);
      expect(rmsLevel(sound) - rmsLevel(noise)).toBeGreaterThan(30);
    },
  );

  test("a payload of any length lasts a tick per byte", () => {
    const codec = new G711("PCMU");
    for (const length of [0, 1, 80, 160, 240, 1460]) {
      expect(codec.durationOf(new Uint8Array(length))).toBe(length);
      expect(codec.decode(new Uint8Array(length)).length).toBe(length);
    }
  });
});
