/** What one call of a soak is going to do, drawn by chance from a seed. */
import { fraction, type Random } from "../../../src/clock/mod.ts";

/** What becomes of a call, as its caller means it. */
export type SoakKind =
  /** It is answered, both talk, one of them hangs up. */
  | "talk"
  /** The same, after sound before the answer. */
  | "early"
  /** The caller gives up while it rings, or a moment too late. */
  | "cancel"
  /** The application refuses it. */
  | "refused"
  /** The application throws. */
  | "broken"
  /** What it offers cannot be read, or has nothing that both can do. */
  | "bad-sdp"
  /** The caller is killed in mid-call: no BYE, no packet, no answer any more. */
  | "killed"
  /** The caller is killed before it could acknowledge the answer. */
  | "unacknowledged";

/** How the line treats the caller's packets: shares, 0 to 1. */
export interface SoakLine {
  /** RTP that never arrives. */
  readonly lost: number;
  /** RTP that arrives after the packet behind it. */
  readonly late: number;
  /** RTP that arrives twice. */
  readonly twice: number;
  /** Packets that are no RTP, or that of a stranger, sent beside the others. */
  readonly garbage: number;
  /** Messages of SIP that are lost, in both directions. */
  readonly sipLost: number;
}

/** One call. */
export interface SoakPlan {
  readonly kind: SoakKind;
  /** Whom it dials: what the application does is written in it. */
  readonly number: string;
  /** From the answer to the end, in ms. */
  readonly talkMs: number;
  /** Who hangs up. */
  readonly hangsUp: "caller" | "agent";
  /** From the invitation to giving up, in ms. */
  readonly cancelMs: number;
  /** What it offers, for `bad-sdp`. */
  readonly offer: "good" | "unreadable" | "no-codec";
  /** Keys, and when they are pressed: a share of `talkMs`. */
  readonly keys: readonly { readonly digit: string; readonly at: number }[];
  /** How keys are told: in SIP, or as telephone-event. */
  readonly keysBy: "info" | "rtp";
  /** Whether the caller sends nothing while it is silent. */
  readonly suppressesSilence: boolean;
  /** Whether the call is recorded. */
  readonly recorded: boolean;
  readonly line: SoakLine;
  /** The seed of all chance within the call. */
  readonly seed: number;
}

/** What there is to draw from. */
export interface SoakMix {
  /** How long calls are on the average, in ms. */
  readonly meanTalkMs: number;
  /** The longest call, in ms. */
  readonly maxTalkMs: number;
  /** Kinds that there are none of. @default [] */
  readonly without?: readonly SoakKind[];
}

/** The kinds, and how many of a hundred calls each is. */
const KINDS: readonly (readonly [SoakKind, number])[] = [
  ["talk", 72],
  ["early", 4],
  ["cancel", 8],
  ["refused", 5],
  ["bad-sdp", 3],
  ["broken", 2],
  ["killed", 4],
  ["unacknowledged", 2],
];

const GOOD_LINE: SoakLine = { lost: 0, late: 0, twice: 0, garbage: 0, sipLost: 0 };

/** Draws a call. */
export function drawPlan(random: Random, mix: SoakMix): SoakPlan {
  const { meanTalkMs, maxTalkMs } = mix;
  const kind = drawKind(random, kindsOf(mix));
  const talkMs = Math.round(Math.min(maxTalkMs, 500 + exponential(random, meanTalkMs)));
  const isKilled = kind === "killed" || kind === "unacknowledged";
  // Nobody hangs up on who was killed: the phone has to find out by itself.
  const hangsUp = fraction(random) < 0.55 || isKilled ? "caller" : "agent";
  const line = drawLine(random);
  const keys = Array.from({ length: fraction(random) < 0.2 ? 1 + random.uint32() % 4 : 0 }, () => ({
    digit: "0123456789*#"[random.uint32() % 12],
    at: 0.1 + 0.6 * fraction(random),
  }));
  const ringMs = Math.round(exponential(random, kind === "cancel" ? 1500 : 200));
  return {
    ...{ kind, talkMs, hangsUp, line, keys },
    keysBy: fraction(random) < 0.3 ? "info" : "rtp",
    number: numberOf(kind, { ringMs, talkMs, hangsUp, chance: random.uint32() }),
    cancelMs: Math.round(50 + exponential(random, 1000)),
    offer: kind !== "bad-sdp" ? "good" : fraction(random) < 0.5 ? "unreadable" : "no-codec",
    suppressesSilence: fraction(random) < 0.3,
    recorded: fraction(random) < 0.1,
    seed: random.uint32(),
  };
}

/** Time until the next of what comes by chance, `mean` apart on the average. */
export function exponential(random: Random, mean: number): number {
  return -Math.log(1 - fraction(random)) * mean;
}

/** How long a call holds a line of the phone on the average, in ms, to get so many calls at a time. */
export function meanHoldMs(mix: SoakMix): number {
  const { meanTalkMs, maxTalkMs } = mix;
  const talk = 500 + meanTalkMs * (1 - Math.exp(-(maxTalkMs - 500) / meanTalkMs));
  const hold: Readonly<Record<SoakKind, number>> = {
    ...{ talk: talk + 200, early: talk + 1000, cancel: 800, refused: 200, broken: 0, "bad-sdp": 0 },
    // It is asked whether it is there after 30 s of silence, and taken for gone 32 s later.
    killed: talk + 75_000,
    unacknowledged: 32_000,
  };
  const kinds = kindsOf(mix);
  return kinds.reduce((sum, [kind, weight]) => sum + weight * hold[kind], 0) / weightOf(kinds);
}

function kindsOf({ without = [] }: SoakMix): typeof KINDS {
  return KINDS.filter(([kind]) => !without.includes(kind));
}

function weightOf(kinds: typeof KINDS): number {
  return kinds.reduce((sum, [, weight]) => sum + weight, 0);
}

function drawKind(random: Random, kinds: typeof KINDS): SoakKind {
  let left = fraction(random) * weightOf(kinds);
  return (kinds.find(([, weight]) => (left -= weight) < 0) ?? kinds[0])[0];
}

function drawLine(random: Random): SoakLine {
  const chance = fraction(random);
  if (chance < 0.6) return GOOD_LINE;
  if (chance < 0.75) return { ...GOOD_LINE, lost: 0.01, sipLost: 0.01 };
  if (chance < 0.85) return { ...GOOD_LINE, lost: 0.08, sipLost: 0.05 };
  if (chance < 0.95) return { ...GOOD_LINE, late: 0.05, twice: 0.02 };
  return { ...GOOD_LINE, garbage: 0.2 };
}

/** The number says what the application does with the call, which so needs no other word of it. */
function numberOf(
  kind: SoakKind,
  { ringMs, talkMs, hangsUp, chance }: {
    ringMs: number;
    talkMs: number;
    hangsUp: string;
    chance: number;
  },
): string {
  if (kind === "refused") return ["busy", "declined", "unavailable"][chance % 3];
  if (kind === "broken") return "broken";
  const what = kind === "early" ? "early" : "ring";
  return `${what}-${ringMs}-${hangsUp === "agent" ? talkMs : 0}`;
}
