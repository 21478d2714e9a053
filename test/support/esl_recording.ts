/** Recordings of FreeSWITCH's event socket; see test/fixtures/esl. */
import { readFileSync } from "node:fs";

/** What one side sent at once, or that the connection closed. */
export interface EslRecord {
  /** Who: `S` is FreeSWITCH, `C` the client, `X` the end. */
  readonly from: "S" | "C" | "X";
  /** What. */
  readonly bytes: Uint8Array;
}

/** The names of all recordings. */
export const ESL_RECORDINGS = [
  "inbound-auth-fail",
  "inbound-call-json",
  "inbound-call-plain",
  "outbound-call",
  "outbound-caller-hangs-up",
  "outbound-latin1-name",
  "outbound-not-full",
  "outbound-unknown-app",
] as const;

/** The records of one, in order. */
export function readEslRecording(name: (typeof ESL_RECORDINGS)[number]): EslRecord[] {
  const file = new Uint8Array(
    readFileSync(new URL(`../fixtures/esl/${name}.esl`, import.meta.url)),
  );
  const records: EslRecord[] = [];
  for (let at = 0; at < file.length;) {
    const head = String.fromCharCode(...file.subarray(at, at + 32));
    const match = /^\n#### ([SCX]) (\d+)\n/.exec(head);
    if (match === null) throw new Error(`${name} has no record at byte ${at}`);
    const start = at + match[0].length;
    at = start + Number(match[2]);
    records.push({ from: match[1] as EslRecord["from"], bytes: file.slice(start, at) });
  }
  return records;
}

/** All that FreeSWITCH sent in one. */
export function bytesFromFreeSwitch(name: (typeof ESL_RECORDINGS)[number]): Uint8Array {
  return joined(readEslRecording(name).filter(({ from }) => from === "S").map((one) => one.bytes));
}

/** Bytes one after the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
