import { expect, test } from "bun:test";
import { caller, simulate, syntheticSpeech } from "../../../src/testing/mod.ts";
import { hotel } from "../../testing/bots.ts";
const menu = {
  name: "m",
  menus: {
    main: {
      prompt: "For sales press one. For support press two.",
      options: [
        { key: "1", says: ["sales"], then: { do: "return", value: "sales" } },
        { key: "2", says: ["support", "help"], then: "bot" },
      ],
    },
  },
} as const;
test("x", async () => {
  let end: unknown;
  const c = await simulate(
    hotel(),
    caller().waitForAgent().presses("1").waitForAgent().says("I need a room.").waitForAgent(),
    { transcribe: "from script", ask: async (menus) => end = await menus.run(menu as never) },
  );
  console.log(String(c));
  console.log(end, c.errors, c.history);
  const d = await simulate(
    hotel(),
    caller().waitForAgent().says("I need help, please").waitForAgent().says("I need a room.")
      .waitForAgent(),
    { transcribe: "from script", ask: async (menus) => end = await menus.run(menu as never) },
  );
  console.log(String(d));
  console.log(end, d.errors, d.history);
});
