/** Callers and agents on virtual frames: one letter is 20 ms. */
import type { AudioFrame } from "../../src/audio/mod.ts";
import {
  type AgentVoice,
  TurnDetector,
  type TurnEvent,
  type TurnOptions,
} from "../../src/turn/mod.ts";

/** `#` a voice, `.` none, `x` lost sound in which the concealer still hums, `-` a dead line. */
export function framesOf(pattern: string): AudioFrame[] {
  return [...pattern].map((letter, index) => ({
    sampleRate: 8000,
    samples: new Int16Array(160),
    timestamp: index * 160,
    speech: letter === "#" || letter === "x",
    ...(letter === "x" || letter === "-" ? { concealed: true } : {}),
  }));
}

/** What was done to an agent's voice, by frame. */
export interface Scene {
  /** One letter a frame: its turn, `!` when it ends one, `?` when it may end, `-` outside of turns. */
  readonly marks: string;
  /** One letter a frame: `d` lowered, `r` restored with it, a dot otherwise. */
  readonly agent: string;
  readonly onsets: readonly number[];
  readonly events: readonly TurnEvent[];
}

/** What else happens in a scene. */
export interface SceneOptions extends TurnOptions {
  /** One letter a frame: `s` speaking, `p` protected, a dot silent. @default silent */
  readonly agent?: string;
  /** What is understood just before the frame of that index. */
  readonly hears?: Readonly<Record<number, string>>;
}

/** Plays a caller against a detector. */
export function play(pattern: string, options: SceneOptions = {}): Scene {
  const { agent = "", hears = {}, ...rest } = options;
  const events: TurnEvent[] = [];
  let now = 0;
  const done: string[] = [];
  const voice: AgentVoice = {
    get state() {
      return STATES[agent[now]] ?? "silent";
    },
    duck: () => done[now] = "d",
    restore: () => done[now] = "r",
  };
  const onEvent = (event: TurnEvent) => events.push(event);
  const turns = new TurnDetector({ ...rest, onEvent }, voice);
  const onsets: number[] = [];
  const marks = framesOf(pattern).map((frame, index) => {
    now = index;
    if (hears[index] !== undefined) turns.hear(hears[index]);
    const { turn, endOfTurn, mayEnd, onsetMs } = turns.push(frame);
    if (onsetMs !== undefined) onsets.push(onsetMs);
    return endOfTurn ? "!" : mayEnd ? "?" : turn ?? "-";
  });
  return {
    marks: marks.join(""),
    agent: marks.map((_, index) => done[index] ?? ".").join(""),
    onsets,
    events,
  };
}

const STATES: Readonly<Record<string, AgentVoice["state"]>> = { s: "speaking", p: "protected" };
