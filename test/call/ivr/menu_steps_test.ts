import { describe, expect, test } from "bun:test";
import { type AudioFrame, tone } from "../../../src/audio/mod.ts";
import type { VoiceBackend } from "../../../src/backend/mod.ts";
import {
  type CallMenus,
  type Menu,
  type MenuAction,
  MenuBook,
  type MenuEnd,
} from "../../../src/call/mod.ts";
import { caller, expectConversation, simulate } from "../../../src/testing/mod.ts";
import { bot, given, heard, PARTS, session, shop } from "./menu_session.ts";

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

  test("need no bot that speaks in turns where they play sound; words are told as errors", async () => {
    const stream = () => new TransformStream<AudioFrame, AudioFrame>();
    const sound = { samples: tone([880], 400), sampleRate: 8000 };
    const menus = {
      menus: { main: { ...shop, prompt: [sound, "Words."] } },
      listen: "keys",
    } as const;
    let ended: Promise<MenuEnd> | undefined;
    const script = caller().waitForAgent().presses("2").afterMs(500).hangsUp();
    const conversation = await simulate(stream, script, {
      ask: (own) => ended = own.run(menus),
    });
    expect((await ended!).value).toBe("support");
    const [beep] = conversation.agentSounds;
    expect(Math.abs(beep.endMs - beep.startMs - 400)).toBeLessThan(60);
    expect(conversation.errors.map(String).join()).toMatch(/speak/);
  });
});
