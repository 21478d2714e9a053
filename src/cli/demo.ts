/**
 * A call with no telephone: starts the phone, calls it with a recorded sentence, shows what happens,
 * and leaves what was heard as a WAV file.
 *
 * Run as a program: `bun run demo` or `deno task demo`.
 *
 * @module
 */

import { readFile, writeFile } from "node:fs/promises";
import process from "node:process";
import { concatSamples, readWav, rmsLevel, tone, writeWav } from "../audio/mod.ts";
import { type Backend, echo, loopback } from "../backend/mod.ts";
import { PhoneHandler } from "../phone/mod.ts";
import { type DemoCall, lengthMs, placeCall, type TimedFrame } from "./demo_caller.ts";

const SENTENCE = new URL("../../examples/speech/hello.wav", import.meta.url);
const WAV = "demo.wav";
/** Louder than this is a voice; comfort noise is far below. */
const VOICE_DB = -45;
const CLICKS = 50;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Runs `talk` in a call to a phone with `backend`, then puts the phone away. */
async function callPhone(
  voiceBackend: Backend,
  talk: (call: DemoCall) => Promise<void>,
): Promise<void> {
  const phone = new PhoneHandler({ voiceBackend, sipPort: 0 });
  const { address, port } = await phone.start();
  try {
    const call = await placeCall(`sip:demo@${address}:${port}`);
    try {
      await talk(call);
    } finally {
      await call.hangup();
    }
  } finally {
    await phone.stop();
  }
}

function isVoice({ samples }: TimedFrame): boolean {
  return rmsLevel(samples) > VOICE_DB;
}

/** Ten marks for the tenths of second `second`, as high as its frames are loud. */
function meter(frames: readonly TimedFrame[], startedAt: number, second: number): string {
  const levels = new Array<number>(10).fill(-90);
  for (const { at, samples } of frames) {
    const tenth = Math.floor((at - startedAt) / 100) - second * 10;
    if (tenth >= 0 && tenth < 10) levels[tenth] = Math.max(levels[tenth], rmsLevel(samples));
  }
  return levels
    .map((db) => " ▁▂▃▄▅▆▇█"[Math.max(0, Math.min(8, Math.round((db + 60) / 6)))])
    .join("");
}

/** Prints a line of meters for each second until it is told to stop. */
function showProgress(call: DemoCall): () => void {
  let second = 0;
  const show = () =>
    print(
      `  ${String(second).padStart(3)} s   said ▕${meter(call.sent, call.answeredAt, second)}▏` +
        `   heard ▕${meter(call.heard, call.answeredAt, second)}▏`,
    );
  let on = true;
  void call.until(() => {
    const at = call.sent.at(-1)?.at ?? call.answeredAt;
    for (; on && at - call.answeredAt > (second + 1) * 1000 + 200; second++) show();
    return !on;
  }, Infinity);
  return () => {
    on = false;
    show();
  };
}

/** Says the sentence to the echo bot, hears it back, and prints the report. */
async function talkToEcho(call: DemoCall): Promise<void> {
  const sentence = readWav(await readFile(SENTENCE)).channels[0];
  const stopProgress = showProgress(call);
  await call.until(() => call.heard.some(isVoice), 2000);
  await call.until(() => call.heard.length > 20 && !call.heard.slice(-10).some(isVoice), 2000);
  await call.say(sentence);
  const saidAt = call.sent.findLast(isVoice)!.at;
  const since = (at: number) => call.heard.filter((frame) => frame.at > at);
  const answered = await call.until(() => since(saidAt).some(isVoice), 5000);
  await call.until(() => since(saidAt).filter(isVoice).length > 20, 2000);
  const isQuiet = () => !call.heard.slice(-50).some(isVoice);
  await call.until(isQuiet, lengthMs(call.sent) + 5000);
  stopProgress();

  const { statistics, heard, setUpMs, answeredAt } = call;
  await writeFile(
    WAV,
    writeWav({ sampleRate: 8000, channels: [concatSamples(heard.map(({ samples }) => samples))] }),
  );
  const firstVoice = heard.find(isVoice);
  const reply = since(saidAt).find(isVoice);
  print("");
  row("set-up", ms(setUpMs), "from INVITE to 200");
  row("first audio", ms(Math.max(0, heard[0].at - answeredAt)), "from 200 to the first packet");
  row(
    "greeting",
    ms(Math.max(0, (firstVoice?.at ?? NaN) - answeredAt)),
    "from 200 to the first tone",
  );
  row("answer", ms((reply?.at ?? NaN) - saidAt), "from your last sound to the bot's first");
  row("loss", `${statistics.lost} of ${statistics.expected}`, "packets");
  row("jitter", ms(statistics.jitterMs), "of the packets heard, RFC 3550");
  if (!answered) throw new Error("Cannot hear the sentence back as the bot stayed silent");
}

/** Sends clicks to the loopback and prints how long they take. */
async function measureRoundTrip(call: DemoCall): Promise<void> {
  const click = tone([1000], 20, { levelDb: -6 });
  const trips: number[] = [];
  await call.until(() => call.heard.length > 10, 2000);
  for (let i = 0; i < CLICKS; i++) {
    const heardBefore = call.heard.length;
    await call.say(click);
    const { at } = call.sent.at(-1)!;
    const back = () => call.heard.slice(heardBefore).find(isVoice);
    await call.until(() => back() !== undefined, 500);
    trips.push((back()?.at ?? NaN) - at);
    await call.until(() => !call.heard.slice(-3).some(isVoice), 500);
  }
  const sorted = trips.filter((trip) => trip >= 0).sort((a, b) => a - b);
  const middle = ms(sorted[sorted.length >> 1]);
  row("round trip", middle, `of ${sorted.length} clicks through the whole chain and back, p50`);
}

function row(name: string, value: string, what: string): void {
  print(`  ${name.padEnd(12)} ${value.padStart(9)}   ${what}`);
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}

/** Runs the demo and resolves with its exit code. */
export async function demo(): Promise<number> {
  try {
    print("A recorded voice calls the echo bot over loopback: SIP, RTP, and the whole chain.\n");
    await callPhone(echo(), talkToEcho);
    await callPhone(loopback(), measureRoundTrip);
    print(`\n  What the caller heard is in ${WAV}. Next: bun run mod.ts, and dial it yourself.`);
    return 0;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 1;
  }
}

if (import.meta.main) process.exit(await demo());
