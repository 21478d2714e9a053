import { describe, expect, test } from "bun:test";
import { mock } from "../../src/backend/mod.ts";
import { VirtualClock } from "../../src/clock/mod.ts";
import { PreparedPhrases } from "../../src/phone/prepared_phrases.ts";

const conversation = { farewell: "Goodbye.", failure: { apology: "Sorry." } };

/** A voice that notes what it is asked for, and fails while `isDown` says so. */
function voice(isDown: (text: string) => boolean) {
  const asked: string[] = [];
  const spoken = mock();
  return {
    asked,
    backend: {
      ...spoken,
      speak(text: string, options: Parameters<typeof spoken.speak>[1]) {
        asked.push(text);
        if (isDown(text)) throw new Error("down");
        return spoken.speak(text, options);
      },
    },
  };
}

describe("PreparedPhrases", () => {
  test("asks again for what could not be had, and for nothing that is there", async () => {
    let isUp = false;
    const { asked, backend } = voice((text) => text === "Sorry." && !isUp);
    const prepared = new PreparedPhrases(backend, { conversation, clock: new VirtualClock() });
    await prepared.prepare();
    expect([prepared.phrases.get("Sorry."), prepared.phrases.get("Goodbye.")?.length]).toEqual([
      undefined,
      1,
    ]);
    isUp = true;
    await prepared.prepare();
    expect(prepared.phrases.get("Sorry.")?.length).toBe(1);
    await prepared.prepare();
    expect(asked).toEqual(["Sorry.", "Goodbye.", "Sorry."]);
  });

  test("asks once at a time, however many calls come", async () => {
    const { asked, backend } = voice(() => false);
    const prepared = new PreparedPhrases(backend, { conversation, clock: new VirtualClock() });
    await Promise.all([prepared.prepare(), prepared.prepare(), prepared.prepare()]);
    expect(asked).toEqual(["Sorry.", "Goodbye."]);
  });
});
