import { describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tone, writeWav } from "../../../src/audio/mod.ts";
import { loadMenu, type Menu, MenuBook, type Menus } from "../../../src/call/mod.ts";

const main = { prompt: "Press one.", options: [{ key: "1", next: "hang-up" }] };

/** A book whose first menu has this as its first option's action. */
function doing(next: unknown): Menus {
  return { menus: { main: { ...main, options: [{ key: "1", next }] } } } as Menus;
}

function menuWith(differs: Record<string, unknown>): Menus {
  return { menus: { main: { ...main, ...differs } } } as unknown as Menus;
}

describe("MenuBook", () => {
  test("takes menus as JSON holds them, and one alone", () => {
    const menus: Menus = {
      name: "shop",
      start: "main",
      language: "de",
      defaults: {
        tries: 2,
        firstDigitMs: 4000,
        failed: { do: "transfer", to: "sip:desk@10.0.0.1" },
      },
      variables: { shop: "Laden" },
      menus: {
        sales: {
          prompt: ["Hm.", { play: "a.wav" }],
          options: [{ says: ["zurück"], next: "back" }],
        },
        main: {
          prompt: { say: "Eins für den Verkauf.", interruptible: "keys" },
          firstDigitMs: 7000,
          options: [
            { key: "1", says: ["Verkauf"], next: "sales" },
            {
              key: "12",
              next: {
                do: "menu",
                menu: { prompt: "Tiefer?", options: [{ key: "#", next: "top" }] },
              },
            },
            {
              key: "2",
              next: {
                do: "collect",
                as: "pin",
                prompt: "Ihre PIN?",
                max: 4,
                mask: true,
                next: "bot",
              },
            },
            {
              key: "3",
              next: { do: "confirm", prompt: "Ja?", yes: "return", no: { do: "say", say: "Gut." } },
            },
            { key: "4", next: { do: "run", name: "look", next: { do: "bot", returnKey: "*" } } },
            { key: "0", next: { do: "hang-up", say: "Tschüss." } },
          ],
        },
      },
    };
    const functions = { look: () => {} };
    const book = new MenuBook(JSON.parse(JSON.stringify(menus)), { functions });
    expect([book.name, book.start, book.listen]).toEqual(["shop", "main", "keys and speech"]);
    expect(book.menu("main")).toMatchObject({ tries: 2, firstDigitMs: 7000 });
    expect(book.menu("sales")).toMatchObject({ tries: 2, firstDigitMs: 4000 });
    expect([...book.files]).toEqual(["a.wav"]);
    expect(new MenuBook(main).listen).toBe("keys");
    expect(new MenuBook({ menus: { main }, listen: "keys and speech" }).listen)
      .toBe("keys and speech");
  });

  test.each<[unknown, string]>([
    [undefined, "it is an object: current value is missing"],
    [[], "it is an object: current value is []"],
    [{ menus: {} }, "start is one of the menus : current value is missing"],
    [{ menus: { main }, start: "top" }, 'start is one of the menus main: current value is "top"'],
    [{ menus: { main }, langauge: "en" }, "it.langauge is not known there, where name, start,"],
    [
      { menus: { main }, language: "xx" },
      'language is one of en, de, fr, es: current value is "xx"',
    ],
    [{ menus: { main }, language: "toString" }, "language is one of en, de, fr, es"],
    [{ menus: { main }, listen: "speech" }, 'listen is "keys" or "keys and speech"'],
    [{ menus: { main }, variables: { a: 1 } }, "variables is an object of texts by their names"],
    [
      { menus: { main }, defaults: { tries: 0 } },
      "defaults.tries is a whole number from 1: current value is 0",
    ],
    [{ menus: { back: main } }, "menus.back is called otherwise, as that is an action"],
    [{ menus: { main: "x" } }, 'menus.main is an object: current value is "x"'],
    [
      menuWith({ prompt: undefined }),
      "menus.main.prompt is a text, { say }, { play }, sound, or a list",
    ],
    [menuWith({ prompt: { say: 3 } }), "menus.main.prompt.say is a text"],
    [menuWith({ prompt: ["a", 7] }), "menus.main.prompt[1] is a text"],
    [
      menuWith({ prompt: { say: "a", interruptible: "no" } }),
      "menus.main.prompt.interruptible is true, false or",
    ],
    [menuWith({ promt: "a" }), "menus.main.promt is not known there, where prompt, options,"],
    [
      menuWith({ options: [] }),
      "menus.main.options is a list of at least one option: current value is []",
    ],
    [
      menuWith({ firstDigitMs: "5 s" }),
      'menus.main.firstDigitMs is a number of ms above 0: current value is "5 s"',
    ],
    [
      menuWith({ failed: "nowhere" }),
      'menus.main.failed is one of repeat, back, top, bot, hang-up, return, or of the menus main: current value is "nowhere"',
    ],
    [
      menuWith({ options: [{ key: "x", next: "back" }] }),
      "menus.main.options[0].key is keys of 0-9",
    ],
    [
      menuWith({ options: [{ next: "back" }] }),
      "menus.main.options[0] is an option with a key, or words",
    ],
    [
      menuWith({ options: [{ key: "1" }] }),
      "menus.main.options[0].next is an action, or the name of a menu: current value is missing",
    ],
    [
      menuWith({ options: [{ key: "1", next: "back" }, { key: "1", next: "top" }] }),
      'menus.main.options[1] is chosen by other key than options[0]: current value is "1"',
    ],
    [
      menuWith({ options: [{ says: ["Né!"], next: "back" }, { says: ["ne"], next: "top" }] }),
      "menus.main.options[1] is chosen by other words than options[0]",
    ],
    [
      doing({ do: "dance" }),
      "menus.main.options[0].next.do is one of menu, say, collect, confirm, bot",
    ],
    [doing({ do: "constructor" }), "menus.main.options[0].next.do is one of"],
    [doing({ do: "say" }), "menus.main.options[0].next.say is a text"],
    [
      doing({ do: "say", say: "a", next: "b" }),
      'menus.main.options[0].next.next is one of repeat, back, top, bot, hang-up, return, or of the menus main: current value is "b"',
    ],
    [
      doing({ do: "collect", prompt: "a" }),
      "menus.main.options[0].next.as is a text: current value is missing",
    ],
    [
      doing({ do: "collect", prompt: "a", as: "b", min: 5, max: 4 }),
      "menus.main.options[0].next.min is a whole number from 0 to max, 4: current value is 5",
    ],
    [
      doing({ do: "collect", prompt: "a", as: "b", mask: 1 }),
      "menus.main.options[0].next.mask is true or false",
    ],
    [
      doing({ do: "confirm", prompt: "a" }),
      "menus.main.options[0].next.yes is an action: current value is missing",
    ],
    [
      doing({ do: "transfer" }),
      "menus.main.options[0].next.to is a text: current value is missing",
    ],
    [doing({ do: "run" }), "menus.main.options[0].next.name is a text"],
    [
      doing({ do: "run", name: "look" }),
      'menus.main.options[0].next.name is one of the functions : current value is "look"',
    ],
    [
      doing({ do: "transfer", to: "1001", hear: "music" }),
      'menus.main.options[0].next.hear is "ringback", "silence" or { file }',
    ],
    [
      doing({ do: "menu", menu: { prompt: "a", options: [{ key: "1", next: "x" }] } }),
      "menus.main.options[0].next.menu.options[0].next is one of repeat, back, top, bot, hang-up, return, or of the menus main",
    ],
  ])("says what is wrong with %o", (menus, why) => {
    expect(() => new MenuBook(menus as Menus)).toThrow(`Cannot use the menu as ${why}`);
  });

  test("refuses what is too deep to be meant, and not with a stack that overflows", () => {
    const nested = (depth: number): Menu => ({
      prompt: "Deeper?",
      options: [{ key: "1", next: depth === 0 ? "top" : { do: "menu", menu: nested(depth - 1) } }],
    });
    expect(new MenuBook(nested(25)).menu("menu")).toBeDefined();
    expect(() => new MenuBook(nested(60))).toThrow("is no deeper than 30 menus in each other");
    let next: unknown = "top";
    for (let depth = 0; depth < 5000; depth++) next = { do: "say", say: "", next };
    expect(() => new MenuBook(doing(next))).toThrow("is no deeper than 100 actions in each other");
  });

  test("takes actions that code returns, with menus that are the call's own", () => {
    const book = new MenuBook(main);
    const menus = new Map<string, Menu>();
    const action = book.action({
      do: "menu",
      menu: { prompt: "a", options: [{ key: "2", next: "back" }] },
    }, menus);
    const [name] = [...menus.keys()];
    expect(action).toEqual({ do: "menu", menu: name });
    expect(book.menu(name)).toBe(undefined);
    expect(() => book.action("nowhere", menus)).toThrow(
      "what the code returns is one of repeat, back, top, bot, hang-up, return, or of the menus menu",
    );
    // One that was refused leaves nothing behind that the next one would be refused for.
    expect(book.action("menu", menus)).toBe("menu");
    expect(menus.size).toBe(1);
  });
});

describe("loadMenu", () => {
  async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), "menu-"));
    try {
      await use(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  test("reads a file and the sounds beside it", async () => {
    await inFolder(async (folder) => {
      const sound = tone([440], 100);
      await writeFile(join(folder, "beep.wav"), writeWav({ sampleRate: 8000, channels: [sound] }));
      const menu = { prompt: { play: "beep.wav" }, options: [{ key: "1", next: "return" }] };
      const path = join(folder, "menu.json");
      await writeFile(path, JSON.stringify(menu));
      const book = await loadMenu(path);
      expect(await book.sounds.load("beep.wav")).toEqual({ samples: sound, sampleRate: 8000 });
    });
  });

  test("says what is wrong with a file", async () => {
    await inFolder(async (folder) => {
      const path = join(folder, "menu.json");
      const refused = async (text: string) => {
        await writeFile(path, text);
        return await loadMenu(path).then(() => undefined, (error: Error) => error);
      };
      const missing = JSON.stringify({ ...main, prompt: { play: "none.wav" } });
      expect((await refused("{"))!.message).toMatch(
        /^Cannot read the menu as .*menu\.json is JSON: /,
      );
      expect((await refused("{}"))!.message).toContain(
        "menus is an object of menus by their names",
      );
      expect((await refused(missing))!.message).toMatch(
        /^Cannot play none\.wav as it is a WAV file in /,
      );
    });
  });
});
