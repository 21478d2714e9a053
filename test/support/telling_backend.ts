/** A backend for the command line's `--backend`: loopback that prints which keys are pressed. */
import process from "node:process";
import { loopback } from "../../src/backend/mod.ts";

export default Object.assign(loopback(), {
  onDtmf: (digit: string): void => void process.stdout.write(`key ${digit}\n`),
});
