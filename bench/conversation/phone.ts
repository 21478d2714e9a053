/**
 * The phone under test, as a process of its own: a `PhoneHandler` whose backend does what the number
 * that is dialled says. Its options are the first argument, as JSON.
 *
 * Prints `ready: <ms of the epoch at which its clock is 0>`, and then what happens, one line of JSON
 * each. Numbers are `<what>-<which>`, and more after that, which only tells calls apart:
 * - `talk-3`: greets with recorded speech; `gapless-3`: without its pauses;
 * - `story-3`: greets with words, in a voice of which it is known when it says which; `tale-3`: the
 *   same from an engine that gives its sound piece by piece;
 * - `answer-3`: answers at once, in no time, with recorded speech;
 * - `stream-3`: answers with a word each 50 ms, and needs 100 ms to say a sentence.
 */
import { Buffer } from "node:buffer";
import process from "node:process";
import type { HistoryEntry, Speech, VoiceBackend } from "../../src/backend/mod.ts";
import { PhoneHandler } from "../../src/phone/mod.ts";
import type { BenchPhoneOptions, Told } from "./bench_phone.ts";
import { AGENT_SECONDS, agentSound, loadRecordings } from "./recordings.ts";
import { ANSWER, piecesOf, SPEAK_MS, storyOf, TOKEN_MS, voiceOf } from "./words.ts";

const { eventTypes, answerSeconds, ...options } = JSON.parse(process.argv[2]) as BenchPhoneOptions;
const recordings = await loadRecordings();
const sounds = new Map<string, Speech>();

/** What is said at length to whoever dials `what-which`. */
function soundOf(what: string, which: number, seconds = AGENT_SECONDS): Speech {
  const key = `${what}-${which}-${seconds}`;
  let sound = sounds.get(key);
  if (sound === undefined) {
    const samples = agentSound(recordings, which, { seconds, pauses: what === "talk" });
    sounds.set(key, sound = { samples, sampleRate: 8000 });
  }
  return sound;
}

/** Who was dialled in which call. */
const dialled = new Map<string, string>();

function numberOf(sessionId: string): { number: string; what: string; which: number } {
  const number = dialled.get(sessionId) ?? "";
  const [what, which] = number.split("-");
  return { number, what, which: Number(which) };
}

const backend: VoiceBackend = {
  onCallStart({ sessionId, to: { user } }) {
    dialled.set(sessionId, user);
    const { what, which } = numberOf(sessionId);
    if (what === "story" || what === "tale") return storyOf(which);
    if (what === "talk" || what === "gapless") return soundOf(what, which);
  },
  transcribe(audio, sampleRate, { sessionId }) {
    const { number, what } = numberOf(sessionId);
    if (what === "gapless") tell({ number, type: "utterance", sampleRate, audio: base64(audio) });
    return what === "talk" || what === "gapless" ? "" : "Hello there";
  },
  generate(_text, sessionId, history) {
    const { number, what } = numberOf(sessionId);
    if (what === "story" || what === "tale") {
      tell({ number, type: "history", agent: said(history) });
    }
    return what === "stream" ? tokens(number) : "Yes.";
  },
  speak(text, { sessionId }) {
    const { what, which, number } = numberOf(sessionId);
    if (what === "answer") return soundOf("gapless", which, answerSeconds);
    const voice = voiceOf(text);
    if (what === "story") return voice;
    if (what === "tale") return inPieces(voice);
    tell({ number, type: "sentence", at: performance.now(), text });
    return later(voice, SPEAK_MS);
  },
  onCallEnd: ({ sessionId }) => void dialled.delete(sessionId),
};

async function* tokens(number: string): AsyncGenerator<string> {
  for (const token of ANSWER.join("").split(/(?<=\s)/)) {
    await later(undefined, TOKEN_MS);
    tell({ number, type: "word", at: performance.now() });
    yield token;
  }
}

async function* inPieces(voice: Speech): AsyncGenerator<Speech> {
  yield* piecesOf(voice);
}

function later<T>(value: T, ms: number): Promise<T> {
  return new Promise((resolve) => setTimeout(resolve, ms, value));
}

function said(history: readonly HistoryEntry[]): string {
  return history.filter(({ role }) => role === "agent").map(({ text }) => text).join(" ");
}

function base64({ buffer, byteOffset, byteLength }: Int16Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}

function tell(what: Told): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

const phone = new PhoneHandler({ ...options, voiceBackend: backend });
phone.on("conversation", ({ call, event: { type, at } }) => {
  if (eventTypes.includes(type)) tell({ number: call.info.to.user, type, at });
});
phone.on("error", ({ error }) => void process.stderr.write(`${error}\n`));
await phone.start();
process.stdout.write(`ready: ${performance.timeOrigin}\n`);
process.on("SIGTERM", () => void phone.stop().then(() => process.exit(0)));
