import { describe, expect, test } from "bun:test";
import { readConfiguration } from "../../../src/cli/mod.ts";
import { memoryDisk } from "./memory_disk.ts";

/** What is read from a file with this content, or why it is not. */
function read(f: unknown): ReturnType<typeof readConfiguration>["configuration"] {
  return readConfiguration(["--config", "f"], {}, memoryDisk({ f })).configuration;
}

describe("a configuration file", () => {
  test("holds numbers, words, switches and lists, as JSON has them or as flags do", () => {
    const content = { sipPort: 5071, maxCalls: "9", metrics: false, traces: "on", httpPort: "off" };
    expect(read({ ...content, codecs: ["opus"], trusted: "10.0.0.1, 10.0.0.2" })).toMatchObject({
      ...{ sipPort: 5071, maxCalls: 9, metrics: false, traces: true, httpPort: "off" },
      ...{ codecs: ["opus"], trusted: ["10.0.0.1", "10.0.0.2"] },
    });
  });

  test("may begin with the mark that some editors put before a text", () => {
    expect(read('\ufeff{"sipPort":5071}').sipPort).toBe(5071);
  });

  test("holds trunks as the phone takes them", () => {
    const trunks = [
      { name: "main", server: "sip.example.com", username: "u", register: true, expiresS: 60 },
      { name: "other", server: "sip:10.0.0.9:5060;transport=tcp", headers: { "X-A": "b" } },
    ];
    expect(read({ trunks }).trunks).toEqual(trunks);
  });

  test.each<[unknown, string]>([
    ["{", "f is JSON"],
    ["[]", "f is an object of JSON"],
    ["null", "f is an object of JSON"],
    [{ sipPort: 5070.5 }, '"sipPort" in f is a whole number'],
    [{ sipPort: null }, "current value is null"],
    [{ codecs: [] }, '"codecs" in f is some of'],
    [{ help: true }, "say it by --help"],
    [{ trunks: {} }, '"trunks" in f is an array of trunks'],
    [{ trunks: ["a"] }, '"trunks[0]" in f is'],
    [{ trunks: [{ name: "a", server: "sips:b" }] }, '"trunks[0].server" in f is a host'],
    [
      { trunks: [{ name: "a", server: "b", transport: "ws" }] },
      'is udp or tcp: current value is "ws"',
    ],
    [{ trunks: [{ name: "a", server: "b", expiresS: 1 }] }, "10 to 86400, in seconds"],
    [{ trunks: [{ name: "a", server: "b", usrname: "u" }] }, "did you mean username?"],
    [{ trunks: [{ name: "a", server: "b", register: true }] }, '"trunks[0].username" in f is'],
    [{ trunks: [{ name: "a", server: "b" }, { name: "a", server: "c" }] }, "a name of its own"],
    [{ trunks: [{ name: "a", server: "b", headers: { c: 5 } }] }, "each a text"],
  ])("is refused for %j", (content, message) => {
    expect(() => read(content)).toThrow(message);
  });

  test("that is not there is refused by the option that names it", () => {
    expect(() => readConfiguration(["--config", "g"], {}, memoryDisk({}))).toThrow(
      "Cannot start as --config (SOFIA_PHONE_CONFIG) is a file that can be read: g cannot (ENOENT)",
    );
  });
});
