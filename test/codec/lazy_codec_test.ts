import { describe, expect, test } from "bun:test";
import { L16, lazyCodec } from "../../src/codec/mod.ts";

const format = { name: "L16", clockRate: 8000, payloadType: 96 };

describe("lazyCodec", () => {
  test("creates only after load, and loads once for many callers", async () => {
    let loads = 0;
    const spec = lazyCodec(format, () => {
      loads++;
      return Promise.resolve(() => new L16(8000));
    });
    expect(() => spec.create()).toThrow("Cannot create codec L16 as load() must be done first");
    await Promise.all([spec.load?.(), spec.load?.()]);
    await spec.load?.();
    expect(loads).toBe(1);
    expect(spec.create().name).toBe("L16");
  });

  test("hands over what was agreed", async () => {
    const agreed: unknown[] = [];
    const spec = lazyCodec(format, () =>
      Promise.resolve((format) => {
        agreed.push(format);
        return new L16(8000);
      }));
    await spec.load?.();
    spec.create({ ...format, fmtp: "x=1" });
    expect(agreed).toEqual([{ ...format, fmtp: "x=1" }]);
  });

  test("a load that failed says why and can be tried again", async () => {
    let loads = 0;
    const spec = lazyCodec(format, () => {
      if (loads++ === 0) return Promise.reject(new Error("no such file"));
      return Promise.resolve(() => new L16(8000));
    });
    const error = await spec.load?.().catch((error: unknown) => error);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toBe("Cannot load codec L16");
    expect(String((error as Error).cause)).toContain("no such file");
    await spec.load?.();
    expect(spec.create().name).toBe("L16");
  });
});
