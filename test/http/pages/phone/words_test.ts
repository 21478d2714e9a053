import { describe, expect, test } from "bun:test";
import { pageModule } from "../../../support/page_module.ts";

interface Fault {
  readonly title: string;
  readonly advice: string;
}

const { endingOf, faultOf, refusalOf } = await pageModule<{
  endingOf(reason: string): string;
  faultOf(error: unknown): Fault;
  refusalOf(reason: string): Fault;
}>("phone/words.js");
const { ApiError } = await pageModule<{
  readonly ApiError: new (message: string, status: number) => Error;
}>("shared/phone_api.js");

describe("faultOf", () => {
  test.each([
    ["NotAllowedError", /not allowed/],
    ["NotFoundError", /no microphone/],
    ["NotReadableError", /cannot be opened/],
    ["OverconstrainedError", /not here/],
    ["insecure", /this address/],
  ])("says what %s means, and what to do", (name, title) => {
    const fault = faultOf(new DOMException("as the browser says it", name));
    expect(fault.title).toMatch(title);
    expect(fault.advice).toMatch(/\w+ .+\.$/);
  });

  test("names https and localhost where the page is not secure", () => {
    expect(faultOf(new DOMException("", "insecure")).advice).toMatch(/https and to localhost/);
  });

  test("tells a phone that is not there from one that is busy and one that stops", () => {
    expect(faultOf(new ApiError("No answer", 0)).title).toBe("The phone does not answer");
    expect(faultOf(new ApiError("The phone is draining.", 503)).title).toMatch(/about to stop/);
    expect(faultOf(new ApiError("Too many requests.", 429)).advice).toBe("Too many requests.");
  });

  test("passes on what it does not know, in its own words", () => {
    expect(faultOf(new Error("The disk is full")).advice).toBe("The disk is full");
    expect(faultOf("what is this").title).toMatch(/not taken/);
  });
});

describe("refusalOf", () => {
  test.each([
    ["All lines are busy", "All lines are busy"],
    ["Too many calls a second", "All lines are busy"],
    ["Too many calls at a time", "All lines are busy"],
    ["Too busy", "All lines are busy"],
    ["The phone is about to stop", "The phone is about to stop"],
    ["not-found", "The phone does not take the call"],
  ])("tells %s as: %s", (reason, title) => {
    expect(refusalOf(reason).title).toBe(title);
  });

  test("makes a sentence of a word it does not know", () => {
    expect(refusalOf("not-found").advice).toBe("Not found.");
    expect(refusalOf("").advice).toMatch(/without a word/);
  });
});

describe("endingOf", () => {
  test.each([
    ["remote-hangup", "You have hung up"],
    ["local-hangup", "The agent has hung up"],
    ["Transferred to sales", "Transferred to sales"],
    ["constructor", "The call is over"],
    ["xyz", "The call is over"],
  ])("tells %s as: %s", (reason, words) => {
    expect(endingOf(reason)).toBe(words);
  });
});
