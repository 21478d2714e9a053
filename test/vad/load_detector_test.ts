import { describe, expect, test } from "bun:test";
import { configure, type LogRecord, reset } from "@logtape/logtape";
import { type DetectorName, loadDetector, type LoadDetectorOptions } from "../../src/vad/mod.ts";
import { lacksSilero } from "../support/needs.ts";

const missing = lacksSilero();

/** What is logged while a detector is loaded, and what that says of silence. */
async function loaded(name: DetectorName | undefined, options?: LoadDetectorOptions) {
  const records: LogRecord[] = [];
  const category = ["sofia-phone", "vad"];
  const meta = { category: ["logtape", "meta"], lowestLevel: "fatal" as const };
  await configure({
    sinks: { records: (record) => void records.push(record) },
    loggers: [{ category, sinks: ["records"] }, meta],
  });
  try {
    const detector = (await loadDetector(name, options))();
    const silent = await detector.detect(new Int16Array(320), 16_000);
    detector.close();
    const said = records.map(({ level, message }) => `${level}: ${message.join("")}`);
    return { said, silent };
  } finally {
    await reset();
  }
}

describe("loadDetector", () => {
  test.each([["energy"], ["fvad"]] as const)("loads %s by name and says nothing", async (name) => {
    expect(await loaded(name)).toEqual({ said: [], silent: 0 });
  });

  test.skipIf(missing)("takes Silero if it is here, and says so", async () => {
    const said = ["debug: voices are found by silero"];
    expect(await loaded(undefined)).toEqual({ said, silent: 0 });
    expect(await loaded("auto")).toEqual({ said, silent: 0 });
  });

  test("takes fvad when Silero cannot be loaded, and says why", async () => {
    const { said, silent } = await loaded("auto", { modelPath: "/no/model.onnx" });
    expect(silent).toBe(0);
    expect(said).toHaveLength(2);
    expect(said[0]).toMatch(missing ? /^debug: .*"bun add / : /^warning: .*\/no\/model\.onnx/);
    expect(said[1]).toBe("debug: voices are found by fvad");
  });

  test("does not take another for the one that was asked for", async () => {
    await expect(loadDetector("silero", { modelPath: "/no/model.onnx" })).rejects.toThrow(
      "Cannot load Silero",
    );
  });

  test("refuses a name it does not know", async () => {
    // @ts-expect-error a caller without types
    await expect(loadDetector("ten")).rejects.toThrow("current value is ten");
  });
});
