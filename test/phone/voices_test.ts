import { describe, expect, test } from "bun:test";
import { type AroundStep, mock, type VoiceBackend } from "../../src/backend/mod.ts";
import { SeededRandom, VirtualClock } from "../../src/clock/mod.ts";
import { Voices } from "../../src/phone/voices.ts";

const OPTIONS = { signal: new AbortController().signal, sessionId: "1" };

describe("Voices", () => {
  test("let everybody be around the steps who wants to, the first outermost, until it ends", async () => {
    const voices = new Voices({
      ...{ clock: new VirtualClock(), random: new SeededRandom(1) },
      resilience: false,
      onError: () => {},
    });
    const backend = voices.of(mock()).backend as VoiceBackend;
    const log: string[] = [];
    const note = (name: string): AroundStep => ({ step }, ask) => {
      log.push(`${name} before ${step}`);
      const answer = ask();
      log.push(`${name} after`);
      return answer;
    };
    const speak = async () => {
      log.length = 0;
      await backend.generate("Hello?", "1", [], OPTIONS);
      return log;
    };
    expect(await speak()).toEqual([]);
    const [one, two] = [note("one"), note("two")];
    const ends = [voices.addAround(one), voices.addAround(two), voices.addAround(one)];
    expect(await speak()).toEqual([
      ...["one before generate", "two before generate", "one before generate"],
      ...["one after", "two after", "one after"],
    ]);
    ends[0]();
    ends[0]();
    expect(await speak()).toEqual([
      ...["two before generate", "one before generate", "one after", "two after"],
    ]);
    ends[1]();
    ends[2]();
    expect(await speak()).toEqual([]);
  });
});
