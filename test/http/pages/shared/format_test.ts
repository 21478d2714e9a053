import { describe, expect, test } from "bun:test";
import { pageModule } from "../../../support/page_module.ts";

const format = await pageModule<{
  duration(ms: number): string;
  spokenDuration(ms: number): string;
  milliseconds(ms: number): string;
  opinion(mos: number): { word: string; tone: string };
  nameOf(party: { user: string; name?: string }): string;
  doorOf(door?: string): { word: string; icon: string };
}>("shared/format.js");

describe("the words for numbers", () => {
  test.each([
    [-5, "0:00", "0 seconds"],
    [999, "0:00", "0 seconds"],
    [61_000, "1:01", "1 minute 1 second"],
    [3_600_000, "1:00:00", "1 hour"],
    [7_385_000, "2:03:05", "2 hours 3 minutes 5 seconds"],
  ])("%d ms are a duration that is read and one that is heard", (ms, read, heard) => {
    expect([format.duration(ms), format.spokenDuration(ms)]).toEqual([read, heard]);
  });

  test("milliseconds become seconds when there are a thousand", () => {
    expect([48.4, 999, 1240].map(format.milliseconds)).toEqual(["48 ms", "999 ms", "1.24 s"]);
  });

  test("an opinion has the word of its class in G.109", () => {
    const words = [4.41, 4.2, 3.7, 3.2, 1].map((mos) => format.opinion(mos).word);
    expect(words).toEqual(["excellent", "good", "fair", "poor", "bad"]);
  });

  test("who has no name has a number, and who has neither is unknown", () => {
    const parties = [{ user: "1", name: "Ada" }, { user: "1", name: " " }, { user: "" }];
    expect(parties.map(format.nameOf)).toEqual(["Ada", "1", "unknown"]);
  });

  test("a name turns round nothing beside it, and breaks no line", () => {
    const names = ["\u202eada\u202c", "A\u2066d\u2069a", "Ada\r\nBerger", "\0\u0007", "עדה"];
    expect(names.map((name) => format.nameOf({ user: "1", name }))).toEqual([
      "ada",
      "A d a",
      "Ada Berger",
      "1",
      "עדה",
    ]);
  });

  test("a door that is not known is called by its own word", () => {
    const words = [undefined, "carrier pigeon", "constructor"].map((door) =>
      format.doorOf(door).word
    );
    expect(words).toEqual(["SIP", "carrier pigeon", "constructor"]);
  });
});
