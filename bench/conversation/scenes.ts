/** What callers do while an agent talks: speak, cough, listen to the radio. */
import { concatSamples } from "../../src/audio/mod.ts";
import { SeededRandom } from "../../src/clock/mod.ts";
import { between } from "./chance.ts";
import { coughs, EchoPath, mmHm, music, onLine, pinkNoise } from "./disturbances.ts";
import type { CallScript } from "./one_call.ts";
import type { Phrase, Recordings } from "./recordings.ts";

/** What a caller does over the agent's voice. */
export type SceneName = "speech" | "cough" | "mm-hm" | "music" | "noise" | "echo";

/** A call in which that happens. */
export interface Scene extends CallScript {
  readonly name: SceneName;
  /** The number of what the agent says. */
  readonly agent: number;
  /** Where it begins, in samples of the call. */
  readonly from: number;
  /** What is said, if it is speech. */
  readonly phrase?: Phrase;
}

/** How long after the answer something happens, in samples: the agent is in full flow then. */
const EARLIEST = 6400;
const LATEST = 16_000;
/** What is watched after it, in samples. */
const AFTER = 8000;
/** Of the scenes that are the same from the first moment to the last: 6 s. */
const STEADY = 48_000;
/** The agent's echo, in dB and ms. */
const ECHO_DB = -15;
const ECHO_MS = [20, 400] as const;
/** Agents that say different things. */
const AGENTS = 8;

/** Scene number `index` of a name: the same one each time. */
export function sceneOf(name: SceneName, index: number, { callers }: Recordings): Scene {
  const random = new SeededRandom(1000 * (1 + index) + name.length);
  const agent = index % AGENTS;
  const number = `${name === "speech" ? "gapless" : "talk"}-${agent}-${name}-${index}`;
  const scene = (from: number, what: Int16Array, after = AFTER): Scene => {
    const sound = concatSamples([new Int16Array(from), what, new Int16Array(after)]);
    return { name, agent, number, from, sound: onLine(sound, random) };
  };
  const from = Math.floor(between(random, EARLIEST, LATEST));
  if (name === "speech") {
    const phrase = callers[index % callers.length];
    return { ...scene(from, phrase.samples), phrase };
  }
  if (name === "cough") return scene(from, coughs(random));
  if (name === "mm-hm") return scene(from, mmHm(random));
  if (name === "music") return scene(from, music(random));
  if (name === "noise") return scene(0, pinkNoise(STEADY, random), 0);
  const delayMs = between(random, ...ECHO_MS);
  const echo = new EchoPath({ levelDb: ECHO_DB, delayMs, seconds: 8 }, random);
  return { ...scene(0, new Int16Array(STEADY), 0), echo };
}
