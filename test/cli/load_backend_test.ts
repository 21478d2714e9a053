import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigurationError, loadBackend } from "../../src/cli/mod.ts";

/** Loads a module with this text. */
async function load(text: string): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), "backend-"));
  try {
    const path = join(folder, "bot.mjs");
    writeFileSync(path, text);
    return await loadBackend(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("loadBackend", () => {
  test("knows the names", async () => {
    for (const name of ["echo", "mock"]) {
      expect(await loadBackend(name)).toHaveProperty("transcribe");
    }
    expect(typeof await loadBackend("loopback")).toBe("function");
  });

  test("takes the default export of a module, whichever kind of backend it is", async () => {
    const steps = "{ transcribe() {}, generate() {}, speak() {} }";
    expect(await load(`export default ${steps}`)).toHaveProperty("speak");
    expect(await load("export default { converse() {} }")).toHaveProperty("converse");
    expect(typeof await load("export default () => new TransformStream()")).toBe("function");
  });

  test.each([
    ["export const bot = {}", "current value is missing"],
    ["export default 5", "current value is number"],
    ["export default { transcribe() {}, speak() {} }", "has transcribe, generate and speak"],
    ["throw new Error('no key')", "no key"],
    ["export default {", "path of a module"],
  ])("refuses the module %j", async (text, message) => {
    const loading = load(text);
    await expect(loading).rejects.toThrow(ConfigurationError);
    await expect(loading).rejects.toThrow(message);
  });

  test("refuses a module that is not there", async () => {
    await expect(loadBackend("./no/such.ts")).rejects.toThrow('current value is "./no/such.ts"');
  });
});
