import { describe, expect, test } from "bun:test";
import { Trunks } from "../../src/phone/trunks.ts";
import type { TrunkOptions, TrunkState } from "../../src/phone/mod.ts";
import { type RegisterOptions, SipStatusError } from "../../src/sip/mod.ts";

function trunks(...options: TrunkOptions[]) {
  const told: TrunkState[] = [];
  const asked: RegisterOptions[] = [];
  const made = new Trunks(options, (state) => told.push(state));
  const agent = {
    register: (options: RegisterOptions) => {
      asked.push(options);
      return {
        state: "registering" as const,
        grantedExpires: 0,
        refresh: () => {},
        unregister: () => Promise.resolve(),
      };
    },
  };
  return { trunks: made, told, asked, start: () => made.start(agent) };
}

describe("Trunks", () => {
  test("register those that have a name with us, where they are", () => {
    const { start, asked } = trunks(
      { name: "a", server: "10.0.0.9", username: "bot", password: "x" },
      {
        name: "b",
        server: "sip:b.example:5080;transport=tcp",
        domain: "b",
        username: "b+1",
        realm: "r",
      },
      { name: "c", server: "c.example", username: "c", register: false },
      { name: "d", server: "[2001:db8::1]" },
    );
    start();
    expect(asked.map(({ registrar, addressOfRecord }) => [registrar, addressOfRecord])).toEqual([
      ["sip:10.0.0.9", "sip:bot@10.0.0.9"],
      ["sip:b.example:5080;transport=tcp", "sip:b+1@b"],
    ]);
    expect(asked[0].auth).toEqual({ username: "bot", password: "x", realm: "10.0.0.9" });
    expect(asked[1].auth).toBe(undefined);
  });

  test("tell how they stand", () => {
    const { trunks: made, start, told, asked } = trunks(
      { name: "a", server: "10.0.0.9", username: "bot" },
      { name: "d", server: "10.0.0.8" },
    );
    start();
    const error = new SipStatusError("Cannot register", { status: 403 });
    asked[0].onState?.("registered", undefined);
    asked[0].onState?.("failed", error);
    expect(told).toEqual([
      { name: "a", state: "registered" },
      { name: "a", state: "failed", error },
    ]);
    expect(made.states).toEqual([
      { name: "a", state: "failed", error },
      { name: "d", state: "unregistered" },
    ]);
  });

  test("are found by name, or as there is only one", () => {
    const one = trunks({ name: "a", server: "[2001:db8::1]:5080", from: "+43 1" }).trunks;
    expect(one.find(undefined)?.from).toBe("<sip:+43%201@[2001:db8::1]>");
    expect(() => one.find("b")).toThrow("one of the phone's (a): current value is b");
    const two = trunks({ name: "a", server: "x" }, { name: "b", server: "y", from: "sip:q@z" });
    expect(two.trunks.find(undefined)).toBe(undefined);
    expect(two.trunks.find("b")?.from).toBe("sip:q@z");
    expect(trunks().trunks.find(undefined)).toBe(undefined);
  });

  test.each([
    [[{ name: "a", server: "sips:x" }], SyntaxError],
    [[{ name: "a", server: "x y" }], SyntaxError],
    [[{ name: "a", server: "" }], SyntaxError],
    [[{ name: "a", server: "x" }, { name: "a", server: "y" }], TypeError],
    [[{ name: "a", server: "x", register: true }], TypeError],
  ])("refuse %j", (options, error) => {
    expect(() => trunks(...options)).toThrow(error);
  });
});
