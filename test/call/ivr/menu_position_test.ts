import { describe, expect, test } from "bun:test";
import type { Menus } from "../../../src/call/mod.ts";
import { caller } from "../../../src/testing/mod.ts";
import { given, heard, session } from "./menu_session.ts";

describe("the place in a menu", () => {
  const menus: Menus = {
    name: "shop",
    menus: {
      main: { prompt: "Main.", options: [{ key: "1", next: "pin" }] },
      pin: {
        prompt: "Pin menu.",
        options: [
          { key: "1", next: { do: "collect", as: "pin", prompt: "Pin?", max: 2, mask: true } },
          { key: "2", next: { do: "collect", as: "age", prompt: "Age?", max: 2 } },
          { key: "3", next: { do: "bot", returnKey: "*", next: "main" } },
          { key: "4", next: given("{age}") },
        ],
      },
    },
  };

  test("is kept as it changes, without what is secret, and gone on from", async () => {
    const memory = new Map<string, unknown>();
    const first = caller().waitForAgent().presses("1").waitForAgent().presses("1").waitForAgent()
      .presses("77").waitForAgent().presses("2").waitForAgent().presses("42").waitForAgent();
    const cut = await session(menus, first.hangsUp(), { simulate: { memory } });
    expect(cut.end.variables).toEqual({ pin: "77", age: "42" });
    expect([...memory]).toEqual([["menu:shop", {
      path: ["main", "pin"],
      variables: { age: "42" },
    }]]);
    // As a store would give it back to another process.
    const kept = () => new Map<string, unknown>(JSON.parse(JSON.stringify([...memory])));
    const again = caller().waitForAgent().presses("4").afterMs(300).hangsUp();
    const later = kept();
    const resumed = await session(menus, again, { simulate: { memory: later } });
    expect(heard(resumed)).toEqual(["Pin menu."]);
    expect(resumed.end.value).toBe("42");
    expect(later.size).toBe(0);
    const anew = await session(menus, again, { simulate: { memory: kept() }, resume: false });
    expect(heard(anew)[0]).toBe("Main.");
    // The menus have changed meanwhile: as much of the way as is still there.
    const { main } = menus.menus;
    const less = {
      ...menus,
      menus: { main: { ...main, options: [{ key: "4", next: "return" }] } },
    };
    const changed = await session(less, again, { simulate: { memory: kept() } });
    expect(heard(changed)).toEqual(["Main."]);
  });

  test("is with the bot if that had the caller, and the way back is known", async () => {
    const memory = new Map<string, unknown>();
    const first = caller().waitForAgent().presses("1").waitForAgent().presses("3").says("A room.");
    await session(menus, first.waitForAgent().hangsUp(), { simulate: { memory } });
    const again = caller().says("A room.").waitForAgent().presses("*").waitForAgent().hangsUp();
    const resumed = await session(menus, again, { simulate: { memory } });
    expect(heard(resumed)).toEqual(["We have rooms.", "Main."]);
  });
});
