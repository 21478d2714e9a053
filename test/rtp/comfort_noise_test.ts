import { describe, expect, test } from "bun:test";
import { parseComfortNoise, serializeComfortNoise } from "../../src/rtp/comfort_noise.ts";

describe("comfort noise", () => {
  test("is a level alone, or a level and a spectrum", () => {
    expect(parseComfortNoise(Uint8Array.of(65))).toEqual({ level: -65, reflection: [] });
    const noise = parseComfortNoise(Uint8Array.of(0, 127, 254, 0));
    expect(noise?.level).toBe(0);
    expect(noise?.reflection[0]).toBe(0);
    expect(noise?.reflection[1]).toBeCloseTo(1, 3);
    expect(noise?.reflection[2]).toBeCloseTo(-1, 3);
  });

  test("has no payload to read where there is none", () => {
    expect(parseComfortNoise(new Uint8Array())).toBeUndefined();
  });

  test("gives back every level and every coefficient", () => {
    for (let level = 0; level < 128; level++) {
      for (let step = 0; step < 255; step++) {
        const payload = Uint8Array.of(level, step);
        expect(serializeComfortNoise(parseComfortNoise(payload)!)).toEqual(payload);
      }
    }
  });

  test("brings what is out of range to its limit", () => {
    const written = serializeComfortNoise({ level: -200, reflection: [-7, 7] });
    expect([...written]).toEqual([127, 0, 254]);
    expect(serializeComfortNoise({ level: 3, reflection: [] })[0]).toBe(0);
  });
});
