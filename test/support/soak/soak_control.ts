/**
 * A process that only ticks each 20 ms, by the same metronome as a phone: what it is late by, the
 * machine is. Tells a line of JSON for each line it reads.
 */
import process from "node:process";
import { createInterface } from "node:readline";
import { SoakBeat } from "./soak_beat.ts";
import { report } from "./soak_books.ts";

const beat = new SoakBeat();
const lines = createInterface({ input: process.stdin });
lines.on("line", () => process.stdout.write(`${JSON.stringify(report(beat))}\n`));
lines.on("close", () => beat.stop());
process.stdout.write("{}\n");
