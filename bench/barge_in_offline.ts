/**
 * How soon does a caller stop the agent, and how often does what is no caller?
 *
 *   bun bench/barge_in_offline.ts [silero|fvad|energy]
 *   deno run -A bench/barge_in_offline.ts [silero|fvad|energy]
 *
 * No sockets: frames of 20 ms through a detector of voices and the turn stage, with recorded prompts of
 * Debian's asterisk-core-sounds-en-wav for both sides. Times are from the onset of the voice, to 10 ms,
 * to the end of the frame that decides; a call adds the way of a packet and up to 20 ms of the
 * metronome. The agent speaks all the time and is not lowered, which is the worst case for its echo.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type AudioFrame, fromDecibels, mix, readWav, rmsLevel } from "../src/audio/mod.ts";
import { fraction, type Random, SeededRandom } from "../src/clock/mod.ts";
import { loadResampler, Resampler } from "../src/resample/mod.ts";
import { PlayedSound, TurnDetector, type TurnEvent } from "../src/turn/mod.ts";
import { type DetectorName, loadDetector, VadStream } from "../src/vad/mod.ts";
import { echoOf, overTheLine } from "../test/turn/echo_scene.ts";

const PROMPTS = "/usr/share/asterisk/sounds/en_US_f_Allison/";
const SCENES = 60;
const VOICES = ["slt", "rms", "awb", "kal", "kal16"];
const BACKCHANNELS = ["uh huh", "yeah", "right", "sure", "okay", "I see"];
const FRAME = 160;
const SECOND = 8000;
/** When the caller begins, and how long a scene is, in samples. */
const AT = 2 * SECOND;
const LENGTH = 6 * SECOND;

interface Scene {
  readonly agent: Int16Array;
  readonly heard: Int16Array;
  readonly onsetMs: number;
}

if (!existsSync(PROMPTS)) throw new Error(`Cannot speak without ${PROMPTS}`);
const name = (process.argv[2] ?? "silero") as DetectorName;
await loadResampler();
const detector = await loadDetector(name);
const random = new SeededRandom(3);
const prompts = readdirSync(PROMPTS)
  .filter((file) => file.endsWith(".wav"))
  .map((file) => readWav(readFileSync(PROMPTS + file)).channels[0])
  .filter((sound) => sound.length > 2 * SECOND);

const { bun, deno, node } = process.versions;
const runtime = bun ? `Bun ${bun}` : deno ? `Deno ${deno}` : `Node ${node}`;
say(`${runtime}, ${cpus().length} x ${cpus()[0].model}, ${name}, ${SCENES} scenes a row`);

say(
  "a caller over the agent       lowered p50  p95   immediate p50  p95   confirmed p50  p95  never",
);
for (const levelDb of [undefined, -15, -6]) {
  const scenes = Array.from({ length: SCENES }, () => interruption(levelDb));
  const duck = await Promise.all(scenes.map((scene) => converse(scene, "duck")));
  const immediate = await Promise.all(scenes.map((scene) => converse(scene, "immediate")));
  const since = (at: number | undefined, i: number) => (at ?? Infinity) - scenes[i].onsetMs;
  const lowered = quantiles(duck.map(({ duckedMs }, i) => since(duckedMs, i)));
  const stopped = quantiles(immediate.map(({ turnMs }, i) => since(turnMs, i)));
  const confirmed = quantiles(duck.map(({ turnMs }, i) => since(turnMs, i)));
  const never = duck.filter(({ turnMs }) => turnMs === undefined).length;
  say(
    `${label(levelDb).padEnd(30)}${cell(lowered)}      ${cell(stopped)}      ${cell(confirmed)}` +
      `${String(never).padStart(7)}`,
  );
}

say("no caller                     lowered   stopped, duck   stopped, immediate");
const others: readonly (readonly [string, () => Scene])[] = [
  ["echo at -15 dB", () => echoAlone(-15)],
  ["echo at -6 dB", () => echoAlone(-6)],
  ["pink noise at -36 dBov", () => noiseAlone(-36)],
];
const listening = backchannels();
for (const [what, make] of others) await tell(what, Array.from({ length: SCENES }, make));
if (listening.length > 0) {
  await tell(`${listening.length} "uh-huh", "yeah"...`, listening);
  await tell("the same, confirmMs 400", listening, 400);
}

async function tell(what: string, scenes: readonly Scene[], confirmMs?: number): Promise<void> {
  const duck = await Promise.all(scenes.map((scene) => converse(scene, "duck", confirmMs)));
  const immediate = await Promise.all(scenes.map((scene) => converse(scene, "immediate")));
  const share = (count: number) => `${(100 * count / scenes.length).toFixed(0)} %`.padStart(7);
  say(
    what.padEnd(30) + share(duck.filter(({ duckedMs }) => duckedMs !== undefined).length) +
      share(duck.filter(({ turnMs }) => turnMs !== undefined).length).padStart(16) +
      share(immediate.filter(({ turnMs }) => turnMs !== undefined).length).padStart(21),
  );
}

/** Plays a scene through the stages; when the agent was lowered and when a turn began, in ms. */
async function converse({ agent, heard }: Scene, mode: "duck" | "immediate", confirmMs?: number) {
  const played = new PlayedSound();
  let now = 0;
  let duckedMs: number | undefined;
  let turnMs: number | undefined;
  const voice = { state: "speaking", played, duck() {}, restore() {} } as const;
  const onEvent = ({ type }: TurnEvent) => type === "duck" ? duckedMs ??= now : undefined;
  const turns = new TurnDetector({ bargeIn: { mode, confirmMs }, onEvent }, voice);
  let at = 0;
  const frames = new ReadableStream<AudioFrame>({
    pull(controller) {
      const samples = heard.slice(at, at + FRAME);
      if (samples.length < FRAME) return controller.close();
      controller.enqueue({ sampleRate: SECOND, samples, timestamp: at });
      at += FRAME;
    },
  });
  let position = 0;
  for await (const frame of frames.pipeThrough(new VadStream(detector))) {
    played.push(agent.slice(position, position + FRAME), SECOND);
    position += FRAME;
    now = position / 8;
    if (turns.push(frame).turn !== undefined) turnMs ??= now;
  }
  return { duckedMs, turnMs };
}

function interruption(levelDb?: number): Scene {
  const agent = agentSound();
  const caller = pick();
  const onset = onsetOf(caller);
  const voice = new Int16Array(LENGTH);
  voice.set(caller.subarray(onset, onset + LENGTH - AT), AT);
  const { heard } = levelDb === undefined ? noiseAlone(-60) : echoAlone(levelDb, agent);
  return { agent, heard: overTheLine(mix(heard, voice)), onsetMs: AT / 8 };
}

/** The first 10 ms that are loud and followed by 60 that mostly are: a breath or a click is no voice. */
function onsetOf(sound: Int16Array): number {
  const isLoud = (at: number) => rmsLevel(sound.subarray(at, at + 80)) > -40;
  for (let at = 0; at < sound.length; at += 80) {
    const after = [1, 2, 3, 4, 5, 6].filter((k) => isLoud(at + 80 * k)).length;
    if (isLoud(at) && after >= 5) return at;
  }
  return 0;
}

function echoAlone(levelDb: number, agent = agentSound()): Scene {
  const delayMs = 20 + 380 * fraction(random);
  return {
    agent,
    heard: echoOf(agent, { levelDb, delayMs, seed: random.uint32() }),
    onsetMs: 0,
  };
}

function noiseAlone(level: number): Scene {
  return { agent: agentSound(), heard: overTheLine(pinkNoise(level, random)), onsetMs: 0 };
}

/** What shows that somebody listens, by each of flite's voices, if it is installed. */
function backchannels(): Scene[] {
  const directory = mkdtempSync(join(tmpdir(), "barge-in-"));
  try {
    return VOICES.flatMap((voice) => BACKCHANNELS.map((text) => [voice, text])).map(
      ([voice, text]) => {
        const file = join(directory, "said.wav");
        execFileSync("flite", ["-voice", voice, "-t", text, "-o", file]);
        const { sampleRate, channels } = readWav(readFileSync(file));
        const resampler = new Resampler(sampleRate, SECOND);
        const said = sampleRate === SECOND ? channels[0] : resampler.push(channels[0]);
        resampler.close();
        const voiceSound = new Int16Array(LENGTH);
        voiceSound.set(said, AT);
        return { ...noiseAlone(-60), heard: overTheLine(voiceSound) };
      },
    );
  } catch {
    say("flite is not installed");
    return [];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Prompts in a row, without a pause of note. */
function agentSound(): Int16Array {
  const sound = new Int16Array(LENGTH);
  for (let at = 0; at < LENGTH;) {
    const prompt = pick().subarray(0, LENGTH - at);
    sound.set(prompt, at);
    at += prompt.length;
  }
  return sound;
}

function pick(): Int16Array {
  return prompts[random.uint32() % prompts.length];
}

/** Noise that falls by 3 dB an octave, by Paul Kellet's three poles. */
function pinkNoise(level: number, random: Random): Int16Array {
  let [a, b, c] = [0, 0, 0];
  const noise = Float64Array.from({ length: LENGTH }, () => {
    const white = 2 * fraction(random) - 1;
    a = 0.99765 * a + white * 0.099046;
    b = 0.963 * b + white * 0.2965164;
    c = 0.57 * c + white * 1.0526913;
    return 1000 * (a + b + c + white * 0.1848);
  });
  const gain = fromDecibels(level - rmsLevel(Int16Array.from(noise)));
  return Int16Array.from(noise, (sample) => sample * gain);
}

function label(levelDb?: number): string {
  return levelDb === undefined ? "no echo" : `its echo at ${levelDb} dB`;
}

function quantiles(values: readonly number[]): readonly [number, number] {
  const sorted = [...values].sort((a, b) => a - b);
  return [sorted[sorted.length >> 1], sorted[Math.floor(sorted.length * 0.95)]];
}

function cell([p50, p95]: readonly [number, number]): string {
  return `${String(p50).padStart(11)}${String(p95).padStart(5)}`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
process.exit();
