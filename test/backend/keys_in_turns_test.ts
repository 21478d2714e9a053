import { describe, expect, test } from "bun:test";
import { ConversationRig, quick } from "./conversation_rig.ts";

describe("the history of a turn with several replies", () => {
  test("has what was heard of each, though of one nothing ever left", async () => {
    const rig: ConversationRig = new ConversationRig({
      onDtmf: () => "A key.",
      generate: () => "One two three four. Five six seven eight.",
      async *speak(text, options) {
        if (text !== "A key.") yield quick().speak(text, options) as never;
        else {
          // Less than a frame, and then nothing for ever.
          yield { samples: new Int16Array(10), sampleRate: 16_000 };
          await new Promise(() => {});
        }
      },
    });
    await rig.caller("####", { newTurn: true });
    await rig.stream.press("1");
    await rig.caller("####.|");
    // The first sentence takes 400 ms, and half of the second is heard.
    await rig.clock.advance(600);
    await rig.caller("####", { newTurn: true });
    expect(rig.said).toEqual([
      "2 One two three four. @180",
      "2 Five six seven eight. @560",
    ]);
    expect(rig.events.find(({ type }) => type === "interrupt")).toMatchObject({
      heard: "One two three four. Five six",
      unheard: "seven eight.",
    });
    expect(rig.history.at(-1)).toEqual({
      role: "agent",
      text: "One two three four. Five six",
      interrupted: true,
    });
    await rig.end();
  });
});
