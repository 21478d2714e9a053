/** sipp, the SIP load generator that the trade measures with, as a caller. */
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free_ports.ts";
import { Program } from "./program.ts";

/** Where Debian's sip-tester keeps the sound its built-in scenario plays. */
const PCAPS = "/usr/share/sip-tester";

/** What sipp is told to do. */
export interface SippOptions {
  /** A built-in scenario, `uac` or `uac_pcap`; or the XML of one. */
  readonly scenario: string;
  /** The phone's port. */
  readonly port: number;
  /** The address it calls from, of those of this machine. @default "127.0.0.1" */
  readonly from?: string;
  /** Calls in all. @default 1 */
  readonly calls?: number;
  /** Calls at once. @default calls */
  readonly atOnce?: number;
  /** Calls begun each second. @default 10 */
  readonly rate?: number;
  /** @default "udp" */
  readonly transport?: "udp" | "tcp";
  /** How long a `<pause/>` without a length takes, in ms. @default 0 */
  readonly pauseMs?: number;
  /** Gives up after so many ms. @default 60_000 */
  readonly timeoutMs?: number;
}

/** What became of the calls. */
export interface SippReport {
  readonly exitCode: number | null;
  readonly successful: number;
  readonly failed: number;
  readonly retransmissions: number;
  /** The highest number of calls that were up at one time. */
  readonly peak: number;
  /** The first messages that were not what the scenario expects, as sipp tells them. */
  readonly errors: string;
}

/** Places calls and waits until all are over. */
export async function runSipp(options: SippOptions): Promise<SippReport> {
  let report = await runOnce(options);
  // It takes the ports after the free ones that it was given, too, for pictures and RTCP.
  for (let left = 3; left > 0 && /Address already in use/.test(report.errors); left--) {
    report = await runOnce(options);
  }
  return report;
}

async function runOnce(options: SippOptions): Promise<SippReport> {
  const { scenario, port, calls = 1, atOnce = calls, rate = 10, transport = "udp" } = options;
  const { pauseMs = 0, timeoutMs = 60_000, from = "127.0.0.1" } = options;
  const folder = mkdtempSync(join(tmpdir(), "sipp-"));
  symlinkSync(PCAPS, join(folder, "pcap"));
  const isXml = scenario.includes("<");
  if (isXml) writeFileSync(join(folder, "scenario.xml"), scenario);
  const flags = [
    ...(isXml ? ["-sf", "scenario.xml"] : ["-sn", scenario]),
    ...["-i", from, "-mi", from, "-t", transport === "tcp" ? "t1" : "u1"],
    ...["-p", String(await freePort()), "-mp", String(await freePort())],
    ...["-m", String(calls), "-l", String(atOnce), "-r", String(rate), "-d", String(pauseMs)],
    ...["-timeout", `${Math.ceil(timeoutMs / 1000)}s`, "-timeout_error", "-nostdin"],
    ...["-trace_stat", "-stf", "stat.csv", "-fd", "1s"],
    ...["-trace_err", "-error_file", "errors.log"],
  ];
  try {
    await using program = new Program("sipp", [`127.0.0.1:${port}`, ...flags], { cwd: folder });
    const { code } = await program.ended;
    return { exitCode: code, ...readStatistics(folder), errors: readErrors(folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readStatistics(folder: string): Omit<SippReport, "exitCode" | "errors"> {
  const rows = readFileSync(join(folder, "stat.csv"), "utf8").trim().split("\n").map((row) =>
    row.split(";")
  );
  const column = (name: string): number[] => {
    const index = rows[0].indexOf(name);
    if (index < 0) throw new Error(`sipp's statistics have no column ${name}`);
    return rows.slice(1).map((row) => Number(row[index]));
  };
  const last = (name: string): number => column(name).at(-1) ?? NaN;
  return {
    successful: last("SuccessfulCall(C)"),
    failed: last("FailedCall(C)"),
    retransmissions: last("Retransmissions(C)"),
    peak: Math.max(...column("CurrentCall")),
  };
}

/** What went wrong, without what sipp says of a machine that stood still. */
function readErrors(folder: string): string {
  try {
    const lines = readFileSync(join(folder, "errors.log"), "utf8").split("\n")
      .filter((line) => line !== "" && !/Overload warning: the \w+ watchdog timer/.test(line));
    return lines.length === 1 && lines[0].endsWith(":") ? "" : lines.join("\n").slice(0, 2000);
  } catch {
    return "";
  }
}
