import { describe, expect, test } from "bun:test";
import { Backchannel } from "../../src/turn/backchannel.ts";

describe("Backchannel", () => {
  const backchannel = new Backchannel();

  test.each([
    [""],
    ["mm-hm"],
    ["Mmhmm."],
    ["Uh-huh, uh-huh"],
    ["Hmmm"],
    ["Yeah. Okay."],
    ["I see, right"],
    ["Ja, genau"],
    ["Ach so, alles klar"],
    ["Oui, d'accord"],
    ["Sí, claro"],
    ["Va bene, ho capito"],
    ["Pois é, tá bom"],
    ["Ja, precies"],
  ])("knows that %j only shows that somebody listens", (text) => {
    expect(backchannel.isAll(text)).toBe(true);
  });

  test.each([
    ["no"],
    ["stop"],
    ["okay but wait"],
    ["I see a problem"],
    ["mm-hm, what"],
    ["yeah, cancel it"],
    ["hallo"],
    ["me"],
    ["5"],
  ])("knows that %j says something", (text) => {
    expect(backchannel.isAll(text)).toBe(false);
  });

  test("knows the phrases it is given", () => {
    expect(backchannel.isAll("ten four")).toBe(false);
    expect(new Backchannel(["Ten-four!"]).isAll("ten four, okay")).toBe(true);
  });
});
