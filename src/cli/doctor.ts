/** The program that finds out why a call does not come through. */

import process from "node:process";
import { SystemClock } from "../clock/mod.ts";
import { diagnose } from "./doctor/diagnose.ts";
import { DOCTOR_USAGE, readDoctorOptions } from "./doctor/doctor_options.ts";
import { type FindingState, formatFinding } from "./doctor/finding.ts";

/**
 * Looks at a FreeSWITCH from the side of the phone, calls through it, prints what it finds and what to
 * do, and resolves with the exit code: 0 when all works, 1 when something does not.
 *
 * @param args the command line behind `doctor`
 */
export async function doctor(args: readonly string[]): Promise<number> {
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  try {
    const options = readDoctorOptions(args, process.env);
    if (options.help) {
      print(DOCTOR_USAGE);
      return 0;
    }
    const count: Record<FindingState, number> = { ok: 0, warning: 0, failed: 0, skipped: 0 };
    for await (const finding of diagnose({ ...options, clock: new SystemClock() })) {
      count[finding.state]++;
      print(formatFinding(finding));
    }
    print(
      `\n${count.ok} ok, ${count.warning} to look at, ${count.failed} to fix, ${count.skipped} skipped`,
    );
    return count.failed === 0 ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 1;
  }
}
