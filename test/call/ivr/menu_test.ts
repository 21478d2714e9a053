import { describe, expect, test } from "bun:test";
import { tone } from "../../../src/audio/mod.ts";
import type { VoiceBackend } from "../../../src/backend/mod.ts";
import {
  type AnyMenu,
  type CallMenus,
  type Menu,
  type MenuAction,
  MenuBook,
  type MenuEnd,
  type Menus,
  type RunMenuOptions,
} from "../../../src/call/mod.ts";
import {
  caller,
  type CallerScript,
  type Conversation,
  expectConversation,
  simulate,
  type SimulateOptions,
  syntheticSpeech,
} from "../../../src/testing/mod.ts";

/** A bot that does not greet, and answers one thing. */
const bot: VoiceBackend = {
  transcribe: () => "",
  generate: (text) => /room/.test(text) ? "We have rooms." : "Pardon?",
  speak: (text) => syntheticSpeech(text, { pitchHz: 200 }),
};

interface Session {
  readonly conversation: Conversation;
  readonly end: MenuEnd;
}

interface SessionOptions extends RunMenuOptions {
  readonly bot?: VoiceBackend;
  readonly simulate?: SimulateOptions;
  readonly begin?: (menus: CallMenus) => void;
}

/** A whole call: the caller of a script in a menu. */
async function session(
  menu: AnyMenu,
  script: CallerScript,
  options: SessionOptions = {},
): Promise<Session> {
  let ended: Promise<MenuEnd> | undefined;
  const conversation = await simulate(options.bot ?? bot, script, {
    transcribe: "from script",
    ask: (menus) => {
      ended = menus.run(menu, options);
      options.begin?.(menus);
      return ended;
    },
    ...options.simulate,
  });
  return { conversation, end: await ended! };
}

/** What the caller heard, sentence by sentence, and what of that was cut. */
function heard({ conversation }: Session): string[] {
  return conversation.sentences.map(({ heard, isCut }) => isCut ? `${heard}...` : heard);
}

function given(value: string): MenuAction {
  return { do: "return", value };
}

const PROMPT = "For sales, press or say one. For support, press two.";
const shop: Menu = {
  prompt: PROMPT,
  options: [
    { key: "1", says: ["sales"], next: given("sales") },
    { key: "2", says: ["support", "help"], next: given("support") },
  ],
};
const SORRY = "Sorry, that is not one of the options.";
const SILENT = "Sorry, I did not hear anything.";
const PARTS = ["For sales, press or say one.", "For support, press two."];

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

describe("the actions of a menu", () => {
  const doing = (next: MenuAction): Menu => ({ prompt: "Go.", options: [{ key: "1", next }] });
  const chosen = caller().waitForAgent().presses("1");

  test("collect digits, keep them, and have them confirmed", async () => {
    const menu = doing({
      do: "collect",
      as: "pin",
      prompt: "Your pin?",
      min: 3,
      max: 4,
      erase: "*",
      next: {
        do: "confirm",
        prompt: "{pin digits}, is that right?",
        yes: given("pin {pin}"),
        no: "repeat",
      },
    });
    const script = chosen.waitForAgent().presses("99*4122").presses("#").waitForAgent()
      .says("Yes, that's right.").afterMs(2000).hangsUp();
    const done = await session({ menus: { menu }, listen: "keys and speech" }, script);
    // The pound key, that ends nothing any more, has cut the question at its first sound.
    const question = "4 1 2 2, is that right?";
    expect(heard(done)).toEqual(["Go.", "Your pin?", "...", question]);
    expect(done.end).toMatchObject({ value: "pin 4122", variables: { pin: "4122" } });
  });

  test("take digits that are said, also with a pause", async () => {
    const menu = doing({ do: "collect", as: "pin", prompt: "Your pin?", max: 4, next: "return" });
    const script = chosen.waitForAgent().says("Four one.").afterMs(900).says("Double two.")
      .afterMs(2000).hangsUp();
    const done = await session({ menus: { menu }, listen: "keys and speech" }, script);
    expect(done.end).toMatchObject({ outcome: "returned", variables: { pin: "4122" } });
  });

  test("transfer, or say that nobody is there", async () => {
    const asked: string[] = [];
    const transfer = (target: string) => {
      asked.push(target);
      return Promise.resolve(asked.length > 1);
    };
    const menu = doing({ do: "transfer", to: "sip:{desk}@10.0.0.9", say: "One moment." });
    const script = chosen.waitForAgent().presses("1").afterMs(5000).hangsUp();
    const menus = { menus: { menu }, variables: { desk: "front" } };
    const done = await session(menus, script, { simulate: { session: { transfer } } });
    expect(asked).toEqual(["sip:front@10.0.0.9", "sip:front@10.0.0.9"]);
    const nobody = "Sorry, nobody is there right now.";
    expect(heard(done)).toEqual(["Go.", "One moment.", nobody, "Go.", "One moment."]);
    expect(done.end.outcome).toBe("transferred");
  });

  test("hang up, after a word that is said whole", async () => {
    const menu = doing({ do: "hang-up", say: "Thank you for calling. Bye." });
    const script = chosen.waitForAgent({ for: "start" }).presses("5").afterMs(20_000);
    const done = await session(menu, script);
    expect(heard(done)).toEqual(["Go.", "Thank you for calling.", "Bye."]);
    expectConversation(done.conversation).toHaveEnded("agent");
  });

  test("hand the caller to the bot, which gives it back, as does a key", async () => {
    let menus: CallMenus | undefined;
    const giving: VoiceBackend = {
      ...bot,
      generate(text) {
        if (!/menu/.test(text)) return "We have rooms.";
        menus!.current!.resume();
        return "Never said.";
      },
    };
    const menu = doing({ do: "bot", say: "Ask me.", returnKey: "*" });
    const script = chosen.waitForAgent().says("A room.").waitForAgent().says("To the menu!")
      .waitForAgent().presses("1").waitForAgent().presses("*").waitForAgent().hangsUp();
    const done = await session(menu, script, { bot: giving, begin: (own) => menus = own });
    expect(heard(done)).toEqual(["Go.", "Ask me.", "We have rooms.", "Go.", "Ask me.", "Go."]);
    expect(done.end.outcome).toBe("ended");
    expect(done.conversation.errors).toEqual([]);
  });

  test("are code as well, which says, collects, and decides", async () => {
    const menu = doing(async (call) => {
      expect(call.chosen).toBe("1");
      await call.say("Welcome, {who}.");
      const { digits } = await call.collectDigits({ prompt: "How many?", max: 1 });
      if (await call.confirm({ prompt: "Sure?" })) call.variables.count = digits;
      return {
        do: "menu",
        menu: { prompt: () => `${digits} it is.`, options: [{ key: "2", next: "back" }] },
      };
    });
    const script = chosen.waitForAgent().presses("3").waitForAgent().presses("1").waitForAgent()
      .presses("2").waitForAgent().hangsUp();
    const done = await session({ menus: { menu }, variables: { who: "Ada" } }, script);
    expect(heard(done)).toEqual(["Go.", "Welcome, Ada.", "How many?", "Sure?", "3 it is.", "Go."]);
    expect(done.end).toMatchObject({ outcome: "ended", variables: { count: "3" }, path: ["menu"] });
  });

  test("run functions by name, which have to be there", async () => {
    const menu = doing({ do: "run", name: "look", next: given("{found}") });
    const look = (call: { readonly variables: Record<string, string> }) => {
      call.variables.found = "a room";
    };
    const book = new MenuBook(menu, { functions: { look } });
    const done = await session(book, chosen.afterMs(500).hangsUp());
    expect(done.end.value).toBe("a room");
    await expect(session(menu, chosen.hangsUp())).rejects.toThrow("is one of the functions : ");
  });

  test("survive code that throws, and stop code that runs in a circle", async () => {
    const throwing = await session(
      { ...doing(() => Promise.reject(new Error("no database"))), failed: given("failed") },
      chosen.afterMs(500).hangsUp(),
    );
    expect(throwing.end.value).toBe("failed");
    expect(String(throwing.conversation.errors[0])).toBe("Error: no database");
    const circle: MenuAction = () => ({ do: "say", say: "", next: circle });
    const circling = await session(doing(circle), chosen.says("A room.").waitForAgent());
    expect(circling.end.outcome).toBe("failed");
    expect(String(circling.end.error)).toContain("asks something within 100 actions");
    // The bot has the caller then.
    expect(heard(circling)).toEqual(["Go.", "We have rooms."]);
  });
});

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

describe("a menu and its bot", () => {
  const greeting = { ...bot, onCallStart: () => "Hello, I am the bot." };

  test("let the bot greet first, unless it is cut", async () => {
    const script = caller().waitForAgent().presses("1").afterMs(300).says("A room.").waitForAgent();
    const after = await session(shop, script, { bot: greeting });
    expect(heard(after)).toEqual(["Hello, I am the bot.", ...PARTS, "We have rooms."]);
    const cut = await session(shop, script, { bot: greeting, cut: true });
    expect(heard(cut)).toEqual([...PARTS, "We have rooms."]);
  });

  test("are one at a time: a menu that is stopped leaves the caller to the bot", async () => {
    const controller = new AbortController();
    const refused: unknown[] = [];
    const done = await session(shop, caller().afterMs(500).says("A room.").waitForAgent(), {
      signal: controller.signal,
      begin: (menus) => {
        expect(menus.current?.isWithBot).toBe(false);
        expect(() => menus.current!.resume()).toThrow("as the bot has the caller: the menu has it");
        void menus.run(shop).catch((error) => {
          refused.push(error);
          controller.abort();
        });
      },
    });
    expect(String(refused[0])).toBe(
      "TypeError: Cannot run the menu as one at a time is run: another one is",
    );
    expect(done.end.outcome).toBe("stopped");
    expect(heard(done).at(-1)).toBe("We have rooms.");
  });
});
