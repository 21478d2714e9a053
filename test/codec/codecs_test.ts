import { describe, expect, test } from "bun:test";
import { CODEC_NAMES, codecFor, codecsNamed } from "../../src/codec/mod.ts";

describe("codecsNamed", () => {
  test("lists what to offer, in the order of the names", () => {
    const formats = codecsNamed(["opus", "PCMA", "L16", "PCMU"]).map(({ format }) => format);
    expect(formats.map(({ name, clockRate }) => `${name}/${clockRate}`)).toEqual([
      "opus/48000",
      "PCMA/8000",
      "L16/16000",
      "L16/8000",
      "PCMU/8000",
    ]);
  });

  test("has the static payload types of RFC 3551 and distinct dynamic ones beside telephone-event", () => {
    const formats = codecsNamed(CODEC_NAMES).map(({ format }) => format);
    const types = formats.map(({ payloadType }) => payloadType);
    expect(types.slice(0, 2)).toEqual([0, 8]);
    expect(new Set([...types, 101]).size).toBe(types.length + 1);
    expect(types.slice(2).every((type) => type >= 96 && type <= 127)).toBe(true);
  });

  test("takes names in any case and says which ones there are", () => {
    expect(codecsNamed(["pcmu"])[0].format.name).toBe("PCMU");
    expect(() => codecsNamed(["G729"])).toThrow(
      "must be one of PCMU, PCMA, opus, L16: current value is G729",
    );
  });

  test("every one of them makes a codec that gives back a tone of 20 ms", async () => {
    for (const { format, load, create } of codecsNamed(CODEC_NAMES)) {
      await load?.();
      const codec = create();
      expect(codec.name).toBe(format.name);
      expect(codec.clockRate).toBe(format.clockRate);
      const payload = codec.encode(new Int16Array(codec.sampleRate / 50));
      expect(codec.durationOf(payload)).toBe(codec.clockRate / 50);
      expect(codec.decode(payload).length).toBe(codec.sampleRate / 50);
      codec.close();
    }
  });
});

describe("codecFor", () => {
  const specs = codecsNamed(CODEC_NAMES);

  test.each([
    [{ name: "pcmu", clockRate: 8000 }, 0],
    [{ name: "PCMA", clockRate: 8000, channels: 1 }, 8],
    [{ name: "OPUS", clockRate: 48000, channels: 2 }, 111],
    [{ name: "L16", clockRate: 8000 }, 110],
  ])("finds %j whatever its payload type and case", (format, payloadType) => {
    expect(codecFor(specs, format)?.format.payloadType).toBe(payloadType);
  });

  test.each([
    [{ name: "PCMU", clockRate: 16000 }],
    [{ name: "opus", clockRate: 48000 }],
    [{ name: "L16", clockRate: 8000, channels: 2 }],
    [{ name: "G722", clockRate: 8000 }],
  ])("finds nothing for %j", (format) => {
    expect(codecFor(specs, format)).toBeUndefined();
  });
});
