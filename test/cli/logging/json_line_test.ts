import { describe, expect, test } from "bun:test";
import { jsonLine } from "../../../src/cli/logging/json_line.ts";

const RECORD = {
  category: ["sofia-phone", "call"],
  level: "info",
  timestamp: Date.UTC(2026, 10, 27, 9, 46, 17, 5),
  rawMessage: "{call} is {state}",
  message: ["", "7f3a", " is ", "live", ""],
  properties: { call: "7f3a", turn: 2, state: "live" },
} as const;

describe("jsonLine", () => {
  test("has the names that are promised, in their order, and the call and the turn on top", () => {
    expect(jsonLine(RECORD)).toBe(
      '{"time":"2026-11-27T09:46:17.005Z","level":"info","logger":"sofia-phone.call",' +
        '"message":"7f3a is live","call":"7f3a","turn":2,"properties":{"state":"live"}}\n',
    );
  });

  test("leaves out what there is not", () => {
    const line = jsonLine({ ...RECORD, properties: {}, message: ["ready"] });
    expect(Object.keys(JSON.parse(line))).toEqual(["time", "level", "logger", "message"]);
  });

  test("steers no terminal, and is the same when it is read", () => {
    const text = "a\u009b2Jb\u007fc\u202ed\u001b[31m";
    const line = jsonLine({ ...RECORD, properties: { text } });
    expect(line.trimEnd()).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(line).properties).toEqual({ text });
  });

  test("is one line, whatever was said", () => {
    const error = new RangeError("two\nlines", { cause: new Error("deeper") });
    const circle: Record<string, unknown> = {};
    circle.again = circle;
    const values = [error, "a\nb\u2028c", 5n, new Map([["a", 1]]), new Set([2]), circle, undefined];
    for (const value of values) {
      const line = jsonLine({ ...RECORD, message: ["", value, ""], properties: { value } });
      expect(line.trimEnd().split("\n")).toHaveLength(1);
      JSON.parse(line);
    }
    const { properties } = JSON.parse(jsonLine({ ...RECORD, properties: { error } }));
    expect(properties.error).toMatchObject({ name: "RangeError", message: "two\nlines" });
    expect(properties.error.cause.message).toBe("deeper");
    const { message } = JSON.parse(jsonLine({ ...RECORD, message: ["no: ", error, " at ", 5] }));
    expect(message).toBe("no: RangeError: two\nlines at 5");
  });
});
