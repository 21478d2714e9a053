import { afterEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getLogger, reset, withContext } from "@logtape/logtape";
import type { LogSettings } from "../../../src/cli/mod.ts";
import { configureLogging } from "../../../src/cli/logging/configure_logging.ts";
import { VirtualClock } from "../../../src/clock/mod.ts";

const SETTINGS: LogSettings = {
  logLevel: "info",
  logFile: undefined,
  logRotateBytes: "off",
  logRotateFiles: 5,
  jsonLogs: "auto",
  logUnmasked: false,
};

/** Standard error in memory. */
function stderr(isTTY: boolean) {
  const lines: string[] = [];
  let listens = false;
  return {
    isTTY,
    lines,
    write: (text: string) => lines.push(text),
    on: () => listens = true,
    get listens() {
      return listens;
    },
  };
}

/** What is written with these settings. */
async function written(
  settings: Partial<LogSettings>,
  write: () => void,
  isTTY = false,
): Promise<string> {
  const { flush, to } = await configured(settings, isTTY);
  write();
  await flush();
  return to.lines.join("");
}

async function configured(settings: Partial<LogSettings>, isTTY: boolean) {
  const to = stderr(isTTY);
  const context = {
    stderr: to,
    clock: new VirtualClock(),
    isKnown: (one: string) => one === "1001",
  };
  return { to, ...await configureLogging({ ...SETTINGS, ...settings }, context) };
}

const log = getLogger(["sofia-phone", "call"]);
const say = () =>
  log.info("{call} from {from}: {text}", { call: "7f3a", from: "1001", text: "hello" });

describe("configureLogging", () => {
  afterEach(() => reset());

  test("writes JSON where no person reads it, and text where one does, or as it is told", async () => {
    const json = JSON.parse(await written({}, say));
    expect(json).toMatchObject({ level: "info", logger: "sofia-phone.call", call: "7f3a" });
    expect(json.message).toBe("7f3a from ***01: (5 characters)");
    const text = await written({}, say, true);
    expect(text).toContain("7f3a from ***01: (5 characters)");
    expect(() => JSON.parse(text)).toThrow();
    expect(JSON.parse(await written({ jsonLogs: true }, say, true)).call).toBe("7f3a");
    expect(await written({ jsonLogs: false }, say)).toMatch(
      /^2\S+ \[INF\] sofia-phone·call: 7f3a from/,
    );
  });

  test.each([[true], [false]])(
    "lets nobody begin a line or steer a terminal, in colours: %s",
    async (isTTY) => {
      const bad =
        "x\n2026-11-27T10:00:00.000Z [ERR] sofia-phone: all is lost\u001b[2J\u009b1mz\r\u202e";
      const settings = { logUnmasked: true, jsonLogs: false };
      const text = await written(settings, () => {
        log.info("{bad} is a text", { bad });
        log.info(`pasted ${bad}`);
        log.info("{value} has one", { value: { bad, list: [bad] } });
        log.error("failed: {error}", { error: new Error(bad, { cause: new Error(bad) }) });
      }, isTTY);
      // deno-lint-ignore no-control-regex -- LogTape's own colours
      const plain = text.replace(/\u001b\[[0-9;]*m/g, (one) => isTTY ? "" : one);
      // deno-lint-ignore no-control-regex -- those that are looked for
      expect(plain).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      expect(plain).not.toMatch(/^2026-11-27T10/m);
      expect(plain.split("\n").filter((line) => /^\S/.test(line))).toHaveLength(4);
    },
  );

  test("shows all where it is told to, and nothing below its level", async () => {
    expect(JSON.parse(await written({ logUnmasked: true }, say)).message).toBe(
      "7f3a from 1001: hello",
    );
    expect(await written({ logLevel: "warning" }, say)).toBe("");
    expect(await written({}, () => log.debug("not told"))).toBe("");
  });

  test("masks what a bot logs by itself, and takes its context along", async () => {
    const bot = getLogger(["my-bot"]);
    const line = await written({}, () => {
      withContext({ call: "7f3a", tenant: "+436641234567" }, () => bot.warn("to sip:alice@host"));
    });
    expect(JSON.parse(line)).toMatchObject({
      logger: "my-bot",
      level: "warning",
      message: "to sip:***@host",
      call: "7f3a",
      properties: { tenant: "***67" },
    });
  });

  test("carries a bot's context over what it waits for", async () => {
    const { to, flush } = await configured({}, false);
    const bot = getLogger(["my-bot"]);
    const answer = (call: string) =>
      withContext({ call }, async () => {
        await Promise.resolve();
        await new Promise<void>((resolve) => queueMicrotask(resolve));
        bot.info("answers");
      });
    await Promise.all(["a", "b"].map(answer));
    await flush();
    expect(to.lines.map((line) => JSON.parse(line).call)).toEqual(["a", "b"]);
  });

  test("writes a file in the place of standard error, and tells there what is wrong with it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "logging-"));
    try {
      const logFile = join(folder, "phone.log");
      expect(await written({ logFile }, say)).toBe("");
      expect(JSON.parse(readFileSync(logFile, "utf8")).call).toBe("7f3a");
      const told = await written({ logFile: join(logFile, "x") }, say);
      expect(told).toMatch(/^Cannot write the log to .*, and calls go on without: /);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("listens for errors of standard error, which would end the process", async () => {
    expect((await configured({}, false)).to.listens).toBe(true);
  });

  test("is not ended by a value that cannot be shown", async () => {
    const spiteful = {
      get name(): string {
        throw new Error("no");
      },
    };
    const lines = await written({}, () => {
      log.info("{spiteful}", { spiteful });
      log.info("after it");
    });
    expect(lines).toContain("after it");
  });
});
