import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Buffer } from "node:buffer";
import type { HistoryEntry } from "../../src/backend/mod.ts";
import { attempts } from "../support/attempts.ts";
import { IndependentCaller } from "../support/caller/independent_caller.ts";
import { fromMuLaw } from "../support/caller/mu_law.ts";
import { PhoneProcess } from "../support/phone_process.ts";
import { matchSound } from "../support/sound_match.ts";
import { speech } from "../support/speech.ts";
import { eventually } from "../support/wait.ts";

const TALKING = new URL("../support/talking_backend.ts", import.meta.url).pathname;
const QUIET = new Int16Array(160);
/** The tone of the agent is far above, comfort noise and silence far below. */
const SOUND = 300;

interface Told {
  readonly turn?: string;
  readonly history?: readonly HistoryEntry[];
  readonly interrupt?: { readonly heard: string; readonly unheard: string };
}

function told(phone: PhoneProcess, from: number): Told[] {
  const lines = phone.program.stdout.slice(from).split("\n");
  return lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
}

/** How many packets with the agent's voice the caller has been sent. */
function voiced(caller: IndependentCaller): number {
  const isSound = (code: number) => Math.abs(fromMuLaw(code)) > SOUND;
  return caller.heard.arrivals.filter(({ payload }) => payload.some(isSound)).length;
}

function wordsOf(text: string): number {
  return text.split(" ").filter((word) => word !== "").length;
}

describe("a caller that speaks over the agent", () => {
  // The best detector that is here, which is Silero in CI, and the one that is here always.
  const kinds = [["immediate", "auto"], ["duck", "auto"], ["duck", "fvad"]] as const;
  for (const [mode, detector] of kinds) {
    let phone: PhoneProcess;
    beforeAll(async () => {
      const args = ["--barge-in", mode];
      phone = await PhoneProcess.start({ backend: TALKING, detector, args });
    });
    afterAll(() => phone[Symbol.asyncDispose]());

    test(
      `is heard from its first syllable, and what is remembered is what left: ${mode}, ${detector}`,
      () =>
        attempts(async () => {
          const from = phone.program.stdout.length;
          await using caller = await IndependentCaller.call(phone.port);
          for (let i = 0; i < 60; i++) await caller.voice.say(QUIET);
          // Begins with a word, as the fixture does at this place, and goes on to the end.
          const sentence = speech(5.38, 2);
          await caller.voice.say(sentence);
          await eventually(
            "the interruption",
            () => told(phone, from).some((one) => one.interrupt),
          );
          const packets = voiced(caller);
          for (let i = 0; i < 50; i++) await caller.voice.say(QUIET);
          await eventually("the answer", () => told(phone, from).some((one) => one.history));

          const all = told(phone, from);
          const { interrupt } = all.find((one) => one.interrupt)!;
          const { history } = all.find((one) => one.history)!;
          // Ten packets a word, of which the last may be cut.
          expect(Math.abs(wordsOf(interrupt!.heard) - packets / 10)).toBeLessThanOrEqual(1);
          expect(wordsOf(interrupt!.heard) + wordsOf(interrupt!.unheard)).toBe(50);
          expect(history).toEqual([{ role: "agent", text: interrupt!.heard, interrupted: true }]);

          const bytes = Buffer.from(all.find((one) => one.turn)!.turn!, "base64");
          const heard = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
          const { correlation, covered, lag } = matchSound(sentence, heard.slice());
          expect(lag).toBeGreaterThanOrEqual(0);
          expect(covered).toBe(1);
          expect(correlation).toBeGreaterThan(0.95);
        }),
      120_000,
    );
  }
});
