/** What processes take of the machine, as Linux tells it. */
import { readFileSync } from "node:fs";
import process from "node:process";

/** Ticks of the CPU time in /proc per second: the same on every Linux for a long time. */
const TICKS = 100;

/** CPU time so far, in seconds. */
export interface CpuTime {
  /** Of the process that is looked at. */
  readonly process: number;
  /** Of everything on the machine but that and ourselves. */
  readonly others: number;
  /** What a host took away from this machine, if it is a virtual one. */
  readonly stolen: number;
}

/** The CPU time of the process `pid`, and of all others but our own. */
export function cpuTime(pid: number): CpuTime {
  const one = ofProcess(pid);
  const [user, nice, system, , , irq, softirq, steal] = readFileSync("/proc/stat", "utf8").split(
    "\n",
  )[0]
    .split(/\s+/).slice(1).map(Number);
  const all = (user + nice + system + irq + softirq) / TICKS;
  return { process: one, others: all - one - ofProcess(process.pid), stolen: steal / TICKS };
}

/** Resident memory of the process `pid`, in KB. */
export function residentKb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}

function ofProcess(pid: number): number {
  // The name, in parentheses, may have spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}
