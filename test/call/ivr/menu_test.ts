import { describe, expect, test } from "bun:test";
import { tone } from "../../../src/audio/mod.ts";
import type { Menu, Menus } from "../../../src/call/mod.ts";
import { caller, type CallerScript, expectConversation } from "../../../src/testing/mod.ts";
import { bot, given, heard, PARTS, PROMPT, session, shop, SILENT, SORRY } from "./menu_session.ts";

describe("a menu", () => {
  test("takes a key, and gives the caller to the bot", async () => {
    const script = caller().waitForAgent().presses("2").afterMs(300).says("I need a room.")
      .waitForAgent();
    const done = await session(shop, script);
    expect(done.end).toEqual({
      outcome: "returned",
      value: "support",
      variables: {},
      path: ["menu"],
    });
    expect(heard(done)).toEqual([...PARTS, "We have rooms."]);
    expect(done.conversation.history).toEqual([
      { role: "agent", text: PROMPT },
      { role: "caller", text: "I need a room." },
      { role: "agent", text: "We have rooms." },
    ]);
    expect(done.conversation.errors).toEqual([]);
  });

  test.each([["Sales, please!", "sales"], ["I need some help.", "support"], ["One.", "sales"]])(
    "understands: %s",
    async (said, value) => {
      const done = await session(shop, caller().waitForAgent().says(said).afterMs(2000).hangsUp());
      expect(done.end).toMatchObject({ outcome: "returned", value });
    },
  );

  test("is cut short by a key, and by a voice", async () => {
    const during = caller().waitForAgent({ for: "start" }).afterMs(500);
    const byKey = await session(shop, during.presses("1").afterMs(1000).hangsUp());
    expect(byKey.end.value).toBe("sales");
    expect(heard(byKey)).toHaveLength(1);
    expect(byKey.conversation.sentences[0].isCut).toBe(true);
    const byVoice = await session(shop, during.says("Support!").afterMs(2000).hangsUp());
    expect(byVoice.end.value).toBe("support");
    expect(heard(byVoice)).toHaveLength(1);
  });

  test("is not cut where it says so, and the key is kept", async () => {
    const notice = { say: "This call is recorded.", interruptible: false };
    const menu = { ...shop, prompt: [notice, PROMPT] };
    const script = caller().waitForAgent({ for: "start" }).presses("1").afterMs(4000).hangsUp();
    const done = await session(menu, script);
    expect(heard(done)).toEqual(["This call is recorded."]);
    expect(done.end.value).toBe("sales");
  });

  test("asks again what was not answered, three times, and hangs up", async () => {
    const done = await session(shop, caller().afterMs(60_000).hangsUp());
    expect(done.end).toMatchObject({ outcome: "hung-up" });
    const again = [SILENT, ...PARTS];
    expect(heard(done)).toEqual([...PARTS, ...again, ...again, "Goodbye."]);
    expectConversation(done.conversation).toHaveEnded("agent");
    // The bot has said nothing meanwhile, and was asked nothing.
    expect(done.conversation.history.every(({ role }) => role === "agent")).toBe(true);
  });

  test("says what was wrong, and does what it is told to after the last try", async () => {
    const menu: Menu = { ...shop, tries: 2, invalid: "No.", failed: given("failed") };
    const script = caller().waitForAgent().presses("7").waitForAgent().says("A banana!")
      .afterMs(2000).hangsUp();
    const done = await session(menu, script);
    expect(heard(done)).toEqual([...PARTS, "No.", ...PARTS]);
    expect(done.end.value).toBe("failed");
  });

  test("is not put off by mm-hm, nor by a cough", async () => {
    const script = caller().waitForAgent({ for: "start" }).afterMs(300).hums().afterMs(300).coughs()
      .waitForAgent().presses("2").afterMs(500).hangsUp();
    const done = await session(shop, script);
    expect(done.conversation.history).toEqual([{ role: "agent", text: PROMPT }]);
    expect(done.end.value).toBe("support");
  });

  test("decides between 1 and 12 by time, or by the pound key", async () => {
    const menu: Menu = {
      prompt: "Which?",
      interDigitMs: 1500,
      options: [{ key: "1", next: given("one") }, { key: "12", next: given("twelve") }],
    };
    const at = async (keys: string, ms: number) => {
      const done = await session(menu, caller().waitForAgent().presses(keys).afterMs(ms).hangsUp());
      return done.end.value ?? done.end.outcome;
    };
    expect(await at("1", 1000)).toBe("ended");
    expect(await at("1", 1700)).toBe("one");
    expect(await at("1#", 300)).toBe("one");
    expect(await at("12", 300)).toBe("twelve");
    const wrong = caller().waitForAgent().presses("13").waitForAgent().presses("12").afterMs(300);
    const done = await session(menu, wrong.hangsUp());
    expect(heard(done)).toEqual(["Which?", SORRY, "Which?"]);
    expect(done.end.value).toBe("twelve");
  });

  test("passes over a pound key that is no option", async () => {
    const later = caller().waitForAgent().presses("#").afterMs(1000).presses("1").afterMs(500);
    const done = await session(shop, later.hangsUp());
    expect(heard(done)).toEqual(PARTS);
    expect(done.end.value).toBe("sales");
    // Where it has cut the question, that is said again.
    const during = caller().waitForAgent({ for: "start" }).afterMs(100).presses("#").waitForAgent();
    const cut = await session(shop, during.presses("2").afterMs(500).hangsUp());
    expect(heard(cut)).toEqual(["...", ...PARTS]);
    expect(cut.end.value).toBe("support");
  });

  test("ends when the caller hangs up in the middle", async () => {
    const talking = await session(shop, caller().waitForAgent({ for: "start" }).hangsUp());
    expect(talking.end.outcome).toBe("ended");
    const waiting = await session(shop, caller().waitForAgent().afterMs(1000).hangsUp());
    expect(waiting.end.outcome).toBe("ended");
    expect([...talking.conversation.errors, ...waiting.conversation.errors]).toEqual([]);
  });

  test("goes on in silence when its prompt cannot be spoken", async () => {
    const broken = { ...bot, speak: () => Promise.reject(new Error("no voice")) };
    const options = { bot: broken, simulate: { resilience: false } } as const;
    const done = await session(
      shop,
      caller().afterMs(2000).presses("2").afterMs(500).hangsUp(),
      options,
    );
    expect(done.end).toMatchObject({ outcome: "returned", value: "support" });
    expect(String(done.conversation.errors[0])).toBe("Error: no voice");
    const silent = await session(shop, caller().afterMs(40_000).hangsUp(), options);
    expect(silent.end.outcome).toBe("hung-up");
  });

  test("plays sound, fills in what it knows, and says in its language what it has to", async () => {
    const sound = { samples: tone([880], 400), sampleRate: 8000 };
    const menus: Menus = {
      language: "de",
      variables: { name: "Ada", pin: "12" },
      menus: {
        main: { ...shop, tries: 2, prompt: [sound, "Hallo {name}, {pin digits}{nobody}."] },
      },
    };
    const done = await session(menus, caller().afterMs(30_000).hangsUp());
    const prompt = ["", "Hallo Ada, 1 2."];
    expect(heard(done))
      .toEqual([...prompt, "Ich habe leider nichts gehört.", ...prompt, "Auf Wiederhören."]);
  });
});

describe("menus in each other", () => {
  const menus: Menus = {
    start: "main",
    menus: {
      main: {
        prompt: "Main.",
        options: [
          { key: "1", next: "sales" },
          {
            key: "2",
            next: {
              do: "menu",
              menu: {
                prompt: "Inner.",
                options: [
                  { key: "1", next: "main" },
                  { key: "*", next: "back" },
                ],
              },
            },
          },
        ],
      },
      sales: {
        prompt: "Sales.",
        options: [
          { key: "1", next: "orders" },
          { key: "*", next: "back" },
        ],
      },
      orders: {
        prompt: "Orders.",
        options: [
          { key: "1", next: given("order") },
          { key: "2", next: "main" },
          { key: "9", next: "repeat" },
          { key: "0", next: "top" },
          { key: "*", next: "back" },
        ],
      },
    },
  };

  function keys(...presses: string[]): CallerScript {
    const first = caller().waitForAgent();
    return presses.reduce((script, key) => script.presses(key).waitForAgent(), first).hangsUp();
  }

  test("lead on, back, up, and around", async () => {
    const done = await session(menus, keys("1", "1", "9", "*", "*", "2", "*", "*"));
    expect(heard(done)).toEqual([
      "Main.",
      "Sales.",
      "Orders.",
      "Orders.",
      "Sales.",
      "Main.",
      "Inner.",
      "Main.",
      SORRY,
      "Main.",
    ]);
    const top = await session(menus, keys("1", "1", "0", "1"));
    expect(heard(top)).toEqual(["Main.", "Sales.", "Orders.", "Main.", "Sales."]);
    expect(top.end.path).toEqual(["main", "sales"]);
  });

  test("do not grow when they are gone around in", async () => {
    const around = await session(
      menus,
      keys(...Array.from({ length: 5 }, () => ["1", "1", "2"]).flat()),
    );
    expect(around.end.path).toEqual(["main"]);
    expect(heard(around)).toHaveLength(16);
  });

  test("are passed in silence by those who know the keys", async () => {
    const script = caller().waitForAgent({ for: "start" }).presses("111").afterMs(1500).hangsUp();
    const done = await session(menus, script);
    expect(done.end).toMatchObject({ value: "order", path: ["main", "sales", "orders"] });
    expect(done.conversation.sentences.every(({ isCut }) => isCut)).toBe(true);
  });

  test("hear keys that were pressed before only if they do not flush them", async () => {
    const { main, sales, orders } = menus.menus;
    const careful = { ...menus, menus: { main, orders, sales: { ...sales, flush: true } } };
    const script = caller().waitForAgent({ for: "start" }).presses("1").afterMs(1500);
    const done = await session(careful, script.presses("1").waitForAgent().hangsUp());
    expect(heard(done).at(-1)).toBe("Orders.");
    const uncut = { say: "Please listen.", interruptible: false };
    const late = { ...main, prompt: uncut };
    const hasty = caller().waitForAgent({ for: "start" }).presses("11").waitForAgent().hangsUp();
    const kept = await session({ ...careful, menus: { ...careful.menus, main: late } }, hasty);
    // The first key is for the first menu; the second was pressed before the one that wants it heard.
    expect(heard(kept)).toEqual(["Please listen.", "Sales."]);
    expect(kept.end.path).toEqual(["main", "sales"]);
  });

  test("do not keep a caller who answers none of them", async () => {
    const circle: Menus = {
      defaults: { tries: 1 },
      menus: {
        a: { ...shop, prompt: "A.", failed: "b" },
        b: { ...shop, prompt: "B.", failed: "a" },
      },
    };
    const done = await session(circle, caller().afterMs(120_000).hangsUp());
    expect(heard(done)).toEqual(["A.", "B.", "A.", "Goodbye."]);
    expect(done.end.outcome).toBe("hung-up");
  });
});
