/** The cost of work on a machine that others use too. */
import process from "node:process";

/** The time of processors that `work` takes, in ms: it is no longer where others keep them busy. */
export function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
