import { describe, expect, test } from "bun:test";
import type { HistoryEntry } from "../../../src/backend/mod.ts";
import type { ConversationEvent } from "../../../src/media/mod.ts";
import { Transcript } from "../../../src/http/views/transcript.ts";

type Step = Record<string, unknown> & { readonly type: string };

/** What is written down when these happen, one each 100 ms. */
function transcribe(steps: readonly (readonly [turn: number, Step])[]) {
  const transcript = new Transcript();
  steps.forEach(([turn, step], index) =>
    transcript.note({ at: 100 * (index + 1), turn, ...step } as ConversationEvent, (at) => at + 1e6)
  );
  return transcript;
}

const said = (text: string): Step => ({ type: "reply-end", text });
const texts = ({ entries }: Transcript) =>
  entries.map(({ who, text, cut }) => cut === undefined ? `${who}: ${text}` : `${text}|${cut}`);

describe("Transcript", () => {
  test("has what was said by whom, each with the time at which it began", () => {
    const { entries } = transcribe([
      [0, said("Hello.")],
      [1, { type: "partial", text: "Do you" }],
      [1, { type: "partial", text: "Do you have a room" }],
      [1, { type: "transcript", text: "Do you have a room?" }],
      [1, { type: "first-audio", latencyMs: 5 }],
      [1, said("Yes.")],
    ]);
    expect(entries).toEqual([
      { at: 1_000_100, turn: 0, who: "agent", text: "Hello." },
      { at: 1_000_200, turn: 1, who: "caller", text: "Do you have a room?" },
      { at: 1_000_500, turn: 1, who: "agent", text: "Yes." },
    ]);
  });

  test("says of what is understood so far that more may come", () => {
    const transcript = transcribe([[1, { type: "partial", text: "Do" }]]);
    expect(transcript.entries[0].isPartial).toBe(true);
  });

  test("has of an agent that was cut off what was heard, and what was not", () => {
    const transcript = transcribe([
      [1, said("Yes, for two nights.")],
      [2, { type: "interrupt", heard: "Yes, for", unheard: "two nights." }],
      [2, { type: "transcript", text: "One." }],
    ]);
    expect(texts(transcript)).toEqual(["Yes, for|two nights.", "caller: One."]);
    expect(transcript.entries[0].turn).toBe(1);
  });

  test("has an answer that was cut off before all of it was made", () => {
    const transcript = transcribe([
      [1, { type: "first-audio", latencyMs: 1 }],
      [2, { type: "interrupt", heard: "Yes,", unheard: "for" }],
    ]);
    expect(transcript.entries).toEqual([
      { at: 1_000_100, turn: 1, who: "agent", text: "Yes,", cut: "for" },
    ]);
  });

  test("has what only the history tells, once", () => {
    const transcript = transcribe([[1, said("One. Two.")]]);
    const history: HistoryEntry[] = [
      { role: "agent", text: "One." },
      { role: "agent", text: "Two." },
      { role: "agent", text: "Sorry." },
    ];
    expect(transcript.follow(history, 2e6).map(({ text }) => text)).toEqual(["Sorry."]);
    expect(transcript.follow(history, 2e6)).toEqual([]);
    expect(texts(transcript)).toEqual(["agent: One. Two.", "agent: Sorry."]);
  });

  test("has of an announcement that was cut off what of it was heard, by the history", () => {
    const transcript = transcribe([[0, said("One moment, please.")]]);
    const history: HistoryEntry[] = [{ role: "agent", text: "One moment,", interrupted: true }];
    expect(transcript.follow(history, 2e6).length).toBe(1);
    expect(texts(transcript)).toEqual(["One moment,|please."]);
  });

  test("has what was said before a call was cut off at the time at which it was said", () => {
    const transcript = transcribe([]);
    const before = [
      { role: "agent" as const, text: "Hello.", at: 5000 },
      { role: "caller" as const, text: "Two pizzas, please." },
    ];
    const history: HistoryEntry[] = [...before, { role: "agent", text: "Sorry." }];
    const times = transcript.follow(history, 2e6, before).map(({ at }) => Math.floor(at));
    expect(times).toEqual([5000, 2e6, 2e6]);
  });

  test("passes over what nobody is to know", () => {
    const transcript = transcribe([]);
    const history: HistoryEntry[] = [{ role: "caller", text: "4111 1111" }];
    transcript.skip(history);
    history.push({ role: "agent", text: "Thank you." });
    expect(transcript.follow(history, 2e6).map(({ text }) => text)).toEqual(["Thank you."]);
  });

  test("keeps the latest 500 entries, and 2000 letters of each", () => {
    const transcript = transcribe(
      Array.from({ length: 600 }, (_, i) => [i, said(`${i} ${"a".repeat(3000)}`)] as const),
    );
    expect(transcript.entries.length).toBe(500);
    expect(transcript.entries[0].text.startsWith("100 ")).toBe(true);
    expect(transcript.entries[0].text.length).toBe(2000);
  });
});
