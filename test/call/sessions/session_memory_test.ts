import { describe, expect, test } from "bun:test";
import type { JsonValue } from "../../../src/backend/mod.ts";
import { SessionMemory } from "../../../src/call/mod.ts";

describe("SessionMemory", () => {
  test("keeps copies: what is changed outside later is not changed in it", () => {
    const memory = new SessionMemory();
    const order = { pizzas: ["one"] };
    memory.set("order", order);
    order.pizzas.push("two");
    expect(memory.get("order")).toEqual({ pizzas: ["one"] });
    expect([memory.names, memory.get("toString")]).toEqual([["order"], undefined]);
    expect([memory.delete("order"), memory.delete("order"), memory.names]).toEqual([
      true,
      false,
      [],
    ]);
  });

  test("tells of a change, of what is written only", () => {
    const memory = new SessionMemory();
    let changes = 0;
    memory.onChange = () => void changes++;
    memory.set("pin", "1234", { persist: false });
    memory.delete("pin");
    expect(changes).toBe(0);
    memory.set("a", 1);
    memory.set("a", 2, { persist: false });
    expect([changes, memory.persistent]).toEqual([2, {}]);
  });

  test("writes names that mean something to the language as any other", () => {
    const memory = new SessionMemory();
    memory.set("__proto__", { polluted: true });
    const restored = new SessionMemory();
    restored.restore(JSON.parse(JSON.stringify(memory.persistent)));
    expect(restored.get("__proto__")).toEqual({ polluted: true });
    expect(({} as { polluted?: boolean }).polluted).toBe(undefined);
  });

  const ring: Record<string, unknown> = {};
  ring.ring = ring;
  test.each([
    ["a function", () => {}],
    ["a date", new Date(0)],
    ["NaN", NaN],
    ["undefined", undefined],
    ["undefined in a list", [undefined]],
    ["a map", new Map()],
    ["a bigint", 1n],
    ["a ring", ring],
  ])("refuses %s, which would not be the same when it is read", (_, value) => {
    expect(() => new SessionMemory().set("x", value as JsonValue)).toThrow(TypeError);
  });

  test("refuses more than 65,536 characters, and keeps what there was", () => {
    const memory = new SessionMemory();
    memory.set("a", "x".repeat(60_000));
    expect(() => memory.set("b", "x".repeat(6000))).toThrow(RangeError);
    memory.set("a", "small");
    memory.set("b", "x".repeat(60_000));
    expect(memory.names).toEqual(["a", "b"]);
  });
});
