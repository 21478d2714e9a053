/**
 * How many calls a second can one process set up, and what does each cost?
 *
 * sipp calls (INVITE 180 200 ACK BYE 200) a user agent in a process of its own, on both runtimes, over
 * UDP and TCP. Each row is one rate. How late a tick of 20 ms is tells whether signalling delays sound;
 * the row without calls is what the machine does by itself. Run it as `bun bench/sip_setup.ts` or
 * `deno run -A bench/sip_setup.ts`. It needs sipp, and both runtimes for both halves of the table.
 */
import { cpus } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { hasProgram, Program } from "../test/support/program.ts";
import { runSipp } from "../test/support/sipp.ts";
import { wait } from "../test/support/wait.ts";
import type { AgentReport } from "./sip_setup/answering_agent.ts";

const AGENT = fileURLToPath(new URL("./sip_setup/answering_agent.ts", import.meta.url));
const SECONDS = 10;

const ROWS = [
  { transport: "udp", rate: 0 },
  { transport: "udp", rate: 1000 },
  { transport: "udp", rate: 1500 },
  { transport: "tcp", rate: 1000 },
  { transport: "udp", rate: 20 },
] as const;

const COMMANDS: readonly (readonly [runtime: string, ...args: string[]])[] = [
  ["bun", "run", AGENT],
  ["deno", "run", "-A", "--no-check", AGENT],
];

function say(...cells: readonly (string | number)[]): void {
  const [first, ...rest] = cells.map(String);
  process.stdout.write(`${first.padEnd(16)}${rest.map((cell) => cell.padStart(11)).join("")}\n`);
}

/** Asks the agent what it has done since it was asked last. */
async function reportOf(agent: Program, nth: number): Promise<AgentReport> {
  agent.kill("SIGINT");
  const [, json] = await agent.says(new RegExp(`(?:report [^]*){${nth - 1}}report (.*)\\n`));
  return JSON.parse(json);
}

if (!hasProgram("sipp")) throw new Error("Cannot measure as sipp is not here: Debian's sip-tester");
process.stdout.write(`${cpus()[0].model}, ${cpus().length} cores, ${SECONDS} s each\n\n`);
say("", "calls/s", "set up/s", "failed", "repeated", "cpu ms", "tick p99", "worst", "MB");
for (const [runtime, ...args] of COMMANDS) {
  if (!hasProgram(runtime)) continue;
  for (const { transport, rate } of ROWS) {
    await using agent = new Program(runtime, args);
    const port = Number((await agent.says(/^ready (\d+)$/m))[1]);
    const call = (calls: number) =>
      rate === 0
        ? wait(calls * 1000)
        : runSipp({ scenario: "uac", port, calls, atOnce: 5_000, rate, transport });
    await call(rate || 1);
    await reportOf(agent, 1);
    const sipp = await call((rate || 1) * SECONDS);
    const { setups, seconds, cpuMs, tickLateMs, rssMb } = await reportOf(agent, 2);
    say(
      `${runtime} ${transport}`,
      rate,
      setups === 0 ? "-" : ((setups - 1) / seconds).toFixed(0),
      sipp?.failed ?? "-",
      sipp?.retransmissions ?? "-",
      setups === 0 ? "-" : (cpuMs / setups).toFixed(2),
      ...tickLateMs.map((ms) => `${ms.toFixed(1)} ms`),
      rssMb,
    );
  }
}
process.stdout.write(
  "\nset up/s: sustained. repeated: messages sipp had to send again. cpu ms: of one core, for each call.\n",
);
