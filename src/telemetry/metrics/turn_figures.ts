/** Figures of conversations: how soon callers are answered, and what goes wrong between them. */

import type { TurnTiming } from "../../call/mod.ts";
import type { PhoneEvents, PhoneHandler } from "../../phone/mod.ts";
import { ANSWER_S, BARGE_IN_S } from "./buckets.ts";
import { type Figures, known } from "./figures.ts";

/** What is timed of a turn, each from the end of the caller's turn; `endpoint` is how long that took. */
const STAGES = ["endpoint", "transcript", "first_token", "first_audio", "first_packet"] as const;
const OUTCOMES = ["answered", "interrupted", "empty", "failed", "unanswered"] as const;
const FALSE_ALARMS = ["short", "words", "echo"];

type Told = PhoneEvents["conversation"]["event"];

/** Adds the figures of the turns of all calls of `phone`; returns what ends the listening. */
export function turnFigures(figures: Figures, phone: PhoneHandler): readonly (() => void)[] {
  const stages = figures.histogram(
    {
      name: "turn_stage_seconds",
      help:
        "From the end of a caller's turn to each stage of its answer; endpoint is from the last " +
        "voice to that end.",
      labels: ["stage"],
    },
    ANSWER_S,
    STAGES.map((stage) => ({ stage })),
  );
  const response = figures.histogram({
    name: "turn_response_seconds",
    help:
      "From the last voice of a caller's turn to the first packet of its answer: the gap that " +
      "is heard.",
  }, ANSWER_S);
  const turns = figures.tally({
    name: "turns_total",
    help: "Turns of callers, by what became of their answers.",
    labels: ["outcome"],
  }, OUTCOMES.map((outcome) => ({ outcome })));
  const note = (turn: TurnTiming) => {
    turns.inc({ outcome: outcomeOf(turn) });
    for (const [stage, ms] of stagesOf(turn)) stages.observe({ stage }, ms / 1000);
    const { endedAt, silenceMs, firstPacketAt } = turn;
    if (endedAt === undefined || silenceMs === undefined || firstPacketAt === undefined) return;
    response.observe((firstPacketAt - endedAt + silenceMs) / 1000);
  };
  const told = interruptions(figures);
  return [
    phone.on("turn", ({ turn }) => note(turn)),
    phone.on("conversation", ({ event }) => told(event)),
  ];
}

function stagesOf(turn: TurnTiming): [stage: typeof STAGES[number], ms: number][] {
  const { endedAt, silenceMs, transcriptAt, firstTokenAt, firstAudioAt, firstPacketAt } = turn;
  if (endedAt === undefined) return [];
  const since = (at: number | undefined) => at === undefined ? undefined : at - endedAt;
  const times = [
    ...[silenceMs, since(transcriptAt), since(firstTokenAt), since(firstAudioAt)],
    since(firstPacketAt),
  ];
  return STAGES.flatMap((stage, index) => {
    const ms = times[index];
    return ms === undefined ? [] : [[stage, ms] as [typeof stage, number]];
  });
}

function outcomeOf(turn: TurnTiming): typeof OUTCOMES[number] {
  if (turn.failures !== undefined) return "failed";
  if (turn.interruptedAt !== undefined) return "interrupted";
  if (turn.firstPacketAt !== undefined) return "answered";
  return turn.heard === "" ? "empty" : "unanswered";
}

/** What tells of voices over each other. */
function interruptions(figures: Figures): (event: Told) => void {
  const bargeIn = figures.histogram({
    name: "barge_in_seconds",
    help:
      "From the beginning of a voice that interrupts the agent to the last packet of its sound.",
  }, BARGE_IN_S);
  const by = figures.tally({
    name: "interruptions_total",
    help: "Times the agent was cut short, by a voice or a key.",
    labels: ["by"],
  }, [{ by: "speech" }, { by: "key" }]);
  const alarms = figures.tally({
    name: "false_alarms_total",
    help: "Times something was heard over the agent that was no turn, by what it was: the agent " +
      "went on.",
    labels: ["reason"],
  }, FALSE_ALARMS.map((reason) => ({ reason })));
  const resumed = figures.tally({
    name: "false_interruptions_total",
    help: "Times the agent was cut short by a caller who then had said nothing, and went on.",
  });
  return (event) => {
    if (event.type === "silent") bargeIn.observe(event.bargeInMs / 1000);
    else if (event.type === "interrupt") {
      by.inc({ by: event.voiceAt === undefined ? "key" : "speech" });
    } else if (event.type === "resume") resumed.inc();
    else if (event.type === "false-alarm") {
      alarms.inc({ reason: known(event.reason, FALSE_ALARMS) });
    }
  };
}
