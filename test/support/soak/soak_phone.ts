/**
 * The phone of a soak, as a process of its own: its application does what the number says, its backend
 * fails now and then. See soak_messages.ts for what it is told and tells.
 *
 * Numbers: `ring-<ms it rings>-<ms after which the agent hangs up, or 0>`, `early-...` with sound before
 * the answer; `busy`, `declined`, `unavailable` and `broken`.
 */
import { rmSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { configure } from "@logtape/logtape";
import { tone } from "../../../src/audio/mod.ts";
import { mock } from "../../../src/backend/mod.ts";
import type { Call, RejectReason } from "../../../src/call/mod.ts";
import { SeededRandom, sleep, SystemClock } from "../../../src/clock/mod.ts";
import { PhoneHandler } from "../../../src/phone/mod.ts";
import { hanging, silent, slow, throwing, withFaults } from "../../../src/testing/mod.ts";
import { CountingClock } from "../../../src/testing/counting_clock.ts";
import { SoakBeat } from "./soak_beat.ts";
import { SoakBooks } from "./soak_books.ts";
import type { SoakCommand, SoakPhoneOptions } from "./soak_messages.ts";

const { folder, seed, takeOverMs, judgesLoad, ...ports } = JSON.parse(
  process.argv[2],
) as SoakPhoneOptions;

// An unhandled rejection, or an exception nobody caught, is what a soak is to find.
for (const name of ["unhandledRejection", "uncaughtException"]) {
  process.on(name, (error) => {
    process.stderr.write(`${name}: ${(error as Error)?.stack ?? error}\n`);
    process.exit(70);
  });
}
await configure({ sinks: {}, loggers: [{ category: ["logtape", "meta"], lowestLevel: "error" }] });

const clock = new CountingClock(new SystemClock());
const beat = new SoakBeat();
const step = (faults: number) => ({ probability: faults });
const backend = withFaults(
  mock({
    greeting: "Hello, and welcome to the soak.",
    script: [
      { hears: "Something about an order.", says: "I see. Which one of them is it, please?" },
      { hears: "The last one.", says: "Thank you. That one is on its way. Anything else?" },
    ],
    clock,
  }),
  {
    clock,
    random: new SeededRandom(seed),
    rules: [
      { fault: throwing(), ...step(0.02) },
      { fault: hanging(), ...step(0.01) },
      { fault: slow(1500), ...step(0.05) },
      { fault: silent(), ...step(0.02) },
    ],
  },
);

const LEAVE_MS = 300;
const RINGING = { samples: tone([425], 400), sampleRate: 8000 };

async function onCall(call: Call): Promise<void> {
  const [what, ringMs] = call.info.to.user.split("-");
  if (what === "broken") throw new Error("broken as it was dialled");
  if (what !== "ring" && what !== "early") return void call.reject(what as RejectReason);
  call.ring();
  if (what === "early" && await call.startEarlyMedia()) await call.playEarly(RINGING);
  await sleep(clock, Number(ringMs));
}

const phone = new PhoneHandler({
  ...ports,
  voiceBackend: backend,
  detector: "fvad",
  onCall,
  clock,
  recording: {
    folder,
    policy: ({ from }) => from.user === "recorded" ? "always" : "never",
  },
  admission: judgesLoad ? {} : false,
});
const books = new SoakBooks({ phone, clock, beat });

phone.on("answered", ({ call }) => {
  const hangUpMs = Number(call.info.to.user.split("-")[2]);
  if (hangUpMs === 0) return;
  const timer = clock.setTimer(() => void call.hangup(), hangUpMs);
  void call.ended.then(() => timer.cancel());
});
phone.on("recording", ({ event }) => {
  if (event.type === "ended") rmSync(event.path, { force: true });
});

async function obey(command: SoakCommand): Promise<void> {
  if (command.do === "sample") return tell(await books.sample("sample", command.gc));
  await phone.drain(command.limitMs);
  tell(await books.sample("drained", true));
  // Who still sends calls here has to hear of it first.
  await sleep(clock, LEAVE_MS);
  await phone.stop();
  // Calls came until the last moment, and were refused.
  tell(await books.sample("stopped", false));
  beat.stop();
  isOver = true;
  // Whatever is left now keeps the process alive, and shows so.
  lines.close();
  process.stdin.destroy();
}

function tell(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

let isOver = false;
const lines = createInterface({ input: process.stdin });
// Nobody is left to be told anything.
lines.on("close", () => isOver || process.exit(71));
lines.on("line", (line) => void obey(JSON.parse(line) as SoakCommand));
await start();

/** Starts, also where the process before still has the port. */
async function start(): Promise<void> {
  const until = performance.now() + takeOverMs;
  for (;;) {
    try {
      const { port } = await phone.start();
      return tell({ type: "ready", port, pid: process.pid });
    } catch (error) {
      if (performance.now() >= until) throw error;
      await sleep(clock, 25);
    }
  }
}
