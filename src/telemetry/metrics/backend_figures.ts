/** Figures of what is behind the calls: steps that fail, are tried again, or are kept from failing. */

import type { PhoneEvents, PhoneHandler } from "../../phone/mod.ts";
import { type Figures, known } from "./figures.ts";

const STEPS = ["transcribe", "transcribeStream", "generate", "speak"];
const FAILURES = [...STEPS, "prompt", "first-audio"];
/** The states of a circuit, by their values. */
const CIRCUITS = ["closed", "half-open", "open"];
/** Backends that are told apart: the first, and those that stand in for it. */
const BACKENDS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
const LEAVINGS = ["no-input", "dead-line", "failures"];
const RESTARTS = ["vad", "transcribe"];

/** What is only counted, by the kind of the event that tells of it. */
const PLAIN = {
  filler: ["fillers_total", "Times a caller was told to wait, as an answer took long."],
  apology: ["apologies_total", "Times a caller was told that something went wrong."],
  "no-input": ["no_input_total", "Times a caller was silent for long."],
  speculate: [
    "speculations_total",
    "Answers that were prepared before the caller's turn was over.",
  ],
  "speculation-lost": [
    "speculations_lost_total",
    "Answers that were prepared and thrown away, as the caller went on.",
  ],
} as const;

type Told = PhoneEvents["conversation"]["event"];

/** Adds the figures of the backends of `phone`; returns what ends the listening. */
export function backendFigures(figures: Figures, phone: PhoneHandler): readonly (() => void)[] {
  const byStep = (name: string, help: string, steps: readonly string[]) => {
    const counter = figures.tally(
      { name, help, labels: ["step"] },
      steps.map((step) => ({ step })),
    );
    return (step: string) => counter.inc({ step: known(step, steps) });
  };
  const failed = byStep("step_failures_total", "Steps that failed for good, by step.", FAILURES);
  const retried = byStep("step_retries_total", "Steps that failed and were tried again.", STEPS);
  const fellBack = byStep("step_fallbacks_total", "Steps that another backend did.", STEPS);
  const restarts = figures.tally({
    name: "stage_restarts_total",
    help: "Stages that were stuck or deaf and were made anew.",
    labels: ["stage"],
  }, RESTARTS.map((stage) => ({ stage })));
  const leavings = figures.tally({
    name: "agent_left_total",
    help: "Conversations that the agent ended, by why.",
    labels: ["reason"],
  }, LEAVINGS.map((reason) => ({ reason })));
  const plain = plainFigures(figures);
  const circuit = circuitFigures(figures);
  const errors = figures.tally({
    name: "errors_total",
    help: "Errors that were told by the phone; the calls went on if they could.",
  });
  return [
    phone.on("error", () => errors.inc()),
    phone.on("conversation", ({ event }) => {
      plain(event);
      if (event.type === "failure") failed(event.step);
      else if (event.type === "retry") retried(event.step);
      else if (event.type === "fallback") fellBack(event.step);
      else if (event.type === "circuit") circuit(event);
      else if (event.type === "restart") restarts.inc({ stage: known(event.stage, RESTARTS) });
      else if (event.type === "leave") leavings.inc({ reason: known(event.reason, LEAVINGS) });
    }),
  ];
}

function plainFigures(figures: Figures): (event: Told) => void {
  const counters = new Map(
    Object.entries(PLAIN).map(([type, [name, help]]) => [type, figures.tally({ name, help })]),
  );
  return ({ type }) => counters.get(type)?.inc();
}

/** Circuits belong to a backend, and not to a call: what is told last of one is how it stands. */
function circuitFigures(
  figures: Figures,
): (event: Extract<Told, { readonly type: "circuit" }>) => void {
  const states = new Map<string, { readonly labels: Record<string, string>; value: number }>();
  figures.gauge({
    name: "circuit_state",
    help:
      "What keeps calls from a backend that fails: 0 is closed, as it should be, 1 half-open, " +
      "2 open. Each is told of from its first change on.",
    labels: ["step", "backend"],
  }, (put) => {
    for (const { labels, value } of states.values()) put(value, labels);
  });
  const opened = figures.tally({
    name: "circuit_opened_total",
    help: "Times calls were kept from a backend from then on, as it had failed too often.",
    labels: ["step"],
  }, STEPS.map((step) => ({ step })));
  return ({ step, backend, state }) => {
    const labels = { step: known(step, STEPS), backend: known(String(backend), BACKENDS) };
    states.set(`${labels.step} ${labels.backend}`, {
      labels,
      value: Math.max(0, CIRCUITS.indexOf(state)),
    });
    if (state === "open") opened.inc({ step: labels.step });
  };
}
