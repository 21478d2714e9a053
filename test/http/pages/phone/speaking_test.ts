import { describe, expect, test } from "bun:test";
import { pageModule } from "../../../support/page_module.ts";

const { Speaking } = await pageModule<{
  readonly Speaking: new () => {
    push(levels: { readonly caller: number; readonly agent: number }, now: number): string;
  };
}>("phone/speaking.js");

const QUIET = 0.005;
const LOUD = 0.2;

describe("Speaking", () => {
  test("tells who of the two is loud", () => {
    const speaking = new Speaking();
    expect(speaking.push({ caller: QUIET, agent: QUIET }, 0)).toBe("none");
    expect(speaking.push({ caller: LOUD, agent: QUIET }, 10)).toBe("caller");
    expect(speaking.push({ caller: LOUD, agent: LOUD }, 20)).toBe("both");
    expect(new Speaking().push({ caller: QUIET, agent: LOUD }, 20)).toBe("agent");
  });

  test("holds its word over the pauses between words, and no longer", () => {
    const speaking = new Speaking();
    speaking.push({ caller: LOUD, agent: QUIET }, 1000);
    expect(speaking.push({ caller: QUIET, agent: QUIET }, 1399)).toBe("caller");
    expect(speaking.push({ caller: QUIET, agent: QUIET }, 1400)).toBe("none");
  });
});
