/** The telephone that a caller is given to, while it rings. */

import { type Clock, sleep } from "../../clock/mod.ts";
import {
  type ChannelVariables,
  EslRefusedError,
  originate,
  uuidDump,
  uuidKill,
} from "../../esl/mod.ts";
import type { FreeSwitchLink } from "./freeswitch_link.ts";

/** How often a leg is looked at, or ended, again while nobody tells of it, in ms. */
const LOOK_MS = 200;
/** For how long after its time a leg is still looked for while there is no connection, in ms. */
const GRACE_MS = 15_000;
/** After so long FreeSWITCH itself ends a leg that was answered and that nobody has come for, in s. */
const PARK_S = 10;

/** Whom to call and how. */
export interface TargetLegOptions {
  /** The UUID its channel gets. */
  readonly uuid: string;
  /** The dial string, of one telephone. */
  readonly dial: string;
  /** Variables of its channel. */
  readonly variables: ChannelVariables;
  /** How long it may ring, in ms. */
  readonly ringMs: number;
  /** Gives up. */
  readonly signal: AbortSignal;
  /** Time. */
  readonly clock: Clock;
}

/** What became of it: it is there and waits, or it is not, with the cause if one is known. */
export type Reached =
  | { readonly isAnswered: true }
  | { readonly isAnswered: false; readonly cause?: string; readonly error?: unknown };

/**
 * Calls a telephone and lets it wait until it is bridged.
 *
 * It outlives our connection, and does not outlive us: it rings for as long as it may, and hangs up by
 * itself soon after an answer for which nobody comes. When the connection is lost meanwhile, it is
 * found again by its UUID.
 */
export async function callTarget(
  link: FreeSwitchLink,
  options: TargetLegOptions,
): Promise<Reached> {
  const { uuid, dial, ringMs, clock, signal } = options;
  const untilMs = clock.now() + ringMs + GRACE_MS;
  let isOver = false;
  const end = () => void endUntil(link, options, () => isOver || clock.now() > untilMs);
  if (signal.aborted) return { isAnswered: false, cause: "ORIGINATOR_CANCEL" };
  signal.addEventListener("abort", end, { once: true });
  try {
    const reached = await reach(link, { ...options, dial, untilMs });
    if (!reached.isAnswered || !signal.aborted) return reached;
    await endLeg(link, uuid, "ORIGINATOR_CANCEL");
    return { isAnswered: false, cause: "ORIGINATOR_CANCEL" };
  } finally {
    isOver = true;
    signal.removeEventListener("abort", end);
  }
}

/** Hangs a leg up that may be gone, or about to be there. Never rejects. */
export async function endLeg(link: FreeSwitchLink, uuid: string, cause: string): Promise<void> {
  await uuidKill(link.client, uuid, cause).catch(() => {});
}

async function reach(
  link: FreeSwitchLink,
  options: TargetLegOptions & { readonly untilMs: number },
): Promise<Reached> {
  const { uuid, dial, variables, ringMs } = options;
  try {
    await originate(link.client, {
      target: dial,
      // To the second, and rather later: FreeSWITCH counts by the seconds of the clock on the wall.
      ringMs: ringMs + 1000,
      variables: {
        ...variables,
        origination_uuid: uuid,
        ignore_early_media: true,
        park_timeout: `${PARK_S}:NORMAL_TEMPORARY_FAILURE`,
      },
    });
    return { isAnswered: true };
  } catch (error) {
    if (error instanceof EslRefusedError) {
      return { isAnswered: false, cause: /^-ERR (\w+)/.exec(error.reply ?? "")?.[1], error };
    }
    if (error instanceof TypeError) throw error;
    return await find(link, options, error);
  }
}

/** The connection was lost: whether it was answered is seen when there is one again. */
async function find(
  link: FreeSwitchLink,
  { uuid, clock, untilMs }: TargetLegOptions & { readonly untilMs: number },
  error: unknown,
): Promise<Reached> {
  while (clock.now() < untilMs) {
    await sleep(clock, LOOK_MS);
    if (!link.isConnected) continue;
    const answerState = await answerStateOf(link, uuid).catch(() => "unknown");
    if (answerState === "answered") return { isAnswered: true };
    if (answerState === undefined) return { isAnswered: false, error };
  }
  return { isAnswered: false, error };
}

/** Such as `ringing` and `answered`; undefined when there is no such channel. */
async function answerStateOf(link: FreeSwitchLink, uuid: string): Promise<string | undefined> {
  const channel = await uuidDump(link.client, uuid);
  return channel && (channel.answerState ?? "unknown");
}

/** Again and again, as the channel may not be there yet, or the connection is not. */
async function endUntil(
  link: FreeSwitchLink,
  { uuid, clock }: TargetLegOptions,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    await endLeg(link, uuid, "ORIGINATOR_CANCEL");
    await sleep(clock, LOOK_MS);
  }
}
