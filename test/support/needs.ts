/** What the machine has not, said out loud, so that a skipped test is not taken for a passed one. */
import { createRequire } from "node:module";
import process from "node:process";
import { hasProgram } from "./program.ts";

/** Where the programs the tests call with come from. */
const PACKAGES: Readonly<Record<string, string>> = {
  sipp: "sip-tester",
  sipsak: "sipsak",
  sox: "sox",
  baresip: "baresip-core",
  flite: "flite",
  pocketsphinx_continuous: "pocketsphinx and pocketsphinx-en-us",
};

const said = new Set<string>();

/** Whether any of these programs is missing; says once which, and how to get it. */
export function lacks(...programs: readonly string[]): boolean {
  const missing = programs.filter((name) => !hasProgram(name));
  for (const name of missing) skipped(`${name} is not here; Debian has it as ${PACKAGES[name]}`);
  return missing.length > 0;
}

/** Whether these tests may not open raw sockets, which sipp plays recordings through. */
export function lacksRawSockets(): boolean {
  const missing = process.getuid?.() !== 0;
  if (missing) skipped("sipp plays recordings through a raw socket, which is for root");
  return missing;
}

/** Whether the machine has no /proc to count sockets and memory in. */
export function lacksProc(): boolean {
  const missing = process.platform !== "linux";
  if (missing) skipped("sockets and memory of another process are counted in /proc, on Linux");
  return missing;
}

/** Whether the optional packages that Silero runs on are missing; says how to get them. */
export function lacksSilero(): boolean {
  try {
    const { resolve } = createRequire(import.meta.url);
    for (const name of ["onnxruntime-node", "@ricky0123/vad-web"]) resolve(name);
    return false;
  } catch {
    skipped("onnxruntime-node and @ricky0123/vad-web are not here; .ci/silero gets them");
    return true;
  }
}

function skipped(why: string): void {
  if (said.has(why)) return;
  said.add(why);
  process.stdout.write(`skipped: ${why}\n`);
}
