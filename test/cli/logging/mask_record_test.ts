import { describe, expect, test } from "bun:test";
import { inspect } from "node:util";
import { configure, getLogger, type LogRecord, reset } from "@logtape/logtape";
import { VirtualClock } from "../../../src/clock/mod.ts";
import { maskRecord } from "../../../src/cli/logging/mask_record.ts";
import { Watchdog } from "../../../src/phone/mod.ts";

/** What LogTape makes of a message, masked. */
async function logged(write: (log: ReturnType<typeof getLogger>) => void): Promise<LogRecord> {
  const records: LogRecord[] = [];
  await configure({
    reset: true,
    sinks: { kept: (record) => void records.push(record) },
    loggers: [
      { category: [], sinks: ["kept"], lowestLevel: "debug" },
      { category: ["logtape", "meta"], sinks: [], lowestLevel: "warning" },
    ],
  });
  write(getLogger(["a-bot", "of", "somebody"]));
  await reset();
  expect(records).toHaveLength(1);
  return maskRecord(records[0]);
}

/** What the watchdog of a phone writes. */
function barked(): Promise<LogRecord> {
  const watchdog = new Watchdog(new VirtualClock(), () => {});
  return logged(() =>
    watchdog.bark({
      what: "event-loop",
      text: "The process stood still for 250 ms",
      remedy: "Give it a core of its own",
      value: 250,
    })
  );
}

function textOf({ message }: LogRecord): string {
  return message.map((part) => typeof part === "string" ? part : inspect(part)).join("");
}

describe("maskRecord", () => {
  test("masks in the message and in the properties alike, by names", async () => {
    const record = await logged((log) =>
      log.info("{call} from {from} to {to} said {text} and pressed {digit} in {ms} ms", {
        call: "4366412345678@10.0.0.9",
        from: "+43664 1234567",
        to: { user: "reception", name: "Ms Smith" },
        text: "my secret word",
        digit: "5",
        ms: 12_345_678,
      })
    );
    expect(textOf(record)).toBe(
      "4366412345678@10.0.0.9 from ***67 to { user: '***', name: '***' } said (14 characters) " +
        "and pressed *** in 12345678 ms",
    );
    expect(record.properties).toEqual({
      call: "4366412345678@10.0.0.9",
      from: "***67",
      to: { user: "***", name: "***" },
      text: "(14 characters)",
      digit: "***",
      ms: 12_345_678,
    });
  });

  test("masks what a template, a text and a nested value have in them", async () => {
    const number = "+436641234567";
    const template = await logged((log) => log.warn`calls ${number} at ${"sip:bob@host"}`);
    expect(textOf(template)).toBe("calls ***67 at sip:***@host");
    const pasted = await logged((log) => log.warn(`calls ${number}`));
    expect(JSON.stringify(pasted)).not.toContain("1234567");
    const nested = await logged((log) =>
      log.warn("{info}", {
        info: { callerNumber: "1001", history: [{ role: "user", words: "hello" }], "x-key": "9" },
        list: [{ digits: ["1", "2"] }, new Map([["a", number]]), new Uint8Array(3)],
        password: "hunter2",
      })
    );
    const shown = JSON.stringify([nested.message, nested.properties]);
    for (const secret of ["1001", "hello", '"9"', '"1"', "1234567", "hunter2"]) {
      expect([secret, shown.includes(secret)]).toEqual([secret, false]);
    }
    expect(shown).toContain("(3 bytes)");
    expect(shown).toContain('["a","***67"]');
  });

  test("masks an error, its stack and its causes, and leaves it an error", async () => {
    const cause = new TypeError("no route to sip:alice@example.com");
    const error = new RangeError("Cannot call as it is a number: current value is my old friend", {
      cause,
    });
    const record = await logged((log) => log.error("failed: {error}", { error }));
    const copy = record.properties.error as Error;
    expect(copy).toBeInstanceOf(Error);
    expect(copy.name).toBe("RangeError");
    expect(copy.message).toBe("Cannot call as it is a number: current value is (13 characters)");
    expect((copy.cause as Error).message).toBe("no route to sip:***@example.com");
    // It says where it was thrown, and not where it was masked.
    expect(copy.stack).toContain("mask_record_test");
    expect(copy.stack).not.toContain("mask_value");
    expect(inspect(copy)).not.toContain("friend");
    expect(inspect(copy)).not.toContain("alice");
  });

  test("leaves a warning of the watchdog readable", async () => {
    const record = await barked();
    expect(textOf(record)).toBe("The process stood still for 250 ms. Give it a core of its own");
  });

  test("comes to an end with a value that holds itself", async () => {
    const circle: Record<string, unknown> = { name: "a" };
    circle.again = circle;
    const record = await logged((log) => log.info("{circle}", { circle }));
    expect(JSON.stringify(record.properties)).toContain("...");
  });
});
