/**
 * A user agent that answers every call at once, for `bench/sip_setup.ts`.
 *
 * On SIGINT it tells as one line of JSON what it has done since the last time; on SIGTERM it ends.
 */
import process from "node:process";
import { SystemClock } from "../../src/clock/mod.ts";
import { SipUserAgent } from "../../src/sip/mod.ts";

/** What happened between two reports. */
export interface AgentReport {
  /** Calls answered and acknowledged. */
  readonly setups: number;
  /** Seconds from the first of them to the last. */
  readonly seconds: number;
  /** Milliseconds of processor time in all. */
  readonly cpuMs: number;
  /** Messages of ours that were sent again. */
  readonly retransmissions: number;
  /** Datagrams dropped as they came too fast. */
  readonly dropped: number;
  /** How late a tick of 20 ms was: the 99th percentile and the worst, in ms. */
  readonly tickLateMs: readonly [p99: number, worst: number];
  /** Megabytes of memory. */
  readonly rssMb: number;
}

const TICK_MS = 20;
const sdp = new TextEncoder().encode([
  ...["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0"],
  ...["m=audio 40000 RTP/AVP 0", "a=ptime:20", ""],
].join("\r\n"));

const clock = new SystemClock();
let times: number[] = [];
let late: number[] = [];
let cpu = process.cpuUsage();
let retransmissions = 0;

const agent = new SipUserAgent({
  port: 0,
  clock,
  onInvite: (call) => {
    call.handlers = { onConfirmed: () => times.push(clock.now()) };
    call.ring();
    call.answer(sdp);
  },
});

function tick(dueAt: number): void {
  late.push(clock.now() - dueAt);
  const next = dueAt + TICK_MS;
  clock.setTimer(() => tick(next), next - clock.now());
}

function report(): AgentReport {
  const { user, system } = process.cpuUsage(cpu);
  const sorted = late.sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.floor((sorted.length - 1) * part)] ?? 0;
  const counters = agent.counters;
  const result: AgentReport = {
    setups: times.length,
    seconds: ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000,
    cpuMs: (user + system) / 1000,
    retransmissions: counters.retransmissions - retransmissions,
    dropped: counters.dropped,
    tickLateMs: [at(0.99), at(1)],
    rssMb: Math.round(process.memoryUsage().rss / 1_000_000),
  };
  times = [];
  late = [];
  cpu = process.cpuUsage();
  retransmissions = counters.retransmissions;
  return result;
}

await agent.start();
tick(clock.now() + TICK_MS);
process.on("SIGINT", () => process.stdout.write(`report ${JSON.stringify(report())}\n`));
process.on("SIGTERM", () => process.exit(0));
process.stdout.write(`ready ${agent.local.port}\n`);
