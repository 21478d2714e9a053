/** A backend for the command line's `--backend`: sends back what it hears, and prints what happens. */
import process from "node:process";
import type { CallInfo, DuplexBackend } from "../../src/backend/mod.ts";

const telling: DuplexBackend & { onDtmf(digit: string, call: CallInfo): void } = {
  converse: (audio) => audio,
  onDtmf: (digit) => void process.stdout.write(`key ${digit}\n`),
};

export default telling;
