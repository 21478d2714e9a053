import { describe, expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { flite } from "../../../examples/offline/flite.ts";
import { recognize } from "../../../examples/offline/pocketsphinx.ts";
import { reception } from "../../../examples/hotel_receptionist.ts";
import { rmsLevel } from "../../../src/audio/mod.ts";
import { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { lacks } from "../../support/needs.ts";
import { PhoneProcess } from "../../support/phone_process.ts";
import { ROOT } from "../../support/source_files.ts";
import { eventually } from "../../support/wait.ts";
import { readWav } from "../../support/wav_file.ts";
import { audibleMs, listen } from "./listening.ts";

const signal = new AbortController().signal;

/** What somebody with another voice says, at 8,000 Hz. */
function said(text: string): Int16Array {
  const folder = mkdtempSync(join(tmpdir(), "caller-"));
  try {
    const file = join(folder, "said.wav");
    execFileSync("flite", ["-voice", "rms", "-t", text, "-o", file]);
    const { sampleRate, samples } = readWav(file);
    // Every second sample of a voice that has next to nothing above 4,000 Hz.
    return samples.filter((_, at) => at % (sampleRate / 8000) === 0);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Listens until the agent has been silent for a second, and returns how much was heard, in ms. */
async function listenToTheEnd(caller: IndependentCaller): Promise<number> {
  let heard = 0;
  for (let quiet = 0; quiet < 2;) {
    const ms = audibleMs(await listen(caller, 500));
    quiet = ms === 0 && heard > 0 ? quiet + 1 : 0;
    heard += ms;
  }
  return heard;
}

describe.skipIf(lacks("flite", "pocketsphinx_continuous"))("pocketsphinx.ts", () => {
  test("understands what the grammar knows, over a telephone", async () => {
    expect(await recognize(said("i would like a single room please"), reception.grammar, signal))
      .toBe("i would like a single room please");
    expect(await recognize(said("help"), reception.grammar, signal)).toBe("help");
  }, 20_000);

  test("understands nothing where nothing is said", async () => {
    expect(await recognize(new Int16Array(8000), reception.grammar, signal)).toBe("");
  }, 20_000);
});

describe("flite.ts", () => {
  test("speaks, by the program or without it", async () => {
    const speech = await flite("Good day. This is the Harbour Hotel.", signal);
    expect(speech.sampleRate).toBe(16_000);
    expect(speech.samples.length / speech.sampleRate).toBeGreaterThan(1.5);
    expect(rmsLevel(speech.samples)).toBeGreaterThan(-25);
  }, 20_000);
});

describe("hotel_receptionist.ts", () => {
  test("books a room by keys alone, where no program is installed", async () => {
    // Flite as WebAssembly then, and no ears.
    await using bot = await phone("hotel_receptionist.ts", { PATH: "" });
    await using caller = await IndependentCaller.call(bot.port);
    // The first sentence takes a while, as the program is compiled before it.
    expect(audibleMs(await listen(caller, 5000))).toBeGreaterThan(1000);
    for (const keys of ["2", "3"]) {
      await press(caller, keys);
      expect(audibleMs(await listen(caller, 2000))).toBeGreaterThan(300);
    }
    // The first key of four ends the question, the last one is answered.
    await press(caller, "123");
    expect(audibleMs(await listen(caller, 1000))).toBeLessThan(200);
    await press(caller, "1");
    expect(audibleMs(await listen(caller, 2000))).toBeGreaterThan(300);
    await press(caller, "1");
    const booked =
      /^booking 101 for caller: a double room, 3 nights, \w+ the thirty first of December$/m;
    await bot.program.says(booked);
    expect(audibleMs(await listen(caller, 2000))).toBeGreaterThan(300);
  }, 90_000);

  test.skipIf(lacks("flite", "pocketsphinx_continuous"))("books by word of mouth", async () => {
    await using bot = await phone("hotel_receptionist.ts");
    await using caller = await IndependentCaller.call(bot.port);
    expect(await listenToTheEnd(caller)).toBeGreaterThan(4000);
    await caller.voice.say(said("a double room for two nights from friday"));
    expect(await listenToTheEnd(caller)).toBeGreaterThan(3000);
    await caller.voice.say(said("yes please"));
    expect(audibleMs(await listen(caller, 3000))).toBeGreaterThan(500);
    expect(bot.program.stdout).toMatch(
      /^booking 101 for caller: a double room, 2 nights, Friday the [\w ]+ of \w+$/m,
    );
  }, 60_000);
});

describe("restaurant_booking.ts", () => {
  test.skipIf(lacks("flite", "pocketsphinx_continuous"))("books by voice and keys", async () => {
    await using bot = await phone("restaurant_booking.ts");
    await using caller = await IndependentCaller.call(bot.port);
    await listen(caller, 500);
    await press(caller, "2");
    await listenToTheEnd(caller);
    await caller.voice.say(said("saturday"));
    expect(audibleMs(await listen(caller, 3000))).toBeGreaterThan(500);
    await press(caller, "1930");
    expect(audibleMs(await listen(caller, 2000))).toBeGreaterThan(500);
    await press(caller, "1");
    await eventually("it is booked", () => bot.program.stdout.includes("table for 2 on Saturday"));
    expect(bot.program.stdout).toContain("at seven thirty, for caller");
  }, 60_000);
});

async function press(caller: IndependentCaller, keys: string): Promise<void> {
  for (const key of keys) {
    await caller.voice.press(key);
    await listen(caller, 200);
  }
}

function phone(example: string, env: Record<string, string> = {}): Promise<PhoneProcess> {
  return PhoneProcess.start({ backend: `${ROOT}examples/${example}`, maxCalls: 2, env });
}
