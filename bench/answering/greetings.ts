/** What is said by somebody who answers, and by machines. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readWav } from "../../src/audio/mod.ts";
import { Resampler } from "../../src/resample/mod.ts";
import { utterances } from "../vad/corpus.ts";

/** What people say when they answer. */
const PEOPLE = [
  "Hello?",
  "Yes?",
  "Hi.",
  "Yeah, hello?",
  "Miller.",
  "Hello, who is this?",
  "Good morning.",
  "Anna Miller speaking.",
  "Hello, this is Anna.",
  "Good morning, this is Anna Miller.",
  "Smith and Sons, hello?",
  "Hold on. Yes?",
];

/** What machines say, and firms whose machines answer. */
const MACHINES = [
  "Hi, you have reached Anna. I cannot take your call right now. Please leave a message.",
  "You have reached five five five, one two three four. Please leave a message after the tone.",
  "The person you are calling is not available. Please call again later.",
  "Hello. This is the voice mail of Tom Smith. Leave your name and number, and I will call you back.",
  "We are sorry. Our office is closed. Our hours are Monday to Friday, nine to five.",
  "Hey, it's Joe. You know what to do.",
  "Thank you for calling. For sales, press one. For support, press two.",
];

const VOICES = ["slt", "rms", "awb", "kal16"];
/** How slow they speak. */
const STRETCHES = ["0.9", "1", "1.2"];

/** Sounds at 8 kHz. */
export interface Greetings {
  readonly people: readonly Int16Array[];
  readonly machines: readonly Int16Array[];
}

/** All of them, in flite's voices, and as machines also each recorded prompt of 3 s or more. */
export async function greetings(): Promise<Greetings> {
  // First, as it loads the resampler.
  const prompts = (await utterances()).filter(({ length }) => length >= 3 * 8000);
  const spoken = (texts: readonly string[]) =>
    texts.flatMap((text) =>
      VOICES.flatMap((voice) => STRETCHES.map((stretch) => speak(text, voice, stretch)))
    );
  return { people: spoken(PEOPLE), machines: [...spoken(MACHINES), ...prompts] };
}

function speak(text: string, voice: string, stretch: string): Int16Array {
  const folder = mkdtempSync(join(tmpdir(), "greetings-"));
  const path = join(folder, "spoken.wav");
  try {
    execFileSync("flite", [
      ...["-voice", voice, "--setf", `duration_stretch=${stretch}`, "-t", text, "-o", path],
    ]);
    const { sampleRate, channels: [sound] } = readWav(readFileSync(path));
    if (sampleRate === 8000) return sound;
    const resampler = new Resampler(sampleRate, 8000);
    const narrow = resampler.push(sound);
    resampler.close();
    return narrow;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
